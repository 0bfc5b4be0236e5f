#include "base/nearest_name.h"

#include <array>
#include <gtest/gtest.h>
#include <string>

namespace weighhouse {
namespace {

constexpr std::array<std::string_view, 4> kKnown{"name", "created_at", "annotation_type", "class"};

TEST(NearestNameTest, ASlipOfTheFingersAnotherCaseAndAnotherSpellingAreRecognised) {
  EXPECT_EQ(nearest_name("nmae", kKnown), "name");
  EXPECT_EQ(nearest_name("createdAt", kKnown), "created_at");
  EXPECT_EQ(nearest_name("class_name", kKnown), "class");
  EXPECT_EQ(nearest_name("annotation", kKnown), "annotation_type");
}

TEST(NearestNameTest, WhatResemblesNothingIsNotGuessed) {
  EXPECT_EQ(nearest_name("voltage", kKnown), "");
  EXPECT_EQ(nearest_name("", kKnown), "");
  EXPECT_EQ(nearest_name(std::string(100'000, 'x'), kKnown), "");
  EXPECT_EQ(nearest_name("name", {}), "");
}

TEST(NearestNameTest, TheWordItselfIsNoHelp) { EXPECT_EQ(nearest_name("name", std::span{kKnown}.first(1)), ""); }

}  // namespace
}  // namespace weighhouse
