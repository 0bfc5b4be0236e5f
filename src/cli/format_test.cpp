#include "cli/format.h"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace weighhouse::cli {
namespace {

TEST(Format, ShowsTimesToTheMinute) {
  EXPECT_EQ(format_time("2026-01-06T15:00:00.000000Z"), "2026-01-06 15:00");
  EXPECT_EQ(format_time(""), "");
  EXPECT_EQ(format_time("yesterday"), "yesterday");
}

TEST(Format, GroupsDigitsByThree) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(1000), "1,000");
  EXPECT_EQ(format_count(1234567), "1,234,567");
  EXPECT_EQ(format_count(18446744073709551615ULL), "18,446,744,073,709,551,615");
}

TEST(Format, NamesOneAndMany) {
  EXPECT_EQ(format_plural(1, "file", "files"), "1 file");
  EXPECT_EQ(format_plural(0, "file", "files"), "0 files");
  EXPECT_EQ(format_plural(1200, "file", "files"), "1,200 files");
}

TEST(Format, KeepsFourFiguresOfANumber) {
  EXPECT_EQ(format_number(0.943), "0.943");
  EXPECT_EQ(format_number(0.97134), "0.9713");
  EXPECT_EQ(format_number(1e-5), "1e-05");
  EXPECT_EQ(format_number(12), "12");
}

TEST(Format, WritesShapesAsPeopleSayThem) {
  EXPECT_EQ(format_shape(boost::json::parse("[2,3]")), "2 x 3");
  EXPECT_EQ(format_shape(boost::json::parse("[\"batch\",768]")), "batch x 768");
  EXPECT_EQ(format_shape(boost::json::parse("[]")), "scalar");
}

TEST(Format, ShortensADigestToWhatAnEyeCompares) {
  EXPECT_EQ(format_digest("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"), "e3b0c44298fc");
}

TEST(Format, IndentsJsonAndKeepsNumbersReadable) {
  EXPECT_EQ(format_json(boost::json::parse(
                R"({"models":[{"f1":0.943,"n":3,"shape":[2,3],"tags":{}}],"next_cursor":null,"x":[]})")),
            "{\n"
            "  \"models\": [\n"
            "    {\n"
            "      \"f1\": 0.943,\n"
            "      \"n\": 3,\n"
            "      \"shape\": [2, 3],\n"
            "      \"tags\": {}\n"
            "    }\n"
            "  ],\n"
            "  \"next_cursor\": null,\n"
            "  \"x\": []\n"
            "}");
}

TEST(Format, WritesJsonThatReadsBackTheSame) {
  const auto value =
      boost::json::parse(R"({"a\"b\n":["\u0001x",true,null,-7,18446744073709551615,0.1,1e300],"c":{"d":[[1],[2]]}})");
  EXPECT_EQ(boost::json::parse(format_json(value)), value);
}

}  // namespace
}  // namespace weighhouse::cli
