#include <cmath>

#include "db/rows.h"
#include "db/transaction.h"
#include "db/upkeep.h"

namespace weighhouse::db {

constexpr Query kAddMetric{"metric.add", R"sql(
  INSERT INTO metrics (model_id, number, name, value, class_name, slice, threshold, step, evaluation, created_at)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10))sql"};

Result<> SqlTransaction::add_metrics(const ModelId& model, VersionNumber number, std::span<const Metric> metrics) {
  const auto owner = TRY(find_model_by_id(model));
  if (!owner || !TRY(find_version(model, number))) {
    return fail(ErrorCode::kNotFound, "There is no version " + std::to_string(number.value()) + " of that model.");
  }
  std::optional<Timestamp> latest;
  for (const Metric& metric : metrics) {
    if (!std::isfinite(metric.value) || (metric.threshold && !std::isfinite(*metric.threshold))) {
      return fail(ErrorCode::kInvalidArgument, "The metric " + metric.name + " must be a finite number.");
    }
    TRY(db_.change(kAddMetric, {model.text, number.value(), metric.name, metric.value, metric.class_name, metric.slice,
                                metric.threshold, metric.step, metric.evaluation, metric.created_at}));
    if (!latest || *latest < metric.created_at) latest = metric.created_at;
  }
  if (metrics.empty()) return {};
  if (owner->current == number) TRY(refresh_current_metrics(db_, model));
  return touch_model(db_, model, latest);
}

constexpr Query kListMetrics{"metric.list", R"sql(
  SELECT x.name, x.value, x.class_name, x.slice, x.threshold, x.step, x.evaluation, x.created_at
  FROM metrics x JOIN versions v ON v.model_id = x.model_id AND v.number = x.number
  WHERE x.model_id = ?1 AND x.number = ?2 AND v.listed = 1 ORDER BY x.sequence)sql"};

Result<std::vector<Metric>> SqlTransaction::list_metrics(const ModelId& model, VersionNumber number) {
  return db_.list(kListMetrics, {model.text, number.value()}, [](Columns& columns) {
    return Metric{.name = columns.text(),
                  .value = columns.real(),
                  .class_name = columns.text(),
                  .slice = columns.text(),
                  .threshold = columns.maybe(&Columns::real),
                  .step = columns.maybe(&Columns::integer),
                  .evaluation = columns.text(),
                  .created_at = columns.time()};
  });
}

}  // namespace weighhouse::db
