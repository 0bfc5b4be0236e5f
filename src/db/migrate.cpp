#include "db/migrate.h"

#include <algorithm>
#include <map>

#include "base/digest.h"
#include "base/log.h"
#include "base/text.h"
#include "db/render.h"
#include "migration_assets.h"

namespace weighhouse::db {
namespace {

constexpr std::string_view kTable = R"sql(
  CREATE TABLE IF NOT EXISTS schema_migrations (
    number     BIGINT NOT NULL PRIMARY KEY,
    name       TEXT   NOT NULL,
    checksum   TEXT   NOT NULL,
    applied_at TEXT   NOT NULL
  ))sql";

struct Applied {
  std::int64_t number;
  std::string name;
  std::string checksum;
};

constexpr Query kTableExistsSqlite{"migrations.exist", R"sql(
  SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations')sql"};
constexpr Query kTableExistsPostgres{"migrations.exist", R"sql(
  SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'schema_migrations')sql"};
constexpr Query kListApplied{"migrations.list", R"sql(
  SELECT number, name, checksum FROM schema_migrations ORDER BY number)sql"};

Result<std::vector<Applied>> list_applied(Connection& connection) {
  const bool sqlite = connection.engine() == Engine::kSqlite;
  if (TRY(connection.number(sqlite ? kTableExistsSqlite : kTableExistsPostgres, {})) == 0) {
    return std::vector<Applied>{};
  }
  return connection.list(kListApplied, {}, [](Columns& columns) {
    const auto number = columns.integer();
    auto name = columns.text();
    return Applied{number, std::move(name), columns.text()};
  });
}

// How many of `migrations` the database has.
Result<std::size_t> check_applied(const std::vector<Applied>& applied, const std::vector<Migration>& migrations) {
  for (std::size_t i = 0; i < applied.size(); ++i) {
    if (i >= migrations.size() || applied[i].number != migrations[i].number) {
      return fail(ErrorCode::kFailedPrecondition,
                  "The database was changed by a newer version of this program (" + applied[i].name +
                      "). Use that version, or restore the backup made before the change.");
    }
    if (applied[i].checksum != Digest::of(migrations[i].sql).to_string()) {
      return fail(ErrorCode::kFailedPrecondition,
                  "The step " + applied[i].name +
                      " of the database's schema is not the one this program has. Use the version of the program "
                      "that wrote the database, or restore a backup.");
    }
  }
  return applied.size();
}

constexpr Query kRecord{"migrations.record", R"sql(
  INSERT INTO schema_migrations (number, name, checksum, applied_at) VALUES (?1, ?2, ?3, ?4))sql"};
constexpr Query kLockPostgres{"migrations.lock", "SELECT CAST(pg_advisory_xact_lock(7301934) AS TEXT)"};

// False when another program applied it in the meantime.
Result<bool> apply(Connection& connection, const std::vector<Migration>& migrations, std::size_t index) {
  if (connection.engine() == Engine::kPostgres) TRY(connection.change(kLockPostgres, {}));
  TRY(connection.run_script(render_migration(kTable, connection.engine())));
  if (TRY(check_applied(TRY(list_applied(connection)), migrations)) != index) return false;
  const Migration& step = migrations[index];
  TRY(connection.run_script(render_migration(step.sql, connection.engine())));
  TRY(connection.change(kRecord, {step.number, step.name, Digest::of(step.sql), SystemClock{}.now()}));
  return true;
}

}  // namespace

std::vector<Migration> embedded_migrations(Engine engine) {
  const std::string_view other = engine == Engine::kSqlite ? ".postgres.sql" : ".sqlite.sql";
  std::map<int, Migration> by_number;
  for (const EmbeddedFile& file : migration_assets()) {
    if (file.name.ends_with(other)) continue;
    const auto number = parse_int(file.name.substr(0, 4));
    check(number.has_value(), "the name of a migration begins with four digits");
    const bool fresh =
        by_number
            .emplace(*number, Migration{static_cast<int>(*number), std::string{file.name}, std::string{file.bytes}})
            .second;
    check(fresh, "a number stands for one migration");
  }
  std::vector<Migration> migrations;
  for (auto& [number, migration] : by_number) migrations.push_back(std::move(migration));
  return migrations;
}

Result<> migrate(Connection& connection, const std::vector<Migration>& migrations,
                 const std::function<Result<>(int)>& before) {
  std::size_t next = TRY(check_applied(TRY(list_applied(connection)), migrations));
  if (next > 0 && next < migrations.size()) TRY(before(migrations[next].number));
  while (next < migrations.size()) {
    TRY(connection.begin(Access::kWrite));
    const auto applied = apply(connection, migrations, next);
    const auto committed = applied ? connection.commit() : Result<>{};
    if (!applied || !committed) {
      const bool again = connection.conflicted();
      connection.rollback();
      if (again) continue;
      return fail(applied ? committed.error() : applied.error());
    }
    if (*applied) log::info("schema migrated", {{"step", migrations[next].name}});
    next = TRY(check_applied(TRY(list_applied(connection)), migrations));
  }
  return {};
}

}  // namespace weighhouse::db
