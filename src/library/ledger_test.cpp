#include "library/ledger.h"

#include <gmock/gmock.h>

#include "db/open.h"

namespace weighhouse::library {
namespace {

class LedgerTest : public ::testing::Test {
 protected:
  Ledger load() { return Ledger::load(*metadata_).value(); }
  TemporaryDirectory folder_ = TemporaryDirectory::create().value();
  std::unique_ptr<registry::MetadataStore> metadata_ = db::open(folder_.path() + "/x.db").value();
};

LedgerEntry entry(const std::string& key, const std::string& model) {
  return {.key = key,
          .model = {model},
          .version = registry::VersionNumber{3},
          .files = {{.path = "a.pt", .digest = Digest::of("a"), .stamp = {1, -2, 3}},
                    {.path = "a.json", .digest = Digest::of("j"), .part = Part::kMetadata}},
          .record = Digest::of("record"),
          .as_found = true,
          .awaited = {{.path = "a.onnx", .digest = Digest::of("o"), .part = Part::kDerived}}};
}

TEST_F(LedgerTest, RemembersEverythingOfAnEntry) {
  ASSERT_TRUE(load().put(entry("custom/a", "01")));
  const auto ledger = load();
  ASSERT_NE(ledger.find("custom/a"), nullptr);
  EXPECT_EQ(to_json(*ledger.find("custom/a")), to_json(entry("custom/a", "01")));
}

TEST_F(LedgerTest, FindsTheOwnPlaceOfAModelAmongVersionFoldersAndExports) {
  auto ledger = load();
  for (const char* key : {"nlu/v1.0/a", "nlu/a/versions/1", "nlu/a", "nlu/v1.0/b"}) {
    ASSERT_TRUE(ledger.put(entry(key, std::string{key}.ends_with("b") ? "02" : "01")));
  }
  EXPECT_EQ(ledger.find_main({"01"})->key, "nlu/a");
  EXPECT_EQ(ledger.find_all({"01"}).size(), 3U);
  EXPECT_EQ(ledger.find_main({"02"}), nullptr);
  EXPECT_EQ(ledger.find("nlu/v1.0/a")->label(), "v1.0");
  ASSERT_TRUE(ledger.remove("nlu/a"));
  EXPECT_EQ(ledger.find_main({"01"}), nullptr);
  EXPECT_EQ(load().entries().size(), 3U);
}

TEST_F(LedgerTest, MovesAnEntryToItsNewPlace) {
  auto ledger = load();
  ASSERT_TRUE(ledger.put(entry("custom/a", "01")));
  ASSERT_TRUE(ledger.move("custom/a", entry("custom/b", "01")));
  EXPECT_EQ(ledger.find("custom/a"), nullptr);
  EXPECT_EQ(load().entries().size(), 1U);
  EXPECT_NE(load().find("custom/b"), nullptr);
}

TEST_F(LedgerTest, RemembersWhatWentToTheTrash) {
  auto ledger = load();
  ASSERT_TRUE(ledger.put(entry("custom/a", "01")));
  ASSERT_TRUE(ledger.remove_to_trash("custom/a"));
  EXPECT_TRUE(load().empty());
  EXPECT_EQ(load().find_trashed({"01"}).value()->key, "custom/a");
  EXPECT_FALSE(load().find_trashed({"02"}).value().has_value());
}

TEST_F(LedgerTest, RefusesADamagedNote) {
  ASSERT_TRUE(load().put(entry("custom/a", "01")));
  ASSERT_TRUE(metadata_->transact([](registry::Transaction& rows) -> Result<> {
    for (int shard = 0; shard < 256; ++shard) {
      char name[32];
      std::snprintf(name, sizeof name, "library.ledger.%02x", shard);
      TRY(rows.put_note(name, R"([{"key": 5}])"));
    }
    return {};
  }));
  EXPECT_EQ(Ledger::load(*metadata_).error().code, ErrorCode::kInternal);
}

}  // namespace
}  // namespace weighhouse::library
