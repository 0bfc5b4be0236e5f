#include "db/rows.h"
#include "db/transaction.h"
#include "db/upkeep.h"

namespace weighhouse::db {
namespace {

constexpr std::string_view kEvaluationColumns =
    "e.id, e.model_id, e.number, e.data_name, e.data, e.predictions, e.items, e.seconds, e.summary, e.created_at, "
    "e.created_by";

Evaluation read_evaluation(Columns& columns) {
  return {.id = columns.text(),
          .model = {columns.text()},
          .number = VersionNumber{columns.integer()},
          .data_name = columns.text(),
          .data = columns.digest(),
          .predictions = columns.digest(),
          .items = columns.integer(),
          .seconds = columns.real(),
          .summary = columns.text(),
          .created_at = columns.time(),
          .created_by = columns.text()};
}

// Under a path of its own, so that the bytes stay for as long as the version does.
constexpr Query kKeepBytes{"evaluation.keep_bytes", R"sql(
  INSERT INTO files (model_id, number, path, digest, size_bytes, format, role, made_by, made_at)
  SELECT ?1, ?2, ?3, b.digest, b.size_bytes, b.format, 'data', 'evaluation', ?5 FROM blobs b WHERE b.digest = ?4)sql"};
constexpr Query kDropBytes{"evaluation.drop_bytes", R"sql(
  DELETE FROM files WHERE model_id = ?1 AND number = ?2 AND path = ?3 AND made_by = 'evaluation')sql"};

std::string kept_path(const Evaluation& evaluation, std::string_view part) {
  return "evaluations/" + evaluation.id + "/" + std::string{part} + ".jsonl";
}

}  // namespace

const ComposedQuery kAddEvaluation{"evaluation.add", {R"sql(
  INSERT INTO evaluations (id, model_id, number, data_name, data, predictions, items, seconds, summary, created_at,
                           created_by)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11))sql"}};

Result<> SqlTransaction::add_evaluation(const Evaluation& evaluation) {
  if (!TRY(find_version(evaluation.model, evaluation.number))) {
    return fail(ErrorCode::kNotFound,
                "There is no version " + std::to_string(evaluation.number.value()) + " of that model any more.");
  }
  const auto keep = [&](std::string_view part, const Digest& digest) -> Result<> {
    TRY(refer_to_blob(db_, digest));
    TRY(db_.change(kKeepBytes, {evaluation.model.text, evaluation.number.value(),
                                Param::owning(kept_path(evaluation, part)), digest, evaluation.created_at}));
    return {};
  };
  TRY(keep("data", evaluation.data));
  TRY(keep("predictions", evaluation.predictions));
  TRY(db_.change(kAddEvaluation, {evaluation.id, evaluation.model.text, evaluation.number.value(), evaluation.data_name,
                                  evaluation.data, evaluation.predictions, evaluation.items, evaluation.seconds,
                                  evaluation.summary, evaluation.created_at, evaluation.created_by}));
  return {};
}

const ComposedQuery kFindEvaluation{"evaluation.find", {"SELECT ", kEvaluationColumns, R"sql( FROM evaluations e
  JOIN models m ON m.id = e.model_id JOIN versions v ON v.model_id = e.model_id AND v.number = e.number
  WHERE e.id = ?1 AND m.deleted_at IS NULL AND v.deleted_at IS NULL)sql"}};

Result<std::optional<Evaluation>> SqlTransaction::find_evaluation(std::string_view id) {
  return db_.find(kFindEvaluation, {id}, read_evaluation);
}

Result<std::vector<Evaluation>> SqlTransaction::list_evaluations(const EvaluationQuery& query) {
  std::string sql = "SELECT " + std::string{kEvaluationColumns} +
                    " FROM evaluations e JOIN models m ON m.id = e.model_id"
                    " JOIN versions v ON v.model_id = e.model_id AND v.number = e.number"
                    " WHERE m.deleted_at IS NULL AND v.deleted_at IS NULL";
  std::vector<Param> params;
  const auto demand = [&](std::string_view condition, Param value) {
    params.push_back(std::move(value));
    sql += " AND " + std::string{condition} + " ?" + std::to_string(params.size());
  };
  if (query.model) demand("e.model_id =", query.model->text);
  if (query.number) demand("e.number =", query.number->value());
  if (query.data) demand("e.data =", *query.data);
  if (query.before_id) demand("e.id <", *query.before_id);
  params.emplace_back(query.length);
  sql += " ORDER BY e.id DESC LIMIT ?" + std::to_string(params.size());
  return db_.list(Query{"evaluation.list", sql}, params, read_evaluation);
}

constexpr Query kRemoveEvaluation{"evaluation.remove", "DELETE FROM evaluations WHERE id = ?1"};

Result<> SqlTransaction::remove_evaluation(std::string_view id) {
  const auto evaluation = TRY(find_evaluation(id));
  if (!evaluation) return fail(ErrorCode::kNotFound, "There is no evaluation " + std::string{id} + ".");
  for (const auto& [part, digest] : {std::pair{"data", evaluation->data}, {"predictions", evaluation->predictions}}) {
    TRY(db_.change(kDropBytes,
                   {evaluation->model.text, evaluation->number.value(), Param::owning(kept_path(*evaluation, part))}));
    TRY(release_blob(db_, digest));
  }
  TRY(db_.change(kRemoveEvaluation, {id}));
  return {};
}

}  // namespace weighhouse::db
