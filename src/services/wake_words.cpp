#include "services/wake_words.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace weighhouse::services {
namespace {

constexpr std::size_t kShortest = 2;
constexpr std::size_t kLongest = 30;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
tl::unexpected<Error> refused(std::string message) { return fail(ErrorCode::kInvalidArgument, std::move(message)); }

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (const auto word : split(text, ' ')) {
    if (!word.empty()) words.emplace_back(word);
  }
  return words;
}

}  // namespace

Result<std::string> parse_wake_word(std::string_view text) {
  const auto words = words_of(text);
  std::string joined;
  for (const auto& word : words) joined += (joined.empty() ? "" : " ") + word;
  if (joined.size() < kShortest) return refused("Wake word must be at least 2 characters");
  if (joined.size() > kLongest) return refused("Wake word must be at most 30 characters");
  if (!std::all_of(joined.begin(), joined.end(), [](char c) { return is_letter(c) || c == ' '; }))
    return refused("Wake word must contain only letters and spaces");
  if (words.size() > 2) return refused("Wake word must be 1 or 2 words");
  return joined;
}

Result<registry::ModelName> model_name_for(const std::string& wake_word) {
  std::string name = to_lower(wake_word);
  std::replace(name.begin(), name.end(), ' ', '_');
  return registry::ModelName::parse(name);
}

}  // namespace weighhouse::services
