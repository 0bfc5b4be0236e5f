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

TEST(MetaPathsTest, ALongRowOfNumbersKeepsNothingElseFromBeingFound) {
  std::string many = R"({"losses": [)";
  for (std::size_t i = 0; i < kMostMetaValues; ++i) many += std::to_string(i) + ",";
  many += R"(0], "runs": [{"seed": 7}], "group": {"name": "a"}})";
  const auto values = flatten_metadata(many).take();
  ASSERT_EQ(values.size(), kMostMetaValues);
  EXPECT_EQ(values[0].path, "group.name");
  EXPECT_EQ(values[1].path, "losses");
}

TEST(MetaPathsTest, OfALongTextTheBeginningIsKeptWholeCharactersOnly) {
  const auto values = flatten_metadata(R"({"long": "x)" + std::string(999, 'y') + "\xC3\xA4" + R"("})").take();
  ASSERT_EQ(values.size(), 1U);
  EXPECT_EQ(values[0].text, "x" + std::string(999, 'y') + "…");
  const auto split = flatten_metadata(R"({"long": ")" + std::string(999, 'y') + "\xC3\xA4" + R"("})").take();
  EXPECT_EQ(split[0].text, std::string(999, 'y') + "…");
  EXPECT_TRUE(flatten_metadata(R"({")" + std::string(301, 'x') + R"(": 1})")->empty());
}

TEST(MetaPathsTest, RefusesWhatIsNoObject) {
  for (const char* text : {"", "[]", "1", "{", R"({"a":})"}) EXPECT_FALSE(flatten_metadata(text)) << text;
  EXPECT_FALSE(flatten_metadata(std::string(100'000, '[')));
}

}  // namespace
}  // namespace weighhouse::registry
