#include "formats/detail/element_type.h"

#include <gtest/gtest.h>
#include <vector>

namespace weighhouse::formats::detail {
namespace {

TEST(ElementType, KnowsTheWidthOfEachWord) {
  EXPECT_EQ(element_bits("BF16"), 16U);
  EXPECT_EQ(element_bits("F6_E3M2"), 6U);
  EXPECT_EQ(element_bits("C128"), 128U);
  EXPECT_FALSE(element_bits("STRING"));
  EXPECT_FALSE(element_bits("Q4_K"));
  EXPECT_FALSE(element_bits(""));
}

TEST(ElementType, CountsElementsUnlessTheyDoNotFit) {
  const auto count = [](std::vector<std::int64_t> shape) { return element_count(shape); };
  constexpr auto kLarge = std::int64_t{1} << 40U;
  EXPECT_EQ(count({}), 1U);
  EXPECT_EQ(count({2, 3}), 6U);
  EXPECT_EQ(count({2, 0, 3}), 0U);
  EXPECT_EQ(count({kLarge, kLarge, 0}), 0U);
  EXPECT_FALSE(count({kLarge, kLarge}));
  EXPECT_FALSE(count({-1, 3}));
}

TEST(ElementType, PacksElementsThatAreNarrowerThanAByte) {
  EXPECT_EQ(packed_bytes(3, 4), 2U);
  EXPECT_EQ(packed_bytes(4, 6), 3U);
  EXPECT_EQ(packed_bytes(5, 64), 40U);
  EXPECT_EQ(packed_bytes(std::uint64_t{1} << 62U, 8), std::uint64_t{1} << 62U);
  EXPECT_FALSE(packed_bytes(std::uint64_t{1} << 62U, 64));
}

}  // namespace
}  // namespace weighhouse::formats::detail
