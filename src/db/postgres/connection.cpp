#include "db/postgres/connection.h"

#include <array>
#include <charconv>
#include <libpq-fe.h>
#include <vector>

#include "base/text.h"
#include "db/render.h"

namespace weighhouse::db {
namespace {

constexpr std::size_t kMostStatements = 256;

template <class Number>
Number number_in(std::string_view text) {
  Number number{};
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

class AnswerRow final : public Row {
 public:
  AnswerRow(const pg_result* answer, int row) : answer_(answer), row_(row) {}
  bool is_null(int column) const override { return PQgetisnull(answer_, row_, column) != 0; }
  std::int64_t integer(int column) const override { return number_in<std::int64_t>(text(column)); }
  double real(int column) const override { return number_in<double>(text(column)); }
  std::string_view text(int column) const override {
    return {PQgetvalue(answer_, row_, column), static_cast<std::size_t>(PQgetlength(answer_, row_, column))};
  }

 private:
  const pg_result* answer_;
  int row_;
};

// Parameters travel as text: the server knows their types from where they stand.
std::optional<std::string> text_of(const Param& param) {
  struct Write {
    std::optional<std::string> operator()(std::monostate) const { return std::nullopt; }
    std::optional<std::string> operator()(std::int64_t value) const { return std::to_string(value); }
    std::optional<std::string> operator()(double value) const {
      std::array<char, 32> text{};
      const auto end = std::to_chars(text.data(), text.data() + text.size(), value);
      return std::string{text.data(), end.ptr};
    }
    std::optional<std::string> operator()(std::string_view value) const { return std::string{value}; }
    std::optional<std::string> operator()(const std::string& value) const { return value; }
  };
  return std::visit(Write{}, param.value());
}

std::string reason_of(const pg_result* answer) {
  const char* message = PQresultErrorField(answer, PG_DIAG_MESSAGE_PRIMARY);
  return message != nullptr ? printable(message) : "no reason given";
}

}  // namespace

void PostgresConnection::FreeResult::operator()(pg_result* result) const { PQclear(result); }

Result<std::unique_ptr<PostgresConnection>> PostgresConnection::open(const std::string& url) {
  pg_conn* const raw = PQconnectdb(url.c_str());
  std::unique_ptr<PostgresConnection> connection{new PostgresConnection{raw}};
  if (PQstatus(raw) != CONNECTION_OK) {
    // Its message names host and user, never the password.
    return fail(ErrorCode::kUnavailable,
                "PostgreSQL cannot be reached: " + printable(trim(PQerrorMessage(raw)), 300) + ".");
  }
  if (PQserverVersion(raw) < 130000) {
    return fail(ErrorCode::kFailedPrecondition, "PostgreSQL 13 or newer is needed.");
  }
  PQsetNoticeProcessor(raw, [](void*, const char*) {}, nullptr);
  TRY(
      connection->run_script("SET client_encoding = 'UTF8'; SET timezone = 'UTC'; SET lock_timeout = '10s'; "
                             "SET idle_in_transaction_session_timeout = '5min'"));
  return connection;
}

PostgresConnection::~PostgresConnection() { PQfinish(connection_); }

bool PostgresConnection::broken() const { return PQstatus(connection_) != CONNECTION_OK; }

Result<> PostgresConnection::begin(Access access) {
  conflicted_ = false;
  ran_out_of_time_ = false;
  auto begun = run_script(access == Access::kWrite ? "BEGIN ISOLATION LEVEL SERIALIZABLE"
                                                   : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  // Cut while it lay idle: nothing has happened yet, so another connection may do it.
  if (!begun && broken()) conflicted_ = true;
  return begun;
}

Result<> PostgresConnection::commit() {
  const Answer answer = TRY(checked(Answer{PQexec(connection_, "COMMIT")}, "commit"));
  // A transaction in which something failed ends in a rollback, whatever was asked for.
  if (std::string_view{PQcmdStatus(answer.get())} == "COMMIT") return {};
  return fail(ErrorCode::kInternal, "A transaction went on after one of its statements had failed; nothing was kept.");
}

void PostgresConnection::rollback() { Answer{PQexec(connection_, "ROLLBACK")}; }

Result<std::string> PostgresConnection::prepare(const Query& query) {
  const std::string key{query.sql};
  if (const auto found = statements_.find(key); found != statements_.end()) return found->second;
  if (statements_.size() >= kMostStatements) {
    TRY(run_script("DEALLOCATE ALL"));
    statements_.clear();
  }
  const std::string name = "q" + std::to_string(++prepared_);
  const std::string sql = render_query(query.sql, Engine::kPostgres);
  TRY(checked(Answer{PQprepare(connection_, name.c_str(), sql.c_str(), 0, nullptr)}, query.name));
  statements_.emplace(key, name);
  return name;
}

Result<PostgresConnection::Answer> PostgresConnection::execute(const Query& query, std::span<const Param> params) {
  std::vector<std::optional<std::string>> texts;
  for (const Param& param : params) {
    texts.push_back(text_of(param));
    if (texts.back() && texts.back()->find('\0') != std::string::npos) {
      return fail(ErrorCode::kInvalidArgument, "A text must not hold the character NUL.");
    }
  }
  std::vector<const char*> values;
  for (const auto& text : texts) values.push_back(text ? text->c_str() : nullptr);
  const std::string name = TRY(prepare(query));
  return checked(Answer{PQexecPrepared(connection_, name.c_str(), static_cast<int>(values.size()), values.data(),
                                       nullptr, nullptr, 0)},
                 query.name);
}

Result<std::int64_t> PostgresConnection::run(const Query& query, std::span<const Param> params, const OnRow& on_row) {
  const Answer answer = TRY(execute(query, params));
  const int rows = PQntuples(answer.get());
  for (int row = 0; on_row && row < rows; ++row) TRY(on_row(AnswerRow{answer.get(), row}));
  return number_in<std::int64_t>(PQcmdTuples(answer.get()));
}

Result<> PostgresConnection::run_script(std::string_view sql) {
  TRY(checked(Answer{PQexec(connection_, std::string{sql}.c_str())}, "script"));
  return {};
}

Result<PostgresConnection::Answer> PostgresConnection::checked(Answer answer, std::string_view what) {
  const ExecStatusType status = PQresultStatus(answer.get());
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return answer;
  const char* const field = PQresultErrorField(answer.get(), PG_DIAG_SQLSTATE);
  const std::string_view state = field != nullptr ? field : "";
  const std::string reason = "The database failed (" + std::string{what} + "): " + reason_of(answer.get()) + ".";
  if (state == "40001" || state == "40P01") {
    conflicted_ = true;
    return fail(ErrorCode::kUnavailable, "Others changed the same rows of the database. Try again.");
  }
  if (state == "57014") {
    ran_out_of_time_ = true;
    return fail(ErrorCode::kInvalidArgument, "The query \"" + std::string{what} + "\" takes too long.");
  }
  if (state == "23505") {
    // Two that insert the same at once: on the next run the later one sees the earlier.
    conflicted_ = true;
    return fail(ErrorCode::kAlreadyExists, reason);
  }
  if (state.starts_with("23")) return fail(ErrorCode::kFailedPrecondition, reason);
  if (state.starts_with("22")) return fail(ErrorCode::kInvalidArgument, reason);
  if (state.starts_with("53")) return fail(ErrorCode::kResourceExhausted, reason);
  if (state.starts_with("28")) return fail(ErrorCode::kFailedPrecondition, reason);
  if (state == "55P03" || state.starts_with("57") || state.starts_with("08") || broken()) {
    return fail(ErrorCode::kUnavailable, reason);
  }
  if (state == "XX001" || state == "XX002") return fail(ErrorCode::kDataLoss, reason + " Restore a backup.");
  return fail(ErrorCode::kInternal, reason);
}

constexpr Query kLimitTime{"limit time", "SELECT set_config('statement_timeout', ?1, true)"};

Result<> PostgresConnection::limit_time(std::optional<std::chrono::milliseconds> limit) {
  ran_out_of_time_ = false;
  TRY(change(kLimitTime, {limit ? std::to_string(limit->count()) : std::string{"0"}}));
  return {};
}

Result<> PostgresConnection::copy_to(const std::string&) {
  return fail(
      ErrorCode::kFailedPrecondition,
      "A PostgreSQL database is copied with its own program: pg_dump --format=custom --file=weighhouse.dump URL.");
}

}  // namespace weighhouse::db
