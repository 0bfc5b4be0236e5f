#include "client/content_range.h"

#include <gtest/gtest.h>

namespace weighhouse::client {
namespace {

TEST(ContentRange, SaysWhichPartOfHowMuch) {
  const auto range = parse_content_range("bytes 500-999/1000");
  ASSERT_TRUE(range);
  EXPECT_EQ(range->first, 500U);
  EXPECT_EQ(range->last, 999U);
  EXPECT_EQ(range->total_bytes, 1000U);
  const auto open_ended = parse_content_range("bytes 0-9/*");
  ASSERT_TRUE(open_ended);
  EXPECT_FALSE(open_ended->total_bytes);
}

TEST(ContentRange, IsNothingWhenItContradictsItself) {
  for (const char* text : {"", "bytes", "bytes */1000", "bytes 5-4/10", "bytes 0-10/10", "items 0-9/10", "bytes a-b/c",
                           "bytes -1-5/10", "bytes 0-9", "bytes 0/9-1"}) {
    EXPECT_FALSE(parse_content_range(text)) << text;
  }
}

}  // namespace
}  // namespace weighhouse::client
