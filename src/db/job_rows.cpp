#include "base/error_code.h"
#include "db/rows.h"
#include "db/transaction.h"

namespace weighhouse::db {
namespace {

constexpr std::string_view kJobColumns =
    "id, kind, state, phase, progress, message, error, parameters, result, created_by, namespace_pattern, created_at, "
    "started_at, finished_at, lease_until, attempts, max_attempts, cancel_requested";

jobs::Job read_job(Columns& columns) {
  return {.id = columns.text(),
          .kind = columns.text(),
          .state = columns.parsed(jobs::parse_state, jobs::State::kFailed),
          .phase = columns.text(),
          .progress = columns.real(),
          .message = columns.text(),
          .error = parse_error_code(columns.text()),
          .parameters = columns.text(),
          .result = columns.text(),
          .created_by = columns.text(),
          .namespace_pattern = columns.text(),
          .created_at = columns.time(),
          .started_at = columns.maybe(&Columns::time),
          .finished_at = columns.maybe(&Columns::time),
          .lease_until = columns.maybe(&Columns::time),
          .attempts = static_cast<int>(columns.integer()),
          .max_attempts = static_cast<int>(columns.integer()),
          .cancel_requested = columns.flag()};
}

}  // namespace

const ComposedQuery kPutJob{"job.put", {"INSERT INTO jobs (", kJobColumns, R"sql()
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
  ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, state = excluded.state, phase = excluded.phase,
    progress = excluded.progress, message = excluded.message, error = excluded.error,
    parameters = excluded.parameters, result = excluded.result, created_by = excluded.created_by,
    namespace_pattern = excluded.namespace_pattern, created_at = excluded.created_at, started_at = excluded.started_at, finished_at = excluded.finished_at, lease_until = excluded.lease_until,
    attempts = excluded.attempts, max_attempts = excluded.max_attempts,
    cancel_requested = excluded.cancel_requested)sql"}};

Result<> SqlTransaction::put_job(const jobs::Job& job) {
  const std::string_view error = job.error ? to_string(*job.error) : std::string_view{};
  TRY(db_.change(kPutJob,
                 {job.id, job.kind, jobs::to_string(job.state), job.phase, job.progress, job.message, error,
                  job.parameters, job.result, job.created_by, job.namespace_pattern, job.created_at, job.started_at,
                  job.finished_at, job.lease_until, job.attempts, job.max_attempts, job.cancel_requested}));
  return {};
}

const ComposedQuery kFindJob{"job.find", {"SELECT ", kJobColumns, " FROM jobs WHERE id = ?1"}};

Result<std::optional<jobs::Job>> SqlTransaction::find_job(std::string_view id) {
  return db_.find(kFindJob, {id}, read_job);
}

Result<std::vector<jobs::Job>> SqlTransaction::list_jobs(const jobs::JobQuery& query) {
  std::string sql = "SELECT " + std::string{kJobColumns} + " FROM jobs WHERE 1 = 1";
  std::vector<Param> params;
  const auto demand = [&](std::string_view condition, Param value) {
    params.push_back(std::move(value));
    sql += " AND " + std::string{condition} + " ?" + std::to_string(params.size());
  };
  if (query.state) demand("state =", jobs::to_string(*query.state));
  if (query.kind) demand("kind =", *query.kind);
  if (query.before_id) demand("id <", *query.before_id);
  params.emplace_back(query.length);
  sql += " ORDER BY id DESC LIMIT ?" + std::to_string(params.size());
  return db_.list(Query{"job.list", sql}, params, read_job);
}

}  // namespace weighhouse::db
