#include "cli/width.h"

#include <gtest/gtest.h>

namespace weighhouse::cli {
namespace {

TEST(Width, CountsColumnsAndNotBytes) {
  EXPECT_EQ(display_width("jarvis"), 6U);
  EXPECT_EQ(display_width("Müller"), 6U);
  EXPECT_EQ(display_width("你好"), 4U);
  EXPECT_EQ(display_width("こんにちは"), 10U);
  EXPECT_EQ(display_width("🙂"), 2U);
}

TEST(Width, CountsCombiningMarksAsNothing) { EXPECT_EQ(display_width("e\u0301"), 1U); }

TEST(Width, SurvivesBytesThatAreNoText) {
  EXPECT_EQ(display_width("\xff\xff"), 2U);
  EXPECT_EQ(fit("\xf0", 1), "\xf0");
}

TEST(Width, KeepsWhatFitsAsItIs) { EXPECT_EQ(fit("jarvis", 6), "jarvis"); }

TEST(Width, CutsWithAnEllipsisAtTheEdge) {
  EXPECT_EQ(fit("jarvis", 5), "jarv…");
  EXPECT_EQ(fit("jarvis", 1), "…");
  EXPECT_EQ(fit("jarvis", 0), "");
}

TEST(Width, NeverCutsAWideCharacterInTwo) {
  EXPECT_EQ(fit("你好世界", 5), "你好…");
  EXPECT_EQ(fit("你好世界", 4), "你…");
}

TEST(Wrap, BreaksAtSpacesAndIndentsWhatFollows) {
  EXPECT_EQ(wrap("one two three four", 2, 10), "one two\n  three\n  four");
  EXPECT_EQ(wrap("incomprehensibilities all", 2, 10), "incomprehensibilities\n  all");
  EXPECT_EQ(wrap("", 2, 10), "");
}

}  // namespace
}  // namespace weighhouse::cli
