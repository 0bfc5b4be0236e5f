#include "scales/random.h"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <numeric>

namespace weighhouse::scales {
namespace {

TEST(Random, IsTheSameEverywhereForASeed) {
  // std::mt19937_64 is fixed by the standard: its 10000th number from the usual seed is 9981545732273789042.
  Random random{5489};
  constexpr std::uint64_t kHalf = std::uint64_t{1} << 63U;
  for (int i = 0; i < 9999; ++i) random.below(kHalf);
  EXPECT_EQ(random.below(kHalf), 9981545732273789042ULL / 2);
}

TEST(Random, ReachesEveryNumberBelowItsLimitAboutEquallyOften) {
  Random random{1};
  std::array<int, 7> counts{};
  for (int i = 0; i < 70'000; ++i) ++counts[random.below(7)];
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 500);
}

TEST(Random, ShufflesWithoutLosingAnything) {
  std::array<int, 50> items{};
  std::iota(items.begin(), items.end(), 0);
  auto shuffled = items;
  Random{3}.shuffle(std::span<int>{shuffled});
  EXPECT_NE(shuffled, items);
  std::sort(shuffled.begin(), shuffled.end());
  EXPECT_EQ(shuffled, items);
}

}  // namespace
}  // namespace weighhouse::scales
