#pragma once

#include <optional>

#include "learners/text/detail/head.h"

namespace weighhouse::learners::detail {

struct LogisticOptions {
  double c = 30.0;  // trust in the examples: the loss of all of them weighs this much against the size of the weights
  std::size_t iterations = 100;
  double tolerance = 1e-3;  // of the gradient's length, relative to its first
};

// Multinomial logistic regression, for few examples of many dimensions.
//
// Minimises |W|^2 / 2 + c * sum of -log softmax(W x)[label]. Every weight that this can ever want is a sum of examples,
// W = X'A, so the search (L-BFGS) is done on A, one row for each example, under the inner product <A, B> = A' K B with
// K = XX'. Its steps are those that a search on W would take, at the price of a product with K, which fits the cache,
// in place of two with X. Nothing when `keep_going` said so.
std::optional<Head> train_logistic(const Problem& problem, const LogisticOptions& options, const KeepGoing& keep_going);

}  // namespace weighhouse::learners::detail
