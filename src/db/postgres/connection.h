#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "db/connection.h"

struct pg_conn;
struct pg_result;

namespace weighhouse::db {

class PostgresConnection final : public Connection {
 public:
  static Result<std::unique_ptr<PostgresConnection>> open(const std::string& url);
  ~PostgresConnection() override;
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  Engine engine() const override { return Engine::kPostgres; }
  // SERIALIZABLE to write, one snapshot to read.
  Result<> begin(Access access) override;
  Result<> commit() override;
  void rollback() override;
  Result<std::int64_t> run(const Query& query, std::span<const Param> params, const OnRow& on_row) override;
  Result<> run_script(std::string_view sql) override;
  bool conflicted() const override { return conflicted_; }
  bool broken() const override;
  Result<> limit_time(std::optional<std::chrono::milliseconds> limit) override;
  bool ran_out_of_time() const override { return ran_out_of_time_; }
  Result<> copy_to(const std::string& path) override;

 private:
  struct FreeResult {
    void operator()(pg_result* result) const;
  };
  using Answer = std::unique_ptr<pg_result, FreeResult>;

  explicit PostgresConnection(pg_conn* connection) : connection_(connection) {}
  Result<Answer> execute(const Query& query, std::span<const Param> params);
  Result<std::string> prepare(const Query& query);
  // The answer, or what its failure means to a caller.
  Result<Answer> checked(Answer answer, std::string_view what);

  pg_conn* const connection_;
  std::unordered_map<std::string, std::string> statements_;
  std::int64_t prepared_ = 0;
  bool conflicted_ = false;
  bool ran_out_of_time_ = false;
};

}  // namespace weighhouse::db
