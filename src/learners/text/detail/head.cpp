#include "learners/text/detail/head.h"

#include <algorithm>

#include "learners/text/detail/vectors.h"

namespace weighhouse::learners::detail {

void Head::score(std::span<const features::SparseEntry> text, std::span<float> logits) const {
  std::copy(bias.begin(), bias.end(), logits.begin());
  for (const auto& entry : text) add_scaled(row(entry.column), entry.value, logits);
}

}  // namespace weighhouse::learners::detail
