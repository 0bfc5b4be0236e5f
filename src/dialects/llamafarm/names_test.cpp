#include "dialects/llamafarm/names.h"

#include <gtest/gtest.h>

namespace weighhouse::dialects::llamafarm {
namespace {

TEST(LlamafarmNames, AVersionIsANameWithItsTime) {
  const auto at = Timestamp::parse("2025-09-15T10:30:00.5Z").take();
  EXPECT_EQ(versioned_name("tickets", at), "tickets_20250915_103000");
  EXPECT_EQ(split_name("tickets_20250915_103000").base, "tickets");
  EXPECT_TRUE(split_name("tickets_20250915_103000").is_versioned);
}

TEST(LlamafarmNames, WhatOnlyLooksLikeATimeIsPartOfTheName) {
  for (const char* name :
       {"tickets", "tickets_v2", "tickets_20250915", "tickets_20250915-103000", "_20250915_103000"}) {
    EXPECT_EQ(split_name(name).base, name);
    EXPECT_FALSE(split_name(name).is_versioned);
  }
}

TEST(LlamafarmNames, LatestStandsForTheNewestOfABase) {
  EXPECT_EQ(base_of_latest("tickets-latest"), "tickets");
  EXPECT_FALSE(base_of_latest("tickets"));
  EXPECT_FALSE(base_of_latest("-latest"));
  std::vector<registry::ModelRow> rows;
  for (const auto& [name, seconds] : {std::pair{"tickets", 20}, {"tickets_20250915_103000", 30}, {"other", 40}}) {
    registry::ModelRow row{.model = {.id = {},
                                     .name_space = registry::Namespace::custom(),
                                     .name = registry::ModelName::parse(name).take()}};
    row.current = registry::Version{.model = {}, .created_at = Timestamp{std::chrono::seconds{seconds}}};
    rows.push_back(std::move(row));
  }
  const auto* newest = newest_of(rows, "tickets");
  ASSERT_NE(newest, nullptr);
  EXPECT_EQ(newest->model.name.text(), "tickets_20250915_103000");
  EXPECT_EQ(newest_of(rows, "nobody"), nullptr);
}

}  // namespace
}  // namespace weighhouse::dialects::llamafarm
