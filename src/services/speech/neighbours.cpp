#include "services/speech/neighbours.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "services/speech/common_words.h"
#include "services/speech/dice.h"

namespace weighhouse::services {
namespace {

using Sounds = std::vector<std::string>;
using Names = std::span<const std::string_view>;

constexpr double kLike = 0.5;  // what it costs to change a sound for its like

// Sounds that are made nearly alike, in the letters of the phonetic alphabet.
constexpr std::array<std::string_view, 10> kAlike{
    "p b",        "t d \u027E", "k \u0261 g",      "f v \u03B8 \u00F0", "s z \u0283 \u0292",
    "m n \u014B", "l \u0279 w", "t\u0283 d\u0292", "h \u0294",          "j i"};
constexpr std::string_view kVowels = "aeiou\u0251\u00E6\u0259\u025A\u025B\u025C\u026A\u0254\u028A\u028C";

constexpr std::array<std::string_view, 20> kOnsets{"b", "d", "f", "g", "h", "j", "k",  "l",  "m",  "n",
                                                   "p", "r", "s", "t", "v", "w", "sh", "ch", "st", "br"};
constexpr std::array<std::string_view, 8> kEndings{"a", "o", "y", "er", "ing", "s", "ed", "el"};
constexpr std::array<std::string_view, 5> kLetterVowels{"a", "e", "i", "o", "u"};
constexpr std::array<std::pair<char, char>, 9> kLikeLetters{
    {{'b', 'p'}, {'d', 't'}, {'g', 'k'}, {'v', 'f'}, {'s', 'z'}, {'m', 'n'}, {'l', 'r'}, {'c', 'g'}, {'j', 'y'}}};

bool is_vowel_letter(char c) { return std::string_view{"aeiouy"}.find(c) != std::string_view::npos; }

bool is_vowel(std::string_view sound) {
  // The first letter of the phonetic alphabet decides: one byte, or two.
  const std::size_t length = static_cast<unsigned char>(sound.front()) < 0x80 ? 1 : 2;
  return kVowels.find(sound.substr(0, length)) != std::string_view::npos;
}

double cost_of(const std::string& a, const std::string& b) {
  if (a == b) return 0;
  if (is_vowel(a) && is_vowel(b)) return kLike;
  const auto is_in = [](std::string_view family, std::string_view sound) {
    const auto members = split(family, ' ');
    return std::find(members.begin(), members.end(), sound) != members.end();
  };
  for (const auto family : kAlike)
    if (is_in(family, a) && is_in(family, b)) return kLike;
  return 1;
}

// Spellings of things that may sound like the word.
void add_spellings(const std::string& word, std::vector<std::string>& spellings) {
  constexpr std::size_t kLeast = 3;  // letters; shorter pieces are letters' names
  for (std::size_t length = kLeast; length < word.size(); ++length) {
    spellings.push_back(word.substr(0, length));
    spellings.push_back(word.substr(word.size() - length));
    for (const auto ending : kEndings) spellings.push_back(word.substr(0, length) + std::string{ending});
  }
  for (std::size_t i = 0; i < word.size(); ++i) {
    auto changed = word;
    if (is_vowel_letter(word[i])) {
      for (const auto vowel : kLetterVowels) {
        changed[i] = vowel.front();
        spellings.push_back(changed);
      }
    }
    for (const auto& [one, other] : kLikeLetters) {
      if (word[i] != one && word[i] != other) continue;
      changed[i] = word[i] == one ? other : one;
      spellings.push_back(changed);
    }
    auto shorter = word;
    shorter.erase(i, 1);
    if (shorter.size() >= kLeast) spellings.push_back(shorter);
    if (i + 1 < word.size()) {
      auto swapped = word;
      std::swap(swapped[i], swapped[i + 1]);
      spellings.push_back(swapped);
      spellings.push_back(word.substr(0, i + 1) + (is_vowel_letter(word[i]) ? "n" : "a") + word.substr(i + 1));
    }
  }
  // Rhymes: another sound before the first vowel.
  const auto vowel = static_cast<std::size_t>(
      std::find_if(word.begin(), word.end(), [](char c) { return is_vowel_letter(c); }) - word.begin());
  if (vowel < word.size())
    for (const auto onset : kOnsets) spellings.push_back(std::string{onset} + word.substr(vowel));
}

std::vector<std::string> candidates_for(const std::vector<std::string>& words, Dice& dice) {
  std::vector<std::string> candidates;
  for (const auto word : common_words()) candidates.emplace_back(word);
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::vector<std::string> spellings;
    add_spellings(words[i], spellings);
    if (words.size() == 1) {
      candidates.insert(candidates.end(), spellings.begin(), spellings.end());
      continue;
    }
    candidates.push_back(words[i]);
    // One word as it is, the other nearly, or another altogether.
    for (std::size_t other = 0; other < 40; ++other) spellings.emplace_back(dice.one_of(common_words()));
    for (const auto& spelling : spellings) {
      auto phrase = words;
      phrase[i] = spelling;
      std::string text;
      for (const auto& word : phrase) text += (text.empty() ? "" : " ") + word;
      candidates.push_back(std::move(text));
    }
  }
  return candidates;
}

bool ends_with(const Sounds& sounds, const Sounds& end) {
  return sounds.size() >= end.size() && std::equal(end.rbegin(), end.rend(), sounds.rbegin());
}

}  // namespace

double sound_distance(const Sounds& a, const Sounds& b) {
  std::vector<double> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<double>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    double diagonal = row[0];
    row[0] = static_cast<double>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const double changed = diagonal + cost_of(a[i - 1], b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
    }
  }
  return row[b.size()];
}

Result<std::vector<Neighbour>> find_neighbours(std::string_view phrase, const SpeechSynthesizer& speech,
                                               const NeighbourOptions& options) {
  std::vector<std::string> words;
  const auto lower = to_lower(phrase);
  for (const auto word : split(lower, ' '))
    if (!word.empty()) words.emplace_back(word);
  if (words.empty()) return fail(ErrorCode::kInvalidArgument, "An empty phrase sounds like nothing.");
  Dice dice{options.seed, phrase};
  auto texts = candidates_for(words, dice);
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  std::string whole;
  for (const auto& word : words) whole += (whole.empty() ? "" : " ") + word;
  texts.insert(texts.begin(), whole);

  const auto sounds = TRY(speech.pronounce(texts));
  const auto& wanted = sounds.front();
  if (wanted.empty()) return fail(ErrorCode::kInvalidArgument, "\"" + printable(phrase, 60) + "\" has no sound.");
  const double least = std::max(options.least_sounds, options.least_share * static_cast<double>(wanted.size()));
  std::vector<Neighbour> neighbours;
  std::set<Sounds> heard;  // of spellings that sound the same, one
  for (std::size_t i = 1; i < texts.size(); ++i) {
    if (sounds[i].empty() || ends_with(sounds[i], wanted) || !heard.insert(sounds[i]).second) continue;
    const double changes = sound_distance(sounds[i], wanted);
    if (changes >= least) neighbours.push_back({texts[i], changes / static_cast<double>(wanted.size())});
  }
  std::stable_sort(neighbours.begin(), neighbours.end(),
                   [](const Neighbour& a, const Neighbour& b) { return a.distance < b.distance; });
  if (neighbours.size() > options.count) neighbours.resize(options.count);
  return neighbours;
}

}  // namespace weighhouse::services
