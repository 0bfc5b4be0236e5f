#include "db/metadata_store_contract.h"

namespace weighhouse::db {
namespace {

TEST_P(MetadataStoreContract, ATrashedModelIsInvisibleAndComesBackWhole) {
  const Model jarvis = add_model("jarvis");
  add_version(jarvis, {"abc"}, "v1");
  write([&](Transaction& rows) -> Result<> {
    TRY(rows.put_tag(jarvis.id, "team", "audio"));
    TRY(rows.put_alias(jarvis.id, alias("production", 1)));
    return rows.add_metrics(jarvis.id, VersionNumber{1}, std::vector<Metric>{{.name = "f1", .value = 1}});
  });
  const std::string id = trash("jarvis");
  EXPECT_TRUE(names("").empty());
  for (const char* filter : {"tag.team = 'audio'", "alias = 'production'", "label = 'v1'", "metric.f1 > 0", "jarvis"}) {
    EXPECT_TRUE(names(filter).empty()) << filter;
  }
  EXPECT_FALSE(read([&](Transaction& rows) { return rows.find_version(jarvis.id, VersionNumber{1}); }));
  EXPECT_TRUE(read([&](Transaction& rows) { return rows.find_model_by_id(jarvis.id); })->deleted_at);

  const auto item = read([&](Transaction& rows) { return rows.find_trash(id); });
  ASSERT_TRUE(item);
  EXPECT_EQ(item->reference, "custom/jarvis");
  EXPECT_EQ(item->deleted_by, "ada");
  EXPECT_EQ(item->size_bytes, 3U);
  EXPECT_FALSE(item->version);
  write([&](Transaction& rows) { return rows.restore_trash(*item, later(), "ada"); });
  for (const char* filter :
       {"", "tag.team = 'audio'", "alias = 'production'", "label = 'v1'", "metric.f1 > 0", "jarvis"}) {
    EXPECT_EQ(names(filter), std::vector<std::string>{"jarvis"}) << filter;
  }
  EXPECT_EQ(model("jarvis").current->value(), 1);
  EXPECT_FALSE(read([&](Transaction& rows) { return rows.find_trash(id); }));
}

TEST_P(MetadataStoreContract, TheFilesOfATrashedVersionAreStillTold) {
  const Model jarvis = add_model("jarvis");
  add_version(jarvis, {"a"});
  add_version(jarvis, {"b"});
  const std::string id = trash("jarvis@1");
  const auto files = [&] {
    return read([&](Transaction& rows) { return rows.list_files(jarvis.id, VersionNumber{1}); });
  };
  EXPECT_EQ(files().size(), 1U);
  const auto item = read([&](Transaction& rows) { return rows.find_trash(id); });
  write([&](Transaction& rows) { return rows.purge_trash(*item, later()); });
  EXPECT_TRUE(files().empty());
}

TEST_P(MetadataStoreContract, TheNameOfATrashedModelCanBeTakenAndThenItCannotComeBack) {
  add_model("jarvis");
  const std::string id = trash("jarvis");
  add_model("Jarvis");
  const auto item = read([&](Transaction& rows) { return rows.find_trash(id); });
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.restore_trash(*item, now_, "ada"); }).code,
            ErrorCode::kAlreadyExists);
  EXPECT_TRUE(read([&](Transaction& rows) { return rows.find_trash(id); }));
}

TEST_P(MetadataStoreContract, TrashingTheCurrentVersionMovesCurrentToTheNewestLeft) {
  const Model jarvis = add_model("jarvis");
  for (const char* bytes : {"a", "bb", "ccc"}) add_version(jarvis, {bytes});
  const std::string third = trash("jarvis@3");
  EXPECT_EQ(model("jarvis").current->value(), 2);
  EXPECT_EQ(model("jarvis").size_bytes, 3U);
  trash("jarvis@1");
  trash("jarvis@2");
  EXPECT_FALSE(model("jarvis").current);
  EXPECT_EQ(model("jarvis").version_count, 0);
  const auto item = read([&](Transaction& rows) { return rows.find_trash(third); });
  EXPECT_EQ(item->reference, "custom/jarvis@3");
  write([&](Transaction& rows) { return rows.restore_trash(*item, later(), "ada"); });
  EXPECT_EQ(model("jarvis").current->value(), 3);
  EXPECT_EQ(model("jarvis").version_count, 1);
}

