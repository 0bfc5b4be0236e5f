#include "services/speech/voices.h"

#include <array>
#include <string_view>

#include "services/speech/dice.h"

namespace weighhouse::services {
namespace {

using Names = std::span<const std::string_view>;

// The accents of espeak-ng's English, the usual ones more often.
constexpr std::array<std::string_view, 10> kAccents{"en-us",      "en-us",          "en-us",          "en-gb",
                                                    "en-gb-x-rp", "en-gb-scotland", "en-gb-x-gbclan", "en-gb-x-gbcwmd",
                                                    "en-029",     "en-us-nyc"};

// Its variants but for whispers, robots and monsters. Those of one name and several numbers stay on one side.
constexpr std::array<std::string_view, 58> kTrainingVariants{
    "",         "Alex",    "Andrea", "Andy",    "Denis",  "Diogo",   "Gene",   "Gene2",     "Henrique", "Hugo",
    "Jacky",    "Lee",     "Mario",  "Michael", "Nguyen", "adam",    "anika",  "announcer", "antonio",  "aunty",
    "benjamin", "boris",   "caleb",  "david",   "edward", "edward2", "f1",     "f2",        "f3",       "f4",
    "grandma",  "gustave", "iven",   "iven2",   "iven3",  "iven4",   "klatt",  "klatt2",    "klatt3",   "klatt4",
    "klatt5",   "linda",   "m1",     "m2",      "m3",     "m4",      "m5",     "m6",        "max",      "michel",
    "miguel",   "norbert", "paul",   "quincy",  "rob",    "steph",   "steph2", "steph3"};
constexpr std::array<std::string_view, 20> kHeldOutVariants{
    "Alicia", "Annie", "Marco",   "Mike",  "RicishayMax", "RicishayMax2", "belinda", "f5",     "grandpa", "john",
    "m7",     "m8",    "marcelo", "pablo", "pedro",       "robert",       "sandro",  "shelby", "travis",  "victor"};

constexpr std::array<std::string_view, 3> kTrainingFlite{"flite/slt", "flite/awb", "flite/kal16"};
constexpr std::array<std::string_view, 1> kHeldOutFlite{"flite/rms"};

constexpr std::array<std::string_view, 6> kEndings{"", "", ".", "!", "?", ","};

}  // namespace

std::vector<Utterance> ways_to_say(const std::string& text, std::size_t count, const VoiceOptions& options) {
  const bool training = options.side == VoiceSide::kTraining;
  const Names variants = training ? Names{kTrainingVariants} : Names{kHeldOutVariants};
  const Names flite = training ? Names{kTrainingFlite} : Names{kHeldOutFlite};
  Dice dice{options.seed + (training ? 0 : 0x5EED), text};
  std::vector<Utterance> ways;
  ways.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    Utterance way;
    way.text = text + std::string{dice.one_of(Names{kEndings})};
    if (dice.share() < options.flite_share) {
      way.voice = dice.one_of(flite);
    } else {
      way.voice = dice.one_of(Names{kAccents});
      way.variant = dice.one_of(variants);
    }
    way.pitch = dice.between(15, 85);
    way.speed = dice.between(110, 220);
    ways.push_back(std::move(way));
  }
  return ways;
}

}  // namespace weighhouse::services
