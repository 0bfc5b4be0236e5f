#include "registry/meta_paths.h"

#include <gtest/gtest.h>

namespace weighhouse::registry {
namespace {

TEST(MetaPathsTest, JoinsTheKeysOfNestedObjects) {
  const auto values = flatten_metadata(R"({"a": {"b": {"c": 1.5}}, "d": "x", "e": true, "f": null})").take();
  ASSERT_EQ(values.size(), 3U);
  EXPECT_EQ(values[0].path, "a.b.c");
  EXPECT_EQ(values[0].number, 1.5);
  EXPECT_EQ(values[1].text, "x");
  EXPECT_EQ(values[2].text, "true");
}

TEST(MetaPathsTest, PutsTheElementsOfAnArrayUnderItsOwnPath) {
  const auto values = flatten_metadata(R"({"a": ["x", 2, {"b": 3}, ["y"]]})").take();
  ASSERT_EQ(values.size(), 4U);
  EXPECT_EQ(values[0].path, "a");
  EXPECT_EQ(values[1].path, "a");
  EXPECT_EQ(values[2].path, "a.b");
  EXPECT_EQ(values[3].text, "y");
}

TEST(MetaPathsTest, StopsAtItsLimits) {
  std::string many = R"({"a": [)";
  for (int i = 0; i < 600; ++i) many += std::to_string(i) + ",";
  many += R"(0], "long": ")" + std::string(1001, 'x') + R"("})";
  EXPECT_EQ(flatten_metadata(many)->size(), kMostMetaValues);
  EXPECT_TRUE(flatten_metadata(R"({"long": ")" + std::string(1001, 'x') + R"("})")->empty());
  EXPECT_TRUE(flatten_metadata(R"({")" + std::string(301, 'x') + R"(": 1})")->empty());
}

TEST(MetaPathsTest, RefusesWhatIsNoObject) {
  for (const char* text : {"", "[]", "1", "{", R"({"a":})"}) EXPECT_FALSE(flatten_metadata(text)) << text;
  EXPECT_FALSE(flatten_metadata(std::string(100'000, '[')));
}

}  // namespace
}  // namespace weighhouse::registry
