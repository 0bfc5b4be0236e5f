#include "library/settler.h"

#include <gtest/gtest.h>

namespace weighhouse::library {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::int64_t kSecond = 1'000'000'000;

TEST(Settler, WaitsUntilTheSameWasSeenForLongEnough) {
  Settler settler{milliseconds{2000}};
  const Timestamp start{seconds{1000}};
  const Digest one = Digest::of("one");
  EXPECT_FALSE(settler.is_settled("a", one, start, 0, 0));
  EXPECT_FALSE(settler.is_settled("a", one, start + milliseconds{1999}, 0, 0));
  EXPECT_TRUE(settler.is_settled("a", one, start + milliseconds{2000}, 0, 0));
}

TEST(Settler, BeginsAnewWithEveryChange) {
  Settler settler{milliseconds{2000}};
  const Timestamp start{seconds{1000}};
  settler.is_settled("a", Digest::of("one"), start, 0, 0);
  EXPECT_FALSE(settler.is_settled("a", Digest::of("two"), start + seconds{3}, 0, 0));
  EXPECT_FALSE(settler.is_settled("a", Digest::of("two"), start + seconds{4}, 0, 0));
  EXPECT_TRUE(settler.is_settled("a", Digest::of("two"), start + seconds{5}, 0, 0));
}

TEST(Settler, BelievesTheKernelThatNothingHasChangedForLongEnough) {
  Settler settler{milliseconds{2000}};
  const Timestamp now{seconds{1000}};
  EXPECT_TRUE(settler.is_settled("a", Digest::of("one"), now, 10 * kSecond, 12 * kSecond));
  EXPECT_FALSE(settler.is_settled("b", Digest::of("one"), now, 10 * kSecond, 11 * kSecond));
  EXPECT_FALSE(settler.is_settled("c", Digest::of("one"), now, 10 * kSecond, 5 * kSecond));  // a clock set back
}

TEST(Settler, SeesAnythingThatChangesInAnEntry) {
  DiskEntry entry{.key = "a", .folder = "a", .name_space = "n", .name = "a", .files = {{"x", {1, 2, 3}}}};
  const auto print = print_of(entry);
  EXPECT_EQ(print_of(entry), print);
  for (const Stamp& stamp : {Stamp{2, 2, 3}, Stamp{1, 3, 3}, Stamp{1, 2, 4}}) {
    auto other = entry;
    other.files[0].stamp = stamp;
    EXPECT_NE(print_of(other), print);
  }
  entry.changed_ns = 1;
  EXPECT_NE(print_of(entry), print);
}

}  // namespace
}  // namespace weighhouse::library
