#include "base/time.h"

#include <gtest/gtest.h>

namespace weighhouse {
namespace {

std::string read(std::string_view text) {
  const auto time = Timestamp::parse(text);
  return time ? time->to_string() : "refused";
}

TEST(Timestamp, HasTwentySevenCharactersThatSortAsTimesDo) {
  const auto first = Timestamp::parse("2026-01-06T15:00:00Z").value();
  const auto later = first + std::chrono::microseconds{1};
  EXPECT_EQ(first.to_string(), "2026-01-06T15:00:00.000000Z");
  EXPECT_EQ(later.to_string().size(), 27U);
  EXPECT_LT(first.to_string(), later.to_string());
  EXPECT_EQ((later - first).count(), 1);
  EXPECT_EQ(Timestamp{}.to_string(), "1970-01-01T00:00:00.000000Z");
}

TEST(Timestamp, ReadsAnyFractionAndZone) {
  EXPECT_EQ(read("2026-01-06T15:00:00.1Z"), "2026-01-06T15:00:00.100000Z");
  EXPECT_EQ(read("2026-01-06t15:00:00.123456789z"), "2026-01-06T15:00:00.123456Z");
  EXPECT_EQ(read("2026-01-06T01:30:00+02:00"), "2026-01-05T23:30:00.000000Z");
  EXPECT_EQ(read("2026-01-06 15:00-0530"), "2026-01-06T20:30:00.000000Z");
  EXPECT_EQ(read("2026-01-06"), "2026-01-06T00:00:00.000000Z");
  EXPECT_EQ(read("2026-01-06T15:00:00"), "2026-01-06T15:00:00.000000Z");  // no zone counts as UTC
  EXPECT_EQ(read("1969-12-31T23:59:59.999999Z"), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(read("2024-02-29"), "2024-02-29T00:00:00.000000Z");
}

TEST(Timestamp, RefusesWhatIsNoTime) {
  for (const auto* wrong :
       {"", "yesterday", "2025-02-29", "2026-13-01", "2026-01-06T24:00:00", "2026-01-06T15:60", "2026-01-06T15:00:61Z",
        "2026-01-06T15:00:00.Z", "2026-01-06T15:00:00Z ", "2026-01-06T15:00:00+25:00", "26-01-06"})
    EXPECT_EQ(read(wrong), "refused") << wrong;
}

TEST(ManualClock, MovesOnlyByHand) {
  ManualClock clock;
  const auto start = clock.now();
  EXPECT_EQ(clock.now(), start);
  clock.advance(std::chrono::hours{1});
  EXPECT_EQ(clock.now() - start, std::chrono::hours{1});
}

}  // namespace
}  // namespace weighhouse
