#include "base/json_fields.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace weighhouse {
namespace {

namespace json = boost::json;

TEST(JsonFields, ReadNothingOutOfWhatIsAbsentOrOfAnotherType) {
  const json::object object{{"text", "a"}, {"number", 2.5}, {"count", 3}, {"flag", true}, {"none", nullptr}};
  EXPECT_EQ(text_at(object, "text"), "a");
  EXPECT_EQ(text_at(object, "number"), "");
  EXPECT_EQ(number_at(object, "number"), 2.5);
  EXPECT_EQ(number_at(object, "count"), 3.0);
  EXPECT_FALSE(number_at(object, "text"));
  EXPECT_EQ(count_at(object, "count"), 3U);
  EXPECT_EQ(count_at(object, "none"), 0U);
  EXPECT_TRUE(flag_at(object, "flag"));
  EXPECT_FALSE(flag_at(object, "absent"));
  EXPECT_TRUE(list_at(object, "text").empty());
  EXPECT_TRUE(object_at(object, "none").empty());
}

TEST(JsonFields, ATextThatIsNoObjectIsAnEmptyOne) {
  EXPECT_TRUE(object_of("[1]").empty());
  EXPECT_TRUE(object_of("{").empty());
  EXPECT_EQ(object_of(R"({"a": 1})").size(), 1U);
}

TEST(JsonFields, WhatIsInsideOutlivesAnObjectThatNobodyHolds) {
  std::size_t letters = 0;
  for (const auto& [key, value] : object_at(object_of(R"({"a": {"bc": 1, "def": 2}})"), "a")) letters += key.size();
  for (const auto& one : list_at(object_of(R"({"a": ["ghij"]})"), "a")) letters += one.get_string().size();
  EXPECT_EQ(letters, 9U);
}

}  // namespace
}  // namespace weighhouse
