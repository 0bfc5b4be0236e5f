#include "db/sqlite/sqlite.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "db/migrate.h"
#include "db/sqlite/connection.h"

namespace weighhouse::db {
namespace {

using namespace registry;

class SqliteTest : public testing::Test {
 protected:
  std::unique_ptr<SqliteConnection> connect() {
    return SqliteConnection::open(path_, SqliteConnection::Use::kWriting, std::chrono::seconds{1}).take();
  }

  TemporaryDirectory folder_ = TemporaryDirectory::create().take();
  std::string path_ = folder_.path() + "/weighhouse.db";
};

Result<> nothing_before(int) { return {}; }

TEST_F(SqliteTest, ACopyIsOneWholeFileWhileOthersGoOn) {
  const auto store = db::open("sqlite:" + path_).take();
  ASSERT_TRUE(store->transact([](Transaction& rows) { return rows.put_note("a", "1"); }));
  const std::string copy = folder_.path() + "/copy.db";
  ASSERT_TRUE(store->copy_to(copy));
  ASSERT_TRUE(store->transact([](Transaction& rows) { return rows.put_note("a", "2"); }));
  EXPECT_FALSE(path_exists(copy + "-wal"));
  EXPECT_FALSE(path_exists(copy + ".unfinished"));
  const auto copied = db::open(copy).take();
  EXPECT_EQ(
      copied->read_value<std::optional<std::string>>([](Transaction& rows) { return rows.find_note("a"); }).take(),
      "1");
  EXPECT_EQ(copied->engine(), "sqlite");
}

TEST_F(SqliteTest, ACopyThatCannotBeWrittenLeavesNothing) {
  const auto store = db::open(path_).take();
  const auto refused = store->copy_to(folder_.path() + "/no/such/folder.db");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
}

TEST_F(SqliteTest, WhatWasCommittedIsThereAgain) {
  ASSERT_TRUE(db::open(path_).take()->transact([](Transaction& rows) { return rows.put_note("a", "1"); }));
  const auto store = db::open(path_).take();
  EXPECT_EQ(store->read_value<std::optional<std::string>>([](Transaction& rows) { return rows.find_note("a"); }).take(),
            "1");
}

TEST_F(SqliteTest, AFileThatIsNoDatabaseIsRefused) {
  ASSERT_TRUE(replace_file(path_, std::string(8'192, 'x')));
  const auto refused = db::open(path_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kDataLoss);
  EXPECT_EQ(read_file(path_).take(), std::string(8'192, 'x'));
}

TEST_F(SqliteTest, AReaderThatWaitsInVainIsToldToTryAgain) {
  const auto store = db::open(path_, {.patience = std::chrono::milliseconds{50}, .sqlite_readers = 1}).take();
  const auto done =
      store->read([&](Transaction&) -> Result<> { return store->read([](Transaction&) -> Result<> { return {}; }); });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kUnavailable);
}

TEST_F(SqliteTest, ADatabaseThatCannotGrowSaysThatItsDiskIsFull) {
  const auto db = connect();
  EXPECT_TRUE(db->number({"limit", "PRAGMA max_page_count = 2"}, {}));
  ASSERT_TRUE(db->change({"make", "CREATE TABLE t (x TEXT)"}, {}));
  const auto refused = db->change({"fill", "INSERT INTO t VALUES (zeroblob(100000))"}, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(refused.error().details, (Details{{"reason", Detail{std::string{"disk_full"}}}})) << "HTTP says 507";
}

TEST_F(SqliteTest, AStatementThatTakesTooLongIsStopped) {
  const auto db = connect();
  ASSERT_TRUE(db->limit_time(std::chrono::milliseconds{20}));
  const auto endless = db->number(
      {"endless", "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT COUNT(*) FROM n"}, {});
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(db->ran_out_of_time());
  ASSERT_TRUE(db->limit_time(std::nullopt));
  EXPECT_EQ(db->number({"one", "SELECT 1"}, {}).take(), 1);
}

TEST_F(SqliteTest, AMigrationIsAppliedOnceAndRecorded) {
  const auto db = connect();
  const std::vector<Migration> steps{{1, "0001_a.sql", "CREATE TABLE a (x TEXT NOT NULL)"},
                                     {2, "0002_b.sql", "CREATE TABLE b (y ROW_KEY); INSERT INTO a VALUES ('1')"}};
  ASSERT_TRUE(migrate(*db, steps, nothing_before));
  ASSERT_TRUE(migrate(*db, steps, nothing_before));
  EXPECT_EQ(db->number({"count", "SELECT COUNT(*) FROM a"}, {}).take(), 1);
  EXPECT_EQ(db->number({"steps", "SELECT COUNT(*) FROM schema_migrations"}, {}).take(), 2);
}

TEST_F(SqliteTest, AMigrationThatFailsLeavesNothingOfItself) {
  const auto db = connect();
  const std::vector<Migration> steps{{1, "0001_a.sql", "CREATE TABLE a (x TEXT); CREATE TABLE a (x TEXT)"}};
  EXPECT_FALSE(migrate(*db, steps, nothing_before));
  EXPECT_EQ(db->number({"tables", "SELECT COUNT(*) FROM sqlite_master"}, {}).take(), 0);
}

TEST_F(SqliteTest, ANewerOrChangedDatabaseIsRefused) {
  const auto db = connect();
  const Migration first{1, "0001_a.sql", "CREATE TABLE a (x TEXT)"};
  const Migration second{2, "0002_b.sql", "CREATE TABLE b (x TEXT)"};
  ASSERT_TRUE(migrate(*db, {first, second}, nothing_before));
  const auto newer = migrate(*db, {first}, nothing_before);
  ASSERT_FALSE(newer);
  EXPECT_EQ(newer.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_NE(newer.error().message.find("0002_b.sql"), std::string::npos);
  Migration edited = first;
  edited.sql += " ";
  const auto changed = migrate(*db, {edited, second}, nothing_before);
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code, ErrorCode::kFailedPrecondition);
}

TEST_F(SqliteTest, ACopyIsMadeBeforeADatabaseWithRowsChanges) {
  {
    const auto db = connect();
    std::vector<Migration> released = embedded_migrations(Engine::kSqlite);
    released.pop_back();
    ASSERT_TRUE(migrate(*db, released, [](int) -> Result<> {
      ADD_FAILURE() << "an empty database needs no copy";
      return {};
    }));
    ASSERT_TRUE(db->change({"note", "INSERT INTO notes (key, value) VALUES ('a', '1')"}, {}));
  }
  ASSERT_TRUE(db::open(path_));
  const int last = embedded_migrations(Engine::kSqlite).back().number;
  const auto copies = list_directory(folder_.path() + "/backups").take();
  ASSERT_EQ(copies.size(), 1U);
  EXPECT_EQ(copies[0], fmt::format("weighhouse.db.before-{:04}", last));
}

}  // namespace
}  // namespace weighhouse::db
