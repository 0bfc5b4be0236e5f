#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace weighhouse::learners::detail {

// The fold of each item, below `folds`: every class is spread as evenly as it goes, and so are the folds' sizes.
std::vector<std::uint32_t> stratified_folds(std::span<const std::uint32_t> labels, std::size_t classes,
                                            std::size_t folds, std::uint64_t seed);

}  // namespace weighhouse::learners::detail
