#include "db/migrate.h"

#include <cstdlib>
#include <gtest/gtest.h>

#include "base/file.h"
#include "db/open.h"
#include "db/render.h"
#include "db/sqlite/connection.h"

namespace weighhouse::db {
namespace {

TEST(MigrationsTest, AreNumberedWithoutGapsOnBothEngines) {
  for (const Engine engine : {Engine::kSqlite, Engine::kPostgres}) {
    int expected = 1;
    for (const Migration& migration : embedded_migrations(engine)) EXPECT_EQ(migration.number, expected++);
    EXPECT_GT(expected, 1);
  }
  EXPECT_EQ(embedded_migrations(Engine::kSqlite).size(), embedded_migrations(Engine::kPostgres).size());
}

// The golden shows a reviewer what the migrations add up to; ACCEPT=1 writes it anew.
TEST(MigrationsTest, AddUpToTheSchemaOfTheGolden) {
  const auto folder = TemporaryDirectory::create().take();
  const std::string path = folder.path() + "/schema.db";
  ASSERT_TRUE(db::open(path));
  const auto db = SqliteConnection::open(path, SqliteConnection::Use::kWriting, std::chrono::seconds{1}).take();
  std::string schema;
  const Query all{"schema", R"sql(
    SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'model_search_%'
    ORDER BY name)sql"};
  ASSERT_TRUE(db->run(all, {}, [&](const Row& row) -> Result<> {
    schema += std::string{row.text(0)} + ";\n\n";
    return {};
  }));
  const std::string golden = WEIGH_DB_SOURCES "/testing/schema.golden.sql";
  if (const char* accept = std::getenv("ACCEPT"); accept != nullptr && std::string_view{accept} == "1") {
    ASSERT_TRUE(replace_file(golden, schema));
  }
  const auto expected = read_file(golden);
  ASSERT_TRUE(expected) << expected.error().message;
  EXPECT_EQ(schema, *expected) << "If the change is meant, run again with ACCEPT=1 and read the difference.";
}

TEST(RenderTest, LeavesQuotedTextAndCommentsAlone) {
  EXPECT_EQ(render_query("SELECT ?1, '?1', \"?2\" -- ?3\n, ?10", Engine::kPostgres),
            "SELECT $1, '?1', \"?2\" -- ?3\n, $10");
  EXPECT_EQ(render_query("SELECT ?1", Engine::kSqlite), "SELECT ?1");
}

TEST(RenderTest, WritesListsAsEachEngineReadsThem) {
  EXPECT_EQ(render_query("x IN IN_LIST(?1)", Engine::kSqlite), "x IN (SELECT value FROM json_each(?1))");
  EXPECT_EQ(render_query("x IN IN_LIST(?1)", Engine::kPostgres),
            "x IN (SELECT json_array_elements_text(CAST($1 AS json)))");
}

TEST(RenderTest, SortsTextsByTheirBytesOnBothEngines) {
  EXPECT_EQ(render_migration("a TEXT, 'TEXT', TEXTS", Engine::kPostgres), "a TEXT COLLATE \"C\", 'TEXT', TEXTS");
  EXPECT_EQ(render_migration("a TEXT) CLUSTERED", Engine::kSqlite), "a TEXT) WITHOUT ROWID");
  EXPECT_EQ(render_migration(") CLUSTERED", Engine::kPostgres), ") ");
}

}  // namespace
}  // namespace weighhouse::db
