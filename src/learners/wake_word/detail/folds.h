#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace weighhouse::learners::wake::detail {

struct Grouped {
  std::string group;  // members of a group stay together
  std::uint64_t size;
};

// The fold of each item, below `folds`: groups in a random order of the seed, each to the fold that has the least of
// its kind yet. The kind is what stands before the first "/" of the group's name.
std::vector<std::size_t> divide(const std::vector<Grouped>& items, std::size_t folds, std::uint64_t seed);

// Keeps at most `most` of the values, evenly.
void thin_out(std::vector<std::uint32_t>& values, std::size_t most);

}  // namespace weighhouse::learners::wake::detail
