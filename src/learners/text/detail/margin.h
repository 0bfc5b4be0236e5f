#pragma once

#include <optional>

#include "learners/text/detail/head.h"

namespace weighhouse::learners::detail {

struct MarginOptions {
  double c = 0.5;
  std::size_t epochs = 10;
  double tolerance = 0.02;  // of the largest violation left
  std::uint64_t seed = 42;
  std::size_t threads = 2;
};

// One class against the rest with squared hinge loss, for many examples: its memory is the examples and the weights.
//
// Dual coordinate descent (Hsieh, Chang, Keerthi, Sundararajan and Lin, "A dual coordinate descent method for
// large-scale linear SVM", 2008), 32 classes abreast: a pass over a text reads and writes whole rows. Blocks of classes
// are independent, so the threads they run on change nothing in the result. Nothing when `keep_going` said so; it may
// be called from any of the threads, by several at a time.
std::optional<Head> train_margin(const Problem& problem, const MarginOptions& options, const KeepGoing& keep_going);

}  // namespace weighhouse::learners::detail
