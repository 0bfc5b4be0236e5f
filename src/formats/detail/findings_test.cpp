#include "formats/detail/findings.h"

#include <gtest/gtest.h>

#include "formats/detail/words.h"

namespace weighhouse::formats::detail {
namespace {

TEST(Findings, CountTheSameRemarkOnTheSamePlaceOnce) {
  Findings findings;
  findings.warn("code", "A sentence.", "here");
  findings.warn("code", "A sentence.", "here");
  findings.warn("code", "A sentence.", "there");
  ASSERT_EQ(findings.all().size(), 2U);
  EXPECT_EQ(findings.all()[0].count, 2U);
}

TEST(Findings, StayFewHoweverManyPlacesThereAre) {
  Findings findings;
  for (int i = 0; i < 10'000; ++i) findings.note("code", "A sentence.", std::to_string(i));
  EXPECT_EQ(findings.all().size(), Findings::kPerCode);
  std::uint64_t count = 0;
  for (const auto& finding : findings.all()) count += finding.count;
  EXPECT_EQ(count, 10'000U);
}

TEST(Findings, ComeTheGravestFirst) {
  Findings findings;
  findings.note("a", "A sentence.");
  findings.malformed("b", "A sentence.");
  EXPECT_TRUE(findings.is_malformed());
  EXPECT_EQ(std::move(findings).take()[0].code, "b");
}

TEST(Words, QuotedTextCannotLeaveItsQuotes) { EXPECT_EQ(quoted("a\"b\n"), R"("a\x22b\x0a")"); }

TEST(Words, CountsHaveThreeFigures) {
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(22'713'728), "22.7 M");
  EXPECT_EQ(format_count(999'900), "1.00 M");
  EXPECT_EQ(counted(1, "byte"), "1 byte");
  EXPECT_EQ(counted(2, "byte"), "2 bytes");
}

}  // namespace
}  // namespace weighhouse::formats::detail
