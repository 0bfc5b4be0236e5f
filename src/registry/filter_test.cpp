#include "registry/filter.h"

#include <gtest/gtest.h>
#include <random>

namespace weighhouse::registry {
namespace {

std::string canonical(std::string_view text) {
  const auto filter = parse_filter(text);
  return filter ? to_string(*filter) : "refused: " + filter.error().message;
}

std::int64_t error_column(std::string_view text) {
  const auto filter = parse_filter(text);
  if (filter) return 0;
  EXPECT_EQ(filter.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(filter.error().details.size(), 1U) << filter.error().message;
  return filter.error().details.empty() ? 0 : std::get<std::int64_t>(filter.error().details[0].second);
}

TEST(FilterTest, ReadsEveryFormItsHeaderShows) {
  EXPECT_EQ(canonical("kind = 'wake-word' AND metric.f1 >= 0.9 AND (tag.team = 'audio' OR alias = 'production')"),
            "kind = 'wake-word' AND metric.f1 >= 0.9 AND (tag.team = 'audio' OR alias = 'production')");
  EXPECT_EQ(canonical("metric.f1{class=\"dog\", slice=\"night\"} > 0.5 AND created_at >= 2026-01-01 AND NOT name LIKE "
                      "'test-%'"),
            "metric.f1{class=\"dog\", slice=\"night\"} > 0.5 AND created_at >= 2026-01-01T00:00:00.000000Z AND NOT "
            "name LIKE 'test-%'");
  EXPECT_EQ(canonical("size > 10MB AND meta.training_config.dropout IN (0.3, 0.5)"),
            "size > 10000000 AND meta.training_config.dropout IN (0.3, 0.5)");
}

TEST(FilterTest, ReadsTheFiltersOfMlflowsRegistry) {
  for (const auto& [text, meaning] : std::vector<std::pair<std::string, std::string>>{
           {"name = 'my-model'", "name = 'my-model'"},
           {"name='my-model'", "name = 'my-model'"},
           {"name LIKE '%model%'", "name LIKE '%model%'"},
           {"name ilike 'My%'", "name ILIKE 'My%'"},
           {"name != \"x\"", "name != 'x'"},
           {"tags.key = 'v'", "tag.key = 'v'"},
           {"tag.key != 'v'", "tag.key != 'v'"},
           {"tags.`a b` = 'x'", "tag.\"a b\" = 'x'"},
           {"tag.\"k\" LIKE 'x%'", "tag.k LIKE 'x%'"},
           {"tags.mlflow.source.type = 'NOTEBOOK'", "tag.mlflow.source.type = 'NOTEBOOK'"},
           {"name = 'a' and tags.b = 'c' AND tags.d ILIKE '%E%'", "name = 'a' AND tag.b = 'c' AND tag.d ILIKE '%E%'"},
           {"run_id = 'abc'", "commit = 'abc'"},
           {"run_id IN ('a','b')", "commit IN ('a', 'b')"},
           {"source_path = 's3://bucket/x'", "source = 's3://bucket/x'"},
           {"version_number = 3", "number = 3"},
           {"version_number >= '3'", "number >= 3"},
           {"attributes.name = 'x'", "name = 'x'"},
           {"attribute.name = 'x'", "name = 'x'"},
           {"metrics.acc > 0.5", "metric.acc > 0.5"},
           {"aliases = 'champion'", "alias = 'champion'"},
           {"creation_timestamp >= 1767225600000", "created_at >= 2026-01-01T00:00:00.000000Z"},
           {"last_updated_timestamp < 1767225600000", "updated_at < 2026-01-01T00:00:00.000000Z"}}) {
    EXPECT_EQ(canonical(text), meaning) << text;
  }
}

TEST(FilterTest, TakesTextWithoutOperatorsForASearch) {
  EXPECT_EQ(canonical("jarvis"), "'jarvis'");
  EXPECT_EQ(canonical("  hey jarvis "), "'hey jarvis'");
  EXPECT_EQ(canonical("it's"), "'it''s'");
  EXPECT_EQ(canonical("made in china"), "'made in china'");
  EXPECT_EQ(canonical("what is new"), "'what is new'");
  EXPECT_EQ(canonical("not bad (old)"), "'not bad (old)'");
  EXPECT_EQ(canonical("\"exact words\""), "'exact words'");
  EXPECT_EQ(canonical("'jarvis' AND kind = encoder"), "'jarvis' AND kind = 'encoder'");
  EXPECT_TRUE(parse_filter("")->is_everything());
  EXPECT_TRUE(parse_filter(" \n ")->is_everything());
  EXPECT_FALSE(parse_filter("x")->is_everything());
}

TEST(FilterTest, BindsNotThenAndThenOr) {
  EXPECT_EQ(canonical("name = a OR name = b AND NOT name = c"), "name = 'a' OR name = 'b' AND NOT name = 'c'");
  EXPECT_EQ(canonical("(name = a OR name = b) AND name = c"), "(name = 'a' OR name = 'b') AND name = 'c'");
  EXPECT_EQ(canonical("not (name = a or name = b)"), "NOT (name = 'a' OR name = 'b')");
  EXPECT_EQ(canonical("((name = a)) AND (name = b AND name = c)"), "name = 'a' AND name = 'b' AND name = 'c'");
  EXPECT_EQ(canonical("name NOT LIKE 'x%'"), "NOT name LIKE 'x%'");
  EXPECT_EQ(canonical("name NOT IN (a, 'b')"), "name NOT IN ('a', 'b')");
  EXPECT_EQ(canonical("description IS NOT NULL and licence is null"), "description IS NOT NULL AND licence IS NULL");
}

TEST(FilterTest, ReadsSizesTimesNumbersAndTruths) {
  for (const auto& [text, meaning] : std::vector<std::pair<std::string, std::string>>{
           {"size > 1.5GiB", "size > 1610612736"},
           {"size > '10 kB'", "size > 10000"},
           {"size_bytes = 300", "size = 300"},
           {"created_at < 2026-02", "created_at < 2026-02-01T00:00:00.000000Z"},
           {"created_at < 2026", "created_at < 2026-01-01T00:00:00.000000Z"},
           {"created_at < '2026-01-01T10:00:00+01:00'", "created_at < 2026-01-01T09:00:00.000000Z"},
           {"metric.loss < 1e-3", "metric.loss < 0.001"},
           {"metric.loss < -2", "metric.loss < -2"},
           {"metric.val/f1 = 1", "metric.val/f1 = 1"},
           {"pinned = TRUE", "pinned = true"},
           {"pinned != 0", "pinned != false"},
           {"meta.a = '1'", "meta.a = '1'"},
           {"meta.a = 1", "meta.a = 1"},
           {"meta.a = true", "meta.a = 'true'"},
           {"tag.build = 007", "tag.build = '007'"}}) {
    EXPECT_EQ(canonical(text), meaning) << text;
  }
}

TEST(FilterTest, NamesTheColumnWhereItStopped) {
  EXPECT_EQ(error_column("colour = 'red'"), 1);
  EXPECT_EQ(error_column("name = "), 8);
  EXPECT_EQ(error_column("name = 'x' kind = 'other'"), 12);
  EXPECT_EQ(error_column("name = 'x' AND (kind = 'other'"), 31);
  EXPECT_EQ(error_column("name = 'x"), 8);
  EXPECT_EQ(error_column("tag.ü = 'ü' AND metric.f1 = high"), 29);
  EXPECT_EQ(error_column("kind = 'ghost'"), 8);
  EXPECT_EQ(error_column("size LIKE '1%'"), 6);
  EXPECT_EQ(error_column("pinned > true"), 8);
  EXPECT_EQ(error_column("size > 10XB"), 8);
  EXPECT_EQ(error_column("created_at > yesterday"), 14);
  EXPECT_EQ(error_column("meta.a IN (1, 'x')"), 15);
  EXPECT_EQ(error_column("metric.f1{class=a, class=b} > 1"), 20);
  EXPECT_EQ(error_column("metric.f1{klass=a} > 1"), 11);
  EXPECT_EQ(error_column("name ! 'x' = 1"), 6);
  EXPECT_EQ(error_column("name IN 'x' OR name = 'y'"), 9);
  EXPECT_EQ(error_column("name NOT = 'x'"), 10);
  EXPECT_EQ(error_column("tag. = 'x'"), 1);
  EXPECT_EQ(error_column("type = 'odd'"), 8);
  EXPECT_EQ(error_column("digest = 'md5:1'"), 10);
  EXPECT_EQ(error_column("name = '\xff'"), 1);
}

TEST(FilterTest, StaysWithinItsLimits) {
  std::string many = "name = 'a'";
  for (int i = 0; i < 199; ++i) many += " OR name = 'a'";
  EXPECT_TRUE(parse_filter(many));
  EXPECT_FALSE(parse_filter(many + " OR name = 'a'"));
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '(') + "name = 'a'" + std::string(depth, ')');
  };
  EXPECT_TRUE(parse_filter(nested(49)));
  EXPECT_FALSE(parse_filter(nested(50)));
  EXPECT_FALSE(parse_filter(std::string(5'000, '(') + "name='a'"));
  EXPECT_FALSE(parse_filter("name = '" + std::string(10'000, 'x') + "'"));
  std::string nots;
  for (int i = 0; i < 60; ++i) nots += "NOT ";
  EXPECT_FALSE(parse_filter(nots + "name = 'a'"));
}

TEST(OrderTest, ReadsBothWaysOfWritingADirection) {
  const auto order = parse_order("-created_at, metric.f1 DESC, name asc").take();
  ASSERT_EQ(order.size(), 3U);
  EXPECT_EQ(order[0].field.of, Field::Of::kCreatedAt);
  EXPECT_TRUE(order[0].descending);
  EXPECT_EQ(to_string(order[1].field), "metric.f1");
  EXPECT_TRUE(order[1].descending);
  EXPECT_FALSE(order[2].descending);
  EXPECT_TRUE(parse_order("")->empty());
  EXPECT_EQ(parse_order("last_updated_timestamp DESC").take()[0].field.of, Field::Of::kUpdatedAt);
  for (const char* text : {"name, name, name, name", "colour", "alias", "name down", ","}) {
    EXPECT_FALSE(parse_order(text)) << text;
  }
}

TEST(FilterTest, AnErrorSaysWhatWasProbablyMeant) {
  const auto said = [](const char* text) { return parse_filter(text).error().message; };
  EXPECT_NE(said("nmae = 'x'").find("Did you mean name?"), std::string::npos) << said("nmae = 'x'");
  EXPECT_NE(said("metrc.f1 > 0.5").find("Did you mean metric.f1?"), std::string::npos) << said("metrc.f1 > 0.5");
  EXPECT_NE(said("tag = 'x'").find("needs a key, as in tag.x"), std::string::npos) << said("tag = 'x'");
  EXPECT_NE(said("meta.x = 1e400").find("1e400"), std::string::npos) << said("meta.x = 1e400");
  for (const char* text : {"meta.x = '1e400'", "meta.x = e", "meta.x = E", "meta.x = e5", "meta.x = 2026-01-01"}) {
    EXPECT_TRUE(parse_filter(text)) << text;
  }
  EXPECT_TRUE(parse_order("colour").error().message.starts_with("The order cannot be read at column 1"));
}

// Whatever is parsed is written so that it parses to the same.
TEST(FilterTest, WhatItWritesParsesToTheSame) {
  std::mt19937 random{20260106};
  const std::vector<std::string> pieces{
      "name",     "kind",  "tag.a",   "tags.`a b`", "metric.f1",  "{class=", "\"dog\"",    "}",
      "=",        "!=",    ">=",      "<",          "LIKE",       "ILIKE",   "IN",         "(",
      ")",        ",",     "AND",     "OR",         "NOT",        "IS",      "NULL",       "'x'",
      "\"y''\"",  "0.5",   "10MB",    "true",       "2026-01-01", "alias",   "created_at", "size",
      "meta.a.b", "other", "'it''s'", "label",      "pinned",     "%",       "'",          "jarvis"};
  int parsed = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    const int length = 1 + static_cast<int>(random() % 9);
    for (int j = 0; j < length; ++j) text += pieces[random() % pieces.size()] + (random() % 4 == 0 ? "" : " ");
    const auto filter = parse_filter(text);
    if (!filter) continue;
    ++parsed;
    const std::string written = to_string(*filter);
    const auto again = parse_filter(written);
    ASSERT_TRUE(again) << text << " -> " << written << ": " << again.error().message;
    ASSERT_EQ(to_string(*again), written) << text;
  }
  EXPECT_GT(parsed, 500);
}

}  // namespace
}  // namespace weighhouse::registry
