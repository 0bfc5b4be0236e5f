#include "db/sqlite/sqlite.h"

#include "base/file.h"
#include "db/migrate.h"
#include "db/sql_store.h"
#include "db/sqlite/connection.h"

namespace weighhouse::db {
namespace {

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

Result<std::unique_ptr<registry::MetadataStore>> open_sqlite(const std::string& path, const OpenOptions& options) {
  const auto connect = [path, options](SqliteConnection::Use use) -> Result<std::unique_ptr<Connection>> {
    return std::unique_ptr<Connection>(TRY(SqliteConnection::open(path, use, options.patience)));
  };
  // One writer: SQLite has one anyway, and waiting in line is fairer than its lock.
  auto writers = std::make_shared<Pool>(1, options.patience, [=] { return connect(SqliteConnection::Use::kWriting); });
  auto readers = std::make_shared<Pool>(options.sqlite_readers, options.patience,
                                        [=] { return connect(SqliteConnection::Use::kReading); });
  {
    const auto writer = TRY(writers->borrow());
    TRY(migrate(*writer, embedded_migrations(Engine::kSqlite), [&](int next) -> Result<> {
      const std::string backups = join_path(folder_of(path), "backups");
      TRY(make_directories(backups));
      std::string number = std::to_string(next);
      number.insert(0, 4 - std::min<std::size_t>(4, number.size()), '0');
      const std::string copy = join_path(backups, name_of(path) + ".before-" + number);
      if (path_exists(copy)) return {};  // of an earlier try: it holds the same rows
      return writer->copy_to(copy);
    }));
  }
  return std::make_unique<SqlStore>("sqlite", std::move(writers), std::move(readers), options.lists);
}

}  // namespace weighhouse::db
