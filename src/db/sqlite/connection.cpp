#include "db/sqlite/connection.h"

#include <sqlite3.h>

#include "base/file.h"
#include "base/text.h"
#include "db/render.h"

namespace weighhouse::db {
namespace {

constexpr std::size_t kMostStatements = 256;
// Instructions of the engine between two looks at the clock: about a tenth of a millisecond.
constexpr int kProgressSteps = 4'000;

// A page of 8 kB keeps the indexes of a million models flat; it holds for files that are made new. The
// cache holds what a page of a list in random order touches (some 350 leaves); the kernel's holds the rest. WAL with
// synchronous=FULL: what was acknowledged survives a power cut.
constexpr const char* kSettings = R"sql(
  PRAGMA page_size = 8192;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA foreign_keys = ON;
  PRAGMA recursive_triggers = OFF;
  PRAGMA secure_delete = OFF;
  PRAGMA temp_store = MEMORY;
  PRAGMA cache_size = -8000;
  PRAGMA journal_size_limit = 67108864;)sql";

class StatementRow final : public Row {
 public:
  explicit StatementRow(sqlite3_stmt* statement) : statement_(statement) {}
  bool is_null(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  std::int64_t integer(int column) const override { return sqlite3_column_int64(statement_, column); }
  double real(int column) const override { return sqlite3_column_double(statement_, column); }
  std::string_view text(int column) const override {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    if (bytes == nullptr) return {};
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }

 private:
  sqlite3_stmt* statement_;
};

int bind(sqlite3_stmt* statement, int index, const Param& param) {
  const auto text = [&](std::string_view value) {
    return sqlite3_bind_text64(statement, index, value.data() == nullptr ? "" : value.data(), value.size(),
                               SQLITE_STATIC, SQLITE_UTF8);
  };
  struct Bind {
    sqlite3_stmt* statement;
    int index;
    const decltype(text)& as_text;
    int operator()(std::monostate) const { return sqlite3_bind_null(statement, index); }
    int operator()(std::int64_t value) const { return sqlite3_bind_int64(statement, index, value); }
    int operator()(double value) const { return sqlite3_bind_double(statement, index, value); }
    int operator()(std::string_view value) const { return as_text(value); }
    int operator()(const std::string& value) const { return as_text(value); }
  };
  return std::visit(Bind{statement, index, text}, param.value());
}

bool holds_nul(const Param& param) {
  if (const auto* view = std::get_if<std::string_view>(&param.value())) return view->find('\0') != view->npos;
  return false;
}

}  // namespace

SqliteConnection::SqliteConnection(sqlite3* database, std::string path, Use use)
    : database_(database), path_(std::move(path)), use_(use) {
  sqlite3_progress_handler(database_, kProgressSteps, &on_progress, this);
}

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const std::string& path, Use use,
                                                                 std::chrono::milliseconds patience) {
  sqlite3* database = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(path.c_str(), &database, flags, nullptr);
  std::unique_ptr<SqliteConnection> connection{new SqliteConnection{database, path, use}};
  if (code != SQLITE_OK) return connection->failure(code, "cannot be opened");
  sqlite3_busy_timeout(database, static_cast<int>(patience.count()));
  TRY(connection->run_script(kSettings));
  if (use == Use::kReading) TRY(connection->run_script("PRAGMA query_only = ON"));
  return connection;
}

SqliteConnection::~SqliteConnection() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close_v2(database_);
}

int SqliteConnection::on_progress(void* self) {
  auto& connection = *static_cast<SqliteConnection*>(self);
  if (!connection.deadline_ || std::chrono::steady_clock::now() < *connection.deadline_) return 0;
  connection.ran_out_of_time_ = true;
  return 1;
}

Result<> SqliteConnection::limit_time(std::optional<std::chrono::milliseconds> limit) {
  ran_out_of_time_ = false;
  deadline_.reset();
  if (limit) deadline_ = std::chrono::steady_clock::now() + *limit;
  return {};
}

Result<> SqliteConnection::begin(Access access) {
  conflicted_ = false;
  const bool writes = access == Access::kWrite;
  check(writes == (use_ == Use::kWriting), "a transaction that writes runs on a connection that may");
  static constexpr Query kBegin{"begin", "BEGIN"};
  static constexpr Query kBeginImmediate{"begin immediate", "BEGIN IMMEDIATE"};
  TRY(run(writes ? kBeginImmediate : kBegin, {}, {}));
  return {};
}

Result<> SqliteConnection::commit() {
  static constexpr Query kCommit{"commit", "COMMIT"};
  TRY(run(kCommit, {}, {}));
  return {};
}

void SqliteConnection::rollback() {
  deadline_.reset();
  // Some failures have ended the transaction already.
  if (sqlite3_get_autocommit(database_) == 0) sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
}