TEST_P(MetadataStoreContract, ARestoredVersionIsCurrentAgainWhereOnlyItsDeletionMovedCurrent) {
  const Model jarvis = add_model("jarvis");
  for (const char* bytes : {"a", "bb", "ccc"}) add_version(jarvis, {bytes});
  write([&](Transaction& rows) { return rows.put_alias(jarvis.id, alias("current", 2)); });
  const std::string second = trash("jarvis@2");
  EXPECT_EQ(model("jarvis").current->value(), 3);
  restore(second);
  EXPECT_EQ(model("jarvis").current->value(), 2);
  const auto current = read([&](Transaction& rows) { return rows.find_alias(jarvis.id, VersionWord::current()); });
  EXPECT_EQ(current->moved_by, "eve") << "who restored it moved it";
}

TEST_P(MetadataStoreContract, ARestoredVersionLeavesCurrentWhereSomebodyPutItMeanwhile) {
  const Model jarvis = add_model("jarvis");
  for (const char* bytes : {"a", "bb", "ccc"}) add_version(jarvis, {bytes});
  const std::string third = trash("jarvis@3");
  write([&](Transaction& rows) { return rows.put_alias(jarvis.id, alias("current", 1)); });
  restore(third);
  EXPECT_EQ(model("jarvis").current->value(), 1);
  const std::string again = trash("jarvis@1");
  add_version(jarvis, {"dddd"});
  restore(again);
  EXPECT_EQ(model("jarvis").current->value(), 4) << "a new version moved it";
}

TEST_P(MetadataStoreContract, CurrentFindsItsWayBackThroughSeveralDeletionsInAnyOrder) {
  const Model jarvis = add_model("jarvis");
  for (const char* bytes : {"a", "bb", "ccc"}) add_version(jarvis, {bytes});
  std::string third = trash("jarvis@3");
  std::string second = trash("jarvis@2");
  EXPECT_EQ(model("jarvis").current->value(), 1);
  restore(third);
  restore(second);
  EXPECT_EQ(model("jarvis").current->value(), 3);
  third = trash("jarvis@3");
  second = trash("jarvis@2");
  const std::string first = trash("jarvis@1");
  restore(first);
  EXPECT_EQ(model("jarvis").current->value(), 1);
  restore(second);
  EXPECT_EQ(model("jarvis").current->value(), 2) << "the newest there is, until the third is back";
  restore(third);
  EXPECT_EQ(model("jarvis").current->value(), 3);
}

TEST_P(MetadataStoreContract, AVersionThatAnAliasPointsAtCannotBeTrashed) {
  const Model jarvis = add_model("jarvis");
  add_version(jarvis, {"a"});
  write([&](Transaction& rows) { return rows.put_alias(jarvis.id, alias("production", 1)); });
  EXPECT_EQ(refuse([&](Transaction& rows) -> Result<> {
              TRY(rows.trash_version(jarvis, VersionNumber{1}, "x", now_, "ada"));
              return {};
            }).code,
            ErrorCode::kFailedPrecondition);
}

TEST_P(MetadataStoreContract, AVersionOfATrashedModelWaitsForItsModel) {
  const Model jarvis = add_model("jarvis");
  add_version(jarvis, {"a"});
  add_version(jarvis, {"b"});
  const std::string version = trash("jarvis@1");
  const std::string whole = trash("jarvis");
  const auto item = [&](const std::string& id) {
    return *read([&](Transaction& rows) { return rows.find_trash(id); });
  };
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.restore_trash(item(version), now_, "ada"); }).code,
            ErrorCode::kFailedPrecondition);
  const TrashItem model_item = item(whole);
  write([&](Transaction& rows) { return rows.restore_trash(model_item, now_, "ada"); });
  EXPECT_FALSE(read([&](Transaction& rows) { return rows.find_version(jarvis.id, VersionNumber{1}); }));
  const TrashItem version_item = item(version);
  write([&](Transaction& rows) { return rows.restore_trash(version_item, now_, "ada"); });
  EXPECT_TRUE(read([&](Transaction& rows) { return rows.find_version(jarvis.id, VersionNumber{1}); }));
}

