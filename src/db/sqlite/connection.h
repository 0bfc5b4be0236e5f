#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <unordered_map>

#include "db/connection.h"

struct sqlite3;
struct sqlite3_stmt;

namespace weighhouse::db {

class SqliteConnection final : public Connection {
 public:
  enum class Use : std::uint8_t { kWriting, kReading };

  // WAL, synchronous=FULL, foreign keys on. A reading connection refuses to write.
  static Result<std::unique_ptr<SqliteConnection>> open(const std::string& path, Use use,
                                                        std::chrono::milliseconds patience);
  ~SqliteConnection() override;
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  Engine engine() const override { return Engine::kSqlite; }
  Result<> begin(Access access) override;
  Result<> commit() override;
  void rollback() override;
  Result<std::int64_t> run(const Query& query, std::span<const Param> params, const OnRow& on_row) override;
  Result<> run_script(std::string_view sql) override;
  bool conflicted() const override { return conflicted_; }
  bool broken() const override { return false; }
  Result<> limit_time(std::optional<std::chrono::milliseconds> limit) override;
  bool ran_out_of_time() const override { return ran_out_of_time_; }
  Result<> copy_to(const std::string& path) override;

 private:
  SqliteConnection(sqlite3* database, std::string path, Use use);
  Result<sqlite3_stmt*> prepare(const Query& query);
  Result<> step_through(sqlite3_stmt* statement, const Query& query, const OnRow& on_row);
  // What the engine's last failure means to a caller.
  tl::unexpected<Error> failure(int code, std::string_view what);
  static int on_progress(void* self);

  sqlite3* const database_;
  const std::string path_;
  const Use use_;
  std::unordered_map<std::string, sqlite3_stmt*> statements_;
  bool conflicted_ = false;
  bool ran_out_of_time_ = false;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
};

}  // namespace weighhouse::db