Result<sqlite3_stmt*> SqliteConnection::prepare(const Query& query) {
  const std::string key{query.sql};
  if (const auto found = statements_.find(key); found != statements_.end()) return found->second;
  if (statements_.size() >= kMostStatements) {
    for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
    statements_.clear();
  }
  const std::string rendered = render_query(query.sql, Engine::kSqlite);
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database_, rendered.data(), static_cast<int>(rendered.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return failure(code, query.name);
  statements_.emplace(key, statement);
  return statement;
}

Result<std::int64_t> SqliteConnection::run(const Query& query, std::span<const Param> params, const OnRow& on_row) {
  sqlite3_stmt* const statement = TRY(prepare(query));
  int index = 0;
  for (const Param& param : params) {
    if (holds_nul(param)) {
      sqlite3_clear_bindings(statement);
      return fail(ErrorCode::kInvalidArgument, "A text must not hold the character NUL.");
    }
    const int code = bind(statement, ++index, param);
    if (code != SQLITE_OK) return failure(code, query.name);
  }
  const auto done = step_through(statement, query, on_row);
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  if (!done) return fail(done.error());
  return sqlite3_stmt_readonly(statement) != 0 ? 0 : sqlite3_changes64(database_);
}

Result<> SqliteConnection::step_through(sqlite3_stmt* statement, const Query& query, const OnRow& on_row) {
  const StatementRow row{statement};
  while (true) {
    const int code = sqlite3_step(statement);
    if (code == SQLITE_DONE) return {};
    if (code != SQLITE_ROW) return failure(code, query.name);
    if (on_row) TRY(on_row(row));
  }
}

Result<> SqliteConnection::run_script(std::string_view sql) {
  const int code = sqlite3_exec(database_, std::string{sql}.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure(code, "script");
  return {};
}

tl::unexpected<Error> SqliteConnection::failure(int code, std::string_view what) {
  const std::string reason = "The database " + path_ + " failed (" + std::string{what} + "): " +
                             printable(database_ != nullptr ? sqlite3_errmsg(database_) : sqlite3_errstr(code)) + ".";
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      // The others were waited for already; only a snapshot that grew old is worth another try.
      conflicted_ = code == SQLITE_BUSY_SNAPSHOT;
      return fail(ErrorCode::kUnavailable, "The database " + path_ + " is in use by another program. Try again.");
    case SQLITE_INTERRUPT:
      return fail(ErrorCode::kInvalidArgument, "The query \"" + std::string{what} + "\" takes too long.");
    case SQLITE_FULL:
      return fail(ErrorCode::kResourceExhausted,
                  "The disk that holds the database " + path_ + " is full. Free some space and try again.",
                  {{"reason", std::string{"disk_full"}}});
    case SQLITE_NOMEM:
      return fail(ErrorCode::kResourceExhausted, reason);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return fail(ErrorCode::kDataLoss, reason + " Restore a backup.");
    case SQLITE_CONSTRAINT:
      return fail(ErrorCode::kFailedPrecondition, reason);
    case SQLITE_TOOBIG:
      return fail(ErrorCode::kInvalidArgument, reason);
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
    case SQLITE_PERM:
      return fail(ErrorCode::kUnavailable, reason);
    default:
      return fail(ErrorCode::kInternal, reason);
  }
}

Result<> SqliteConnection::copy_to(const std::string& path) {
  // Written beside its place and renamed, so that a copy under that name is always whole.
  const std::string unfinished = path + ".unfinished";
  TRY(remove_file(unfinished));
  sqlite3* target = nullptr;
  int code = sqlite3_open_v2(unfinished.c_str(), &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  if (code == SQLITE_OK) {
    sqlite3_backup* const backup = sqlite3_backup_init(target, "main", database_, "main");
    // All pages in one step: a read lock of WAL hinders no writer, and no change makes it begin again.
    code = backup != nullptr ? sqlite3_backup_step(backup, -1) : sqlite3_errcode(target);
    if (backup != nullptr) sqlite3_backup_finish(backup);
    if (code == SQLITE_DONE) {
      // A copy is one file, also for those who move it.
      code = sqlite3_exec(target, "PRAGMA journal_mode = DELETE", nullptr, nullptr, nullptr);
    }
  }
  const std::string reason = code == SQLITE_OK ? std::string{} : printable(sqlite3_errmsg(target));
  sqlite3_close_v2(target);
  if (code != SQLITE_OK) {
    TRY(remove_file(unfinished));
    const ErrorCode meaning = code == SQLITE_FULL ? ErrorCode::kResourceExhausted : ErrorCode::kUnavailable;
    return fail(meaning, "The database could not be copied to " + path + ": " + reason + ".");
  }
  const auto file = TRY(open_file(unfinished, OpenMode::kReadWrite));
  TRY(sync_data(file.get(), unfinished));
  return rename_over(unfinished, path);
}

}  // namespace weighhouse::db
