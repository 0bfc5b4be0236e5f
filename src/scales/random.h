#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <utility>

namespace weighhouse::scales {

// Numbers that look random and depend on the seed alone: the same on every machine and with every library. (The
// standard fixes its engines to the bit, but leaves its distributions and std::shuffle to each library.)
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  // Uniform in [0, limit); `limit` must be above 0. Unbiased: Lemire, "Fast random integer generation in an interval",
  // 2019.
  std::uint64_t below(std::uint64_t limit) {
    __extension__ using Wide = unsigned __int128;
    Wide product = static_cast<Wide>(engine_()) * limit;
    if (static_cast<std::uint64_t>(product) < limit) {
      const std::uint64_t excess = (0 - limit) % limit;
      while (static_cast<std::uint64_t>(product) < excess) product = static_cast<Wide>(engine_()) * limit;
    }
    return static_cast<std::uint64_t>(product >> 64U);
  }

  // Every order is equally likely (Fisher and Yates).
  template <class T>
  void shuffle(std::span<T> items) {
    for (std::size_t left = items.size(); left > 1; --left) std::swap(items[left - 1], items[below(left)]);
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace weighhouse::scales