TEST_P(MetadataStoreContract, PurgingAVersionKeepsItsNumberTaken) {
  const Model jarvis = add_model("jarvis");
  add_version(jarvis, {"a"});
  add_version(jarvis, {"b"}, "v2");
  const std::string id = trash("jarvis@2");
  const auto item = read([&](Transaction& rows) { return rows.find_trash(id); });
  write([&](Transaction& rows) { return rows.purge_trash(*item, later()); });
  EXPECT_FALSE(read([&](Transaction& rows) { return rows.find_trash(id); }));
  EXPECT_EQ(add_version(jarvis, {"c"}, "v2").number.value(), 3);
  const auto all = read([&](Transaction& rows) { return rows.list_all_versions(jarvis.id); });
  ASSERT_EQ(all.size(), 3U);
  EXPECT_TRUE(all[1].purged_at);
  EXPECT_FALSE(all[2].purged_at);
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.purge_trash(*item, now_); }).code, ErrorCode::kNotFound);
}

TEST_P(MetadataStoreContract, PurgingAModelEndsItAndFreesItsName) {
  const Model jarvis = add_model("jarvis");
  add_version(jarvis, {"a"}, "v1", R"({"x": 1})");
  add_version(jarvis, {"b"});
  trash("jarvis@2");
  const std::string id = trash("jarvis");
  const auto item = read([&](Transaction& rows) { return rows.find_trash(id); });
  write([&](Transaction& rows) { return rows.purge_trash(*item, later()); });
  EXPECT_FALSE(read([&](Transaction& rows) { return rows.find_model_by_id(jarvis.id); }));
  EXPECT_TRUE(read([](Transaction& rows) { return rows.list_trash(10, ""); }).items.empty());
  EXPECT_EQ(read([&](Transaction& rows) { return rows.list_unreferenced(now_, 10); }).size(), 2U);
  const Model again = add_model("jarvis");
  EXPECT_EQ(add_version(again, {"a"}, "v1").number.value(), 1);
}

TEST_P(MetadataStoreContract, ListsTrashNewestFirstPageByPageAndOldestFirstForTheCollector) {
  for (const char* name : {"a", "b", "c"}) {
    add_model(name);
    trash(name);
  }
  const auto first = read([](Transaction& rows) { return rows.list_trash(2, ""); });
  ASSERT_EQ(first.items.size(), 2U);
  EXPECT_EQ(first.items[0].reference, "custom/c");
  EXPECT_EQ(first.total, 3U);
  const auto second = read([&](Transaction& rows) { return rows.list_trash(2, first.next_cursor); });
  ASSERT_EQ(second.items.size(), 1U);
  EXPECT_EQ(second.items[0].reference, "custom/a");
  EXPECT_TRUE(second.next_cursor.empty());
  const auto before = read([&](Transaction& rows) { return rows.list_trash_before(first.items[0].deleted_at, 10); });
  ASSERT_EQ(before.size(), 2U);
  EXPECT_EQ(before[0].reference, "custom/a");
}

TEST_P(MetadataStoreContract, TellsWhatAPurgeWouldFree) {
  const Model jarvis = add_model("jarvis");
  const Model friday = add_model("friday");
  add_version(jarvis, {"shared", "own"});
  add_version(friday, {"shared"});
  const auto freed = [&](std::vector<std::string> ids) {
    return read([&](Transaction& rows) { return rows.freed_by_purging(ids); });
  };
  const std::string one = trash("jarvis");
  EXPECT_EQ(freed({one}), 3U);
  const std::string two = trash("friday@1");
  EXPECT_EQ(freed({two}), 0U);
  EXPECT_EQ(freed({one, two}), 9U);
  EXPECT_EQ(freed({}), 0U);
}

}  // namespace
}  // namespace weighhouse::db
