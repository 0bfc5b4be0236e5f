#include "services/wake_words.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"

namespace weighhouse::services {
namespace {

constexpr std::size_t kShortest = 2;
constexpr std::size_t kLongest = 30;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_vowel(char c) { return std::string_view{"aeiouy"}.find(c) != std::string_view::npos; }

tl::unexpected<Error> refused(std::string message) { return fail(ErrorCode::kInvalidArgument, std::move(message)); }

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (const auto word : split(text, ' ')) {
    if (!word.empty()) words.emplace_back(word);
  }
  return words;
}

// Letters that are easily taken for each other.
std::string_view neighbours_of(char c) {
  constexpr std::array<std::string_view, 9> kGroups{"bpdt", "gkcq", "vfw", "szx", "mn", "lr", "jgy", "aeiou", "hw"};
  for (const auto group : kGroups) {
    if (group.find(c) != std::string_view::npos) return group;
  }
  return {};
}

class Collector {
 public:
  Collector(std::string word, std::size_t most) : word_(std::move(word)), most_(most) {}

  void add(std::string candidate) {
    candidate = std::string{trim(candidate)};
    if (list_.size() >= most_ || candidate.size() < kShortest || candidate.find(word_) != std::string::npos) return;
    if (std::none_of(candidate.begin(), candidate.end(), is_vowel)) return;
    if (known_.insert(candidate).second) list_.push_back(std::move(candidate));
  }
  std::vector<std::string> take() && { return std::move(list_); }

 private:
  std::string word_;
  std::size_t most_;
  std::set<std::string> known_;
  std::vector<std::string> list_;
};

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

std::vector<std::string> similar_words(const std::string& wake_word, std::size_t most) {
  const std::string word = to_lower(wake_word);
  Collector found{word, most};
  for (const auto& part : words_of(word)) found.add(part);
  for (std::size_t length = word.size() - 1; length >= 3; --length) found.add(word.substr(0, length));
  for (std::size_t begin = 1; begin + 3 <= word.size(); ++begin) found.add(word.substr(begin));
  for (std::size_t i = 0; i < word.size(); ++i) {
    for (const char other : neighbours_of(word[i])) {
      std::string changed = word;
      changed[i] = other;
      found.add(std::move(changed));
    }
  }
  for (std::size_t i = 0; i < word.size(); ++i) found.add(word.substr(0, i) + word.substr(i + 1));
  for (std::size_t i = 0; i + 1 < word.size(); ++i) {
    std::string changed = word;
    std::swap(changed[i], changed[i + 1]);
    found.add(std::move(changed));
  }
  constexpr std::array<std::string_view, 8> kEndings{"a", "er", "ing", "o", "y", "al", "en", "or"};
  for (std::size_t length = 3; length < word.size(); ++length) {
    for (const auto ending : kEndings) found.add(word.substr(0, length) + std::string{ending});
  }
  return std::move(found).take();
}

}  // namespace weighhouse::services
