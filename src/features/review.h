#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "features/examples.h"

namespace weighhouse::features {

struct LabelCount {
  std::string label;
  std::size_t examples;
};

// Something about a data set that a person should look at. `code` is stable: "few-examples", "single-example",
// "duplicate", "contradiction", "imbalance", "similar-labels", "overlap". `message` is a sentence, `items` are places
// in the data, from 0, at most kMaxWarningItems of them.
struct Warning {
  std::string code;
  std::string message;
  std::vector<std::size_t> items{};
};

struct Review {
  std::vector<LabelCount> labels;  // by label
  std::vector<Warning> warnings;
};

inline constexpr std::size_t kEnoughExamples = 8;  // of a label; below, results vary much with the choice of examples
inline constexpr std::size_t kMaxWarningItems = 20;

// Texts are compared as a learner sees them: two with the same folded words are the same.
Review review_examples(std::span<const Example> examples);

// Which items of `test` a model trained on `training` has seen word for word: what is measured on them is memory.
struct Overlap {
  std::size_t count = 0;
  Warning warning;
};
Overlap find_overlap(std::span<const Example> training, std::span<const Example> test);
Warning review_overlap(std::span<const Example> training, std::span<const Example> test);

}  // namespace weighhouse::features
