#include "plan.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "services/speech/common_words.h"
#include "services/speech/dice.h"
#include "services/speech/voices.h"

namespace weighhouse::embedding {
namespace {

using Parts = std::span<const std::string_view>;

constexpr double kFliteShare = 0.12;

// Spelled so that every engine reads them alike.
constexpr std::array<std::string_view, 30> kOnsets{"b",  "d",  "f",  "g",  "h",  "j",  "k",  "l",  "m",  "n",
                                                   "p",  "r",  "s",  "t",  "v",  "w",  "z",  "sh", "ch", "th",
                                                   "br", "dr", "fl", "gr", "kl", "pl", "sk", "sp", "st", "tr"};
constexpr std::array<std::string_view, 9> kVowels{"a", "e", "i", "o", "u", "ee", "oo", "ar", "or"};
constexpr std::array<std::string_view, 14> kCodas{"", "", "", "b", "d", "k", "l", "m", "n", "p", "s", "t", "sh", "x"};

std::string invent(services::Dice& dice) {
  const std::size_t syllables = 1 + dice.below(3) + dice.below(2);
  std::string word;
  for (std::size_t i = 0; i < syllables; ++i) {
    word += dice.one_of(Parts{kOnsets});
    word += dice.one_of(Parts{kVowels});
    word += dice.one_of(Parts{kCodas});
  }
  return word;
}

}  // namespace

Plan make_plan(const PlanOptions& options) {
  Plan plan;
  std::set<std::string, std::less<>> known;
  for (const auto word : services::common_words())
    if (known.insert(std::string{word}).second) plan.words.emplace_back(word);
  services::Dice dice{options.seed};
  while (plan.words.size() < services::common_words().size() + options.invented_words) {
    auto word = invent(dice);
    if (word.size() >= 3 && word.size() <= 12 && known.insert(word).second) plan.words.push_back(std::move(word));
  }
  for (std::uint32_t i = 0; i < plan.words.size(); ++i) {
    services::VoiceOptions voices{.seed = options.seed, .flite_share = kFliteShare};
    for (auto& way : services::ways_to_say(plan.words[i], options.clips_per_word, voices))
      plan.clips.push_back({i, false, std::move(way)});
    voices.side = services::VoiceSide::kHeldOut;
    for (auto& way : services::ways_to_say(plan.words[i], options.held_out_per_word, voices))
      plan.clips.push_back({i, true, std::move(way)});
  }
  return plan;
}

}  // namespace weighhouse::embedding
