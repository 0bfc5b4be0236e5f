#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "features/sparse.h"

namespace weighhouse::learners::detail {

// A linear classifier: one row of weights per dimension, one column per class, so that a text touches few, whole rows.
struct Head {
  std::size_t dimensions = 0;
  std::size_t classes = 0;
  std::vector<float> weights;  // dimensions x classes
  std::vector<float> bias;     // classes

  std::span<const float> row(std::size_t dimension) const { return {&weights[dimension * classes], classes}; }
  // Replaces `logits`, which must have `classes` places.
  void score(std::span<const features::SparseEntry> text, std::span<float> logits) const;
};

// What a head is trained on. `labels[i]`, below `classes`, is the class of row i.
struct Problem {
  const features::SparseRows& rows;
  std::size_t dimensions;
  std::span<const std::uint32_t> labels;
  std::size_t classes;
  // From here on every row has every column, in order, behind its sparse ones: an encoder's vector.
  std::size_t dense_from = static_cast<std::size_t>(-1);
};

// Asked now and then with the fraction done; false ends the training, which then gives nothing.
using KeepGoing = std::function<bool(double fraction)>;

}  // namespace weighhouse::learners::detail
