#include "db/metadata_store_contract.h"

namespace weighhouse::db {
namespace {

using Names = std::vector<std::string>;

TEST_P(MetadataStoreContract, ListsTheNewestFirstUnlessTold) {
  for (const char* name : {"b", "c", "a"}) add_model(name);
  EXPECT_EQ(names("", ""), (Names{"a", "c", "b"}));
  EXPECT_EQ(names("", "created_at"), (Names{"b", "c", "a"}));
  EXPECT_EQ(names("", "name"), (Names{"a", "b", "c"}));
  EXPECT_EQ(names("", "-name"), (Names{"c", "b", "a"}));
}

TEST_P(MetadataStoreContract, ModelsWithoutTheMetricComeLastInBothDirections) {
  for (const char* name : {"none", "low", "high"}) {
    const Model model = add_model(name);
    add_version(model, {name});
    if (std::string_view{name} == "none") continue;
    const double value = std::string_view{name} == "low" ? 0.1 : 0.9;
    write([&](Transaction& rows) {
      return rows.add_metrics(model.id, VersionNumber{1}, std::vector<Metric>{{.name = "f1", .value = value}});
    });
  }
  EXPECT_EQ(names("", "metric.f1"), (Names{"low", "high", "none"}));
  EXPECT_EQ(names("", "metric.f1 DESC"), (Names{"high", "low", "none"}));
  EXPECT_EQ(names("metric.f1 > 0.5", "metric.f1"), Names{"high"});
  EXPECT_EQ(names("metric.f1 > 0 AND name != 'high'", "-metric.f1"), Names{"low"});
}

TEST_P(MetadataStoreContract, ACursorBelongsToItsQuery) {
  for (const char* name : {"a", "b", "c"}) add_model(name);
  const auto page_of = [&](const ModelQuery& query) {
    return store_->read_value<Page<ModelRow>>([&](Transaction& rows) { return rows.list_models(query); });
  };
  ModelQuery query{.order = parse_order("name").take(), .length = 1};
  const std::string cursor = page_of(query)->next_cursor;
  ASSERT_FALSE(cursor.empty());
  EXPECT_EQ(cursor.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"),
            std::string::npos);
  query.cursor = cursor;
  query.length = 2;  // another length is no other query
  const auto rest = page_of(query).take();
  ASSERT_EQ(rest.items.size(), 2U);
  EXPECT_EQ(rest.items[0].model.name.text(), "b");
  EXPECT_TRUE(rest.next_cursor.empty());

  ModelQuery other = query;
  other.order = parse_order("-name").take();
  EXPECT_EQ(page_of(other).error().code, ErrorCode::kInvalidArgument);
  other = query;
  other.filter = parse_filter("kind = 'other'").take();
  EXPECT_EQ(page_of(other).error().code, ErrorCode::kInvalidArgument);
  other = query;
  other.namespace_pattern = "custom";
  EXPECT_EQ(page_of(other).error().code, ErrorCode::kInvalidArgument);
  for (const char* broken : {"x", "!!!!", "bnVsbA", "WyIiXQ"}) {
    other = query;
    other.cursor = broken;
    EXPECT_EQ(page_of(other).error().code, ErrorCode::kInvalidArgument) << broken;
  }
}

TEST_P(MetadataStoreContract, APageGoesOnWhereTheLastEndedThoughModelsComeAndGo) {
  for (const char* name : {"a", "b", "c", "d"}) add_model(name);
  ModelQuery query{.order = parse_order("name").take(), .length = 2};
  query.cursor = read([&](Transaction& rows) { return rows.list_models(query); }).next_cursor;
  trash("b");
  add_model("aa");
  add_model("bb");
  Names found;
  for (const ModelRow& row : read([&](Transaction& rows) { return rows.list_models(query); }).items) {
    found.push_back(row.model.name.text());
  }
  EXPECT_EQ(found, (Names{"bb", "c"}));
}

TEST_P(MetadataStoreContract, TellsTotalsWhereTheyAreCheap) {
  for (int i = 0; i < 5; ++i) add_model((i < 3 ? "custom/m" : "whisper/m") + std::to_string(i), Kind::kEncoder);
  trash("custom/m0");
  const auto total = [&](const char* filter, const char* pattern, std::size_t length) {
    const ModelQuery query{.filter = parse_filter(filter).take(), .length = length, .namespace_pattern = pattern};
    return read([&](Transaction& rows) { return rows.list_models(query); }).total;
  };
  EXPECT_EQ(total("", "*", 1), 4U);
  EXPECT_EQ(total("", "whisper", 1), 2U);
  EXPECT_EQ(total("", "wh*", 1), 2U);
  EXPECT_EQ(total("namespace = 'custom'", "*", 1), 2U);
  EXPECT_EQ(total("m4", "*", 10), 1U);
  EXPECT_EQ(total("kind = 'other'", "*", 10), 0U);
}

TEST_P(MetadataStoreContract, ShowsOnlyTheNamespacesOfThePattern) {
  for (const char* reference : {"custom/a", "team-a/b", "team-b/c", "teal/d"}) add_model(reference);
  const auto seen = [&](const char* pattern) {
    Names found;
    const ModelQuery query{.order = parse_order("name").take(), .namespace_pattern = pattern};
    for (const ModelRow& row : read([&](Transaction& rows) { return rows.list_models(query); }).items) {
      found.push_back(row.model.name.text());
    }
    return found;
  };
  EXPECT_EQ(seen("*"), (Names{"a", "b", "c", "d"}));
  EXPECT_EQ(seen("team-*"), (Names{"b", "c"}));
  EXPECT_EQ(seen("custom"), Names{"a"});
  EXPECT_EQ(seen("tea"), Names{});
}

TEST_P(MetadataStoreContract, SearchesAnywhereInNamesAndFromTheirBeginningWithOneOrTwoCharacters) {
  Model jarvis = add_model("Hey-Jarvis");
  jarvis.display_name = "Guten Tag, Jarvis 你好世界";
  write([&](Transaction& rows) { return rows.update_model(jarvis); });
  add_model("friday");
  for (const char* text : {"jarvis", "JARV", "y-ja", "guten", "Tag, J", "好世界", "he", "H", "gu"}) {
    EXPECT_EQ(names(text), Names{"Hey-Jarvis"}) << text;
  }
  for (const char* text : {"ja", "jarvix", "\"a\"\"b\"", "* OR", "tag j", "好"})
    EXPECT_EQ(names(text), Names{}) << text;
  jarvis.display_name = "";
  write([&](Transaction& rows) { return rows.update_model(jarvis); });
  EXPECT_EQ(names("guten"), Names{});
}

TEST_P(MetadataStoreContract, MetadataOfTheCurrentVersionCanBeFiltered) {
  const Model jarvis = add_model("jarvis");
  add_version(jarvis, {"a"}, "", R"({"training": {"dropout": 0.3, "fast": true}, "words": ["hey", "jarvis"]})");
  EXPECT_EQ(names("meta.training.dropout >= 0.3").size(), 1U);
  EXPECT_EQ(names("meta.words = 'jarvis'").size(), 1U);
  EXPECT_EQ(names("meta.training.fast = true").size(), 1U);
  add_version(jarvis, {"b"}, "", "{}");
  EXPECT_EQ(names("meta.words = 'jarvis'").size(), 0U);
  write([&](Transaction& rows) -> Result<> {
    Version version = *TRY(rows.find_version(jarvis.id, VersionNumber{2}));
    version.metadata = R"({"words": "jarvis"})";
    return rows.update_version(version);
  });
  EXPECT_EQ(names("meta.words = 'jarvis'").size(), 1U);
}

TEST_P(MetadataStoreContract, AnOrderThatAModelHasSeveralOfIsRefused) {
  const ModelQuery query{.order = {{{Field::Of::kAlias}}}};
  EXPECT_EQ(store_
                ->read([&](Transaction& rows) -> Result<> {
                  TRY(rows.list_models(query));
                  return {};
                })
                .error()
                .code,
            ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace weighhouse::db
