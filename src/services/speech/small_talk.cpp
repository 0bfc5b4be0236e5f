#include "services/speech/small_talk.h"

#include <array>

#include "base/text.h"
#include "services/speech/common_words.h"
#include "services/speech/dice.h"
#include "services/speech/voices.h"

namespace weighhouse::services {
namespace {

using Names = std::span<const std::string_view>;

// Languages of espeak-ng that read Latin letters.
constexpr std::array<std::string_view, 12> kLanguages{"cs", "de", "es", "fi", "fr-fr", "it",
                                                      "nl", "pl", "pt", "sv", "tr",    "vi"};
constexpr std::size_t kOneIn = 8;

std::string row_of_words(Dice& dice, std::size_t words, std::string_view phrase) {
  std::string text;
  while (words > 0) {
    const std::string longer = text + (text.empty() ? "" : " ") + std::string{dice.one_of(common_words())};
    if ((" " + longer + " ").find(" " + std::string{phrase} + " ") != std::string::npos) continue;
    text = longer;
    --words;
  }
  return text;
}

}  // namespace

std::vector<Utterance> small_talk(std::string_view phrase, std::size_t count, std::uint64_t seed) {
  const std::string avoided = to_lower(phrase);
  Dice dice{seed, "small talk"};
  std::vector<Utterance> said;
  said.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto words = i % 2 == 0 ? dice.between(1, 3) : dice.between(6, 10);
    const auto text = row_of_words(dice, static_cast<std::size_t>(words), avoided);
    const auto side = i % 3 == 0 ? VoiceSide::kHeldOut : VoiceSide::kTraining;
    said.push_back(ways_to_say(text, 1, {.side = side, .seed = seed + i}).front());
    if (dice.below(kOneIn) == 0) said.back().voice = dice.one_of(Names{kLanguages});
  }
  return said;
}

}  // namespace weighhouse::services
