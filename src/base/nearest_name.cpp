#include "base/nearest_name.h"

#include <algorithm>
#include <string>

#include "base/text.h"

namespace weighhouse {
namespace {

constexpr std::size_t kLongest = 64;  // a longer word resembles nothing, and costs nothing

std::string plain(std::string_view word) {
  std::string text = to_lower(word);
  std::erase(text, '_');
  return text;
}

// Less is nearer; kFar is no resemblance at all.
constexpr std::size_t kFar = 1000;
std::size_t strangeness(const std::string& word, const std::string& known) {
  if (word == known) return 0;
  const std::size_t letters = edit_distance(word, known);
  if (letters <= 1 + std::min(word.size(), known.size()) / 4) return letters;
  constexpr std::size_t kShortestStem = 3;
  const bool stem =
      word.starts_with(known) || known.starts_with(word) || word.ends_with(known) || known.ends_with(word);
  return stem && std::min(word.size(), known.size()) >= kShortestStem ? 20 + letters : kFar;
}

}  // namespace

std::string_view nearest_name(std::string_view word, std::span<const std::string_view> known) {
  const std::string wanted = plain(word.substr(0, kLongest));
  std::string_view nearest;
  std::size_t least = kFar;
  for (const auto name : known) {
    if (word.empty() || name == word) continue;
    if (const auto how = strangeness(wanted, plain(name)); how < least) {
      least = how;
      nearest = name;
    }
  }
  return nearest;
}

}  // namespace weighhouse
