#include "base/id.h"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <set>

namespace weighhouse {
namespace {

TEST(Ulid, HasTwentySixCharactersAndIsNeverTheSame) {
  const Timestamp now{std::chrono::milliseconds{1'700'000'000'000}};
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const auto id = new_ulid(now);
    EXPECT_TRUE(is_ulid(id)) << id;
    EXPECT_TRUE(seen.insert(id).second);
  }
}

TEST(Ulid, SortsByTime) {
  std::string before;
  for (std::int64_t ms = 1; ms < 4'000'000'000'000; ms *= 3) {
    const auto id = new_ulid(Timestamp{std::chrono::milliseconds{ms}});
    EXPECT_LT(before, id);
    before = id;
  }
  // The example of its specification.
  EXPECT_EQ(new_ulid(Timestamp{std::chrono::milliseconds{1469918176385}}).substr(0, 10), "01ARYZ6S41");
}

TEST(Ulid, IsNotJustAnyTwentySixCharacters) {
  EXPECT_TRUE(is_ulid("01ARZ3NDEKTSV4RRFFQ69G5FAV"));
  for (const auto* wrong : {"", "01ARZ3NDEKTSV4RRFFQ69G5FA", "01ARZ3NDEKTSV4RRFFQ69G5FAVX",
                            "01ARZ3NDEKTSV4RRFFQ69G5FAU", "../../../../../../etc/host"})
    EXPECT_FALSE(is_ulid(wrong)) << wrong;
}

TEST(FillRandom, FillsAllOfIt) {
  std::array<std::byte, 64> bytes{};
  fill_random(bytes);
  const auto zeroes = std::count(bytes.begin(), bytes.end(), std::byte{0});
  EXPECT_LT(zeroes, 16);
}

}  // namespace
}  // namespace weighhouse
