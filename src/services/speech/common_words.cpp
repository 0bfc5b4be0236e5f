#include "services/speech/common_words.h"

#include <vector>

namespace weighhouse::services {
namespace {

constexpr std::string_view kText = R"(
about above accept account across action active actor address advice afraid after again against agency ago agree air
airport alarm album all allow almost alone along already also always amazing amount ancient and anger angle animal
answer any apple april area argue arm army around arrive art article ask asleep attack august aunt author autumn
average avoid awake away baby back bacon bad badge bag baker balance ball banana band bank banner bargain barn basic
basket bath battery beach bean bear beard beautiful because become bed bedroom bee before begin behind believe bell
below bench benefit best better between bicycle big bill billion bird birthday biscuit bitter black blanket blind blood
blossom blue board boat body bold bone book border bored born borrow bottle bottom bounce bowl box branch brave bread
break breakfast breathe brick bridge bright bring broken brother brown brush bubble bucket budget build bullet burger
burn bus busy butter button buy cabin cable cactus cake calendar call calm camera camp can canal cancel candle candy
canyon capital captain car carbon card careful carpet carrot carry castle cat catch cattle ceiling cellar center
century cereal certain chain chair chalk chance change channel chapter charge charity charm charter chase cheap check
cheese cherry chest chicken child chimney chocolate choose circle citizen city clarity class clean clear clever climb
clock close cloth cloud clover coach coast coat coconut coffee coin cold collar college color column comfort common
company compare compass complete concert connect contain control cookie cool copper copy corn corner correct cotton
couch cough count country couple courage course cousin cover cow crazy cream create credit cricket crime crisp cross
crowd crown cruel cry culture cup curious current curtain curve custom cut daily damage dance danger dark daughter
dawn day dead deal dear debate decade december decide deep deer defend degree delay deliver demand dentist depend
depth desert design desk detail develop device dial diamond diary differ dig dinner direct dirty discover discuss
disk distance divide doctor dog dollar dolphin door double doubt down dozen dragon drama draw dream dress drink drive
drop drum dry duck dust duty each eager eagle ear early earn earth east easy echo edge editor effort egg eight eleven
elbow electric elephant elevator empty end enemy energy engine enjoy enough enter entire envelope equal error escape
evening event ever every evil exact example excuse expect expert explain express eye fabric face fact factory fade
fail fair faith fall family famous fancy farm fashion fast father fault favor fear feather february feed feel fence
festival fever few field fifteen fifty fight figure film final find finger finish fire first fish five fix flag flame
flash flat flavor flight float flood floor flour flower fluid fly focus fold follow food foot football force forest
forget fork form fortune forty forward four fox frame free freedom fresh friday friend frog front frozen fruit full
funny furniture future galaxy gallery game garage garden garlic gas gate gather general gentle ghost giant gift ginger
girl give glad glass global glory glove goal goat gold good goose govern grain grand grape grass gravity gray great
green grocery ground group grow guard guess guest guide guitar habit hair half hall hammer hand handle happen happy
harbor hard harvest hat hazard head health heart heat heavy height helicopter hello help hero hidden high hill history
hobby hold holiday hollow home honey honest hope horse hospital hotel hour house how hundred hungry hunter hurry husband
ice idea image important inch indeed index industry insect inside island item ivory jacket january jar jaw jazz jealous
jelly jewel job join joke journey judge juice july jump june jungle junior jury just justice kangaroo keep kettle key
kick kid kind king kiss kitchen kite knee knife knock know label labor ladder lady lake lamp land language large laser
last late laugh laundry law lawyer lazy lead leaf learn leather leave left legal lemon lend length leopard lesson letter
level library license life lift light limit line lion liquid list listen litter little lizard local lock logic lonely
long look lose loud love lucky lunch machine magic magnet mail main major make mammal manage mango many map marble march
margin market marriage master match matter maximum maybe meadow meal measure medal media medicine melody melon member
memory mention menu message metal method middle midnight mile milk million mind mineral minute mirror mission mistake
mixture mobile model modern moment monday money monkey monster month moon morning mother motion motor mountain mouse
mouth move movie much muscle museum mushroom music mystery napkin narrow nation nature near neck needle neighbor nephew
nerve nest network never new news night nine nobody noise none noon normal north nose nothing notice november number
nurse object ocean october offer office often oil old olive once one onion only open opera opinion orange orchard order
organ other outside oven over owner oxygen package page paint pair palace pale pancake panda panel panic paper parade
parent park party pass past path patient pattern pause peace peach peanut pear pebble pen pencil penguin people pepper
perfect period permit person phone photo piano picnic picture piece pigeon pillow pilot pink pioneer pirate pizza place
planet plastic plate play please plenty pocket poem point police polite pony popcorn popular potato pottery powder power
practice prepare present pretty price prince print prison private problem process product profit promise proper protect
proud public pull pumpkin pupil purple purpose push puzzle pyramid quality quarter queen question quick quiet rabbit
radio railway rain rainbow random rapid rather reach read ready real reason recipe record red reduce region relax
remain remember remote remove repair repeat reply report rescue result return rhythm ribbon rice rich ride right ring
river road robot rocket roof room rooster rope rose rough round royal rubber rule run sad saddle safe sail salad salmon
salt same sand sandwich saturday sauce save say scale scene school science scissors score scout screen script sea search
season seat second secret see seed select sell send senior sense sentence september series serious service seven shadow
shape share sharp shelf shell shelter shine ship shirt shock shoe shop short shoulder shout shovel show shower shut
sick side signal silent silver simple since sing sister six size skate sketch skill skin sky sleep slice slide slow small
smart smile smoke smooth snake snow soap soccer social soft soil solar soldier solid some son song soon sorry sound soup
south space spare speak special speed spell spend spider spirit sponge spoon sport spring square stable stadium staff
stage stairs stamp stand star start state station stay steak steam steel stem step stereo still stock stomach stone stop
store storm story stove strange street strike string strong student studio style subject success sudden sugar suggest suit
summer sun sunday supper support sure surface surprise sweet swim switch symbol system table tail talent talk tall target
taste taxi tea teacher team tell temple ten tennis tent term test text thank theater then theory thick thin thing think
third thirteen thirty this thought thousand three throat through throw thumb thunder thursday ticket tiger time tiny tired
tissue title toast tobacco today together toilet tomato tomorrow tongue tonight tool tooth topic torch total touch tower
town toy track tractor traffic train travel treasure tree triangle trick trip trouble truck trumpet trust truth tuesday
tunnel turkey turn turtle twelve twenty twice twin two umbrella uncle under uniform union unit until update upper urban
useful usual vacuum valley value vampire vanilla vegetable vehicle velvet very victory video view village vinegar violin
virus visit vitamin voice volcano volume vote wage wagon wait walk wall wallet walnut want war warm wash watch water wave
weather wedding wednesday week weight welcome west wet whale what wheel when where whisper whistle white who whole why
wide wife wild wind window wine winner winter wire wise wish witness wolf woman wonder wood wool word work world worry
worth write wrong yard year yellow yes yesterday yogurt young zebra zero zone)";

std::vector<std::string_view> cut() {
  constexpr std::string_view kSpaces = " \n";
  std::vector<std::string_view> words;
  for (std::size_t begin = kText.find_first_not_of(kSpaces); begin != std::string_view::npos;) {
    const std::size_t end = std::min(kText.find_first_of(kSpaces, begin), kText.size());
    words.push_back(kText.substr(begin, end - begin));
    begin = kText.find_first_not_of(kSpaces, end);
  }
  return words;
}

}  // namespace

std::span<const std::string_view> common_words() {
  static const std::vector<std::string_view> words = cut();
  return words;
}

}  // namespace weighhouse::services
