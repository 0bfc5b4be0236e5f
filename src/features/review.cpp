#include "features/review.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "features/ngrams.h"
#include "features/words.h"

namespace weighhouse::features {
namespace {

// 64 bits for what a learner sees of a text; a text without words is named by its bytes.
class Seen {
 public:
  std::uint64_t name(std::string_view text) {
    split_words(text, words_);
    std::uint64_t name = detail::kWordSeed;
    if (words_.words.empty()) {
      for (const char c : text) name = detail::mixed(name, static_cast<unsigned char>(c));
      return name;
    }
    for (const Word& word : words_.words) {
      for (const char32_t c : words_.folded(word)) name = detail::mixed(name, c);
      name = detail::mixed(name, U' ');
    }
    return name;
  }

 private:
  Words words_;
};

std::string quoted(std::string_view text) { return "\"" + printable(text, 60) + "\""; }

std::string joined(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(kShown, names.size()); ++i) text += (i == 0 ? "" : ", ") + quoted(names[i]);
  if (names.size() > kShown) text += " and " + std::to_string(names.size() - kShown) + " more";
  return text;
}

void warn_of_counts(const std::vector<LabelCount>& labels, std::vector<Warning>& out) {
  std::vector<std::string> single;
  std::vector<std::string> few;
  for (const LabelCount& count : labels) {
    if (count.examples == 1) single.push_back(count.label);
    if (count.examples > 1 && count.examples < kEnoughExamples) few.push_back(count.label);
  }
  if (!single.empty()) {
    out.push_back({"single-example", "There is one example only of " + joined(single) +
                                         ": whether it is recognised cannot be measured. Add examples."});
  }
  if (!few.empty()) {
    out.push_back({"few-examples", "There are fewer than " + std::to_string(kEnoughExamples) + " examples of " +
                                       joined(few) + ". A few more usually help most."});
  }
  if (labels.size() < 2) return;
  const auto by_count = [](const LabelCount& a, const LabelCount& b) { return a.examples < b.examples; };
  const auto [least, most] = std::minmax_element(labels.begin(), labels.end(), by_count);
  if (most->examples > 10 * least->examples) {
    out.push_back({"imbalance", quoted(most->label) + " has " + std::to_string(most->examples) + " examples and " +
                                    quoted(least->label) + " " + std::to_string(least->examples) +
                                    ": the rare one will be missed more often than accuracy tells."});
  }
}

void warn_of_spelling(const std::vector<LabelCount>& labels, Seen& seen, std::vector<Warning>& out) {
  std::map<std::uint64_t, std::vector<std::string>> alike;
  for (const LabelCount& count : labels) alike[seen.name(count.label)].push_back(count.label);
  for (const auto& [name, group] : alike) {
    if (group.size() < 2) continue;
    out.push_back({"similar-labels", "The labels " + joined(group) +
                                         " differ only in spelling and are learned as different things. Join them if "
                                         "they mean the same."});
  }
}

void keep_item(Warning& warning, std::size_t item) {
  if (warning.items.size() < kMaxWarningItems) warning.items.push_back(item);
}

void warn_of_repetition(std::span<const Example> examples, Seen& seen, std::vector<Warning>& out) {
  Warning same{"duplicate", {}};
  Warning torn{"contradiction", {}};
  std::size_t same_count = 0;
  std::size_t torn_count = 0;
  std::unordered_map<std::uint64_t, std::size_t> first;
  for (std::size_t i = 0; i < examples.size(); ++i) {
    const auto [found, is_new] = first.emplace(seen.name(examples[i].text), i);
    if (is_new) continue;
    if (examples[found->second].label == examples[i].label) {
      ++same_count;
      keep_item(same, i);
    } else {
      if (torn_count++ == 0) {
        torn.message = quoted(examples[i].text) + " is labelled both " + quoted(examples[found->second].label) +
                       " and " + quoted(examples[i].label);
      }
      keep_item(torn, i);
    }
  }
  if (same_count > 0) {
    same.message = std::to_string(same_count) + (same_count == 1 ? " example repeats" : " examples repeat") +
                   " an earlier one word for word.";
    out.push_back(std::move(same));
  }
  if (torn_count > 0) {
    torn.message += torn_count == 1 ? "." : ", and so are " + std::to_string(torn_count - 1) + " more.";
    torn.message += " No model can have both right.";
    out.push_back(std::move(torn));
  }
}

}  // namespace

Review review_examples(std::span<const Example> examples) {
  std::map<std::string, std::size_t> counts;
  for (const Example& example : examples) ++counts[example.label];
  Review review;
  for (const auto& [label, count] : counts) review.labels.push_back({label, count});
  Seen seen;
  warn_of_counts(review.labels, review.warnings);
  warn_of_spelling(review.labels, seen, review.warnings);
  warn_of_repetition(examples, seen, review.warnings);
  return review;
}

Overlap find_overlap(std::span<const Example> training, std::span<const Example> test) {
  Seen seen;
  std::unordered_set<std::uint64_t> known;
  for (const Example& example : training) known.insert(seen.name(example.text));
  Overlap overlap{0, {"overlap", {}}};
  for (std::size_t i = 0; i < test.size(); ++i) {
    if (!known.contains(seen.name(test[i].text))) continue;
    ++overlap.count;
    keep_item(overlap.warning, i);
  }
  overlap.warning.message = std::to_string(overlap.count) + " of " + std::to_string(test.size()) +
                            " test texts are in the training data word for word; what is measured on them is memory.";
  return overlap;
}

Warning review_overlap(std::span<const Example> training, std::span<const Example> test) {
  return find_overlap(training, test).warning;
}

}  // namespace weighhouse::features
