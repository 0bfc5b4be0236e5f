#include "db/list/details.h"

#include <array>
#include <unordered_map>

#include "base/text.h"
#include "db/rows.h"
#include "db/training_rows.h"

namespace weighhouse::db {

using namespace registry;

namespace {

const ComposedQuery kRows{"row.models",
                          {"SELECT ", kModelColumns, ", m.meta, v.formats, v.onnx_bytes, ", kVersionColumns, R"sql(
  FROM models m LEFT JOIN versions v ON v.model_id = m.id AND v.number = m.current_number
  WHERE m.id IN IN_LIST(?1))sql"}};

ModelRow read_row(Columns& columns) {
  ModelRow row{.model = read_model(columns)};
  row.meta = columns.text();
  if (!row.model.current) return row;
  const std::string formats = columns.text();
  for (const std::string_view format : split(formats, ' ')) {
    if (!format.empty()) row.formats.emplace_back(format);
  }
  row.onnx_bytes = columns.maybe(&Columns::size);
  row.current = read_version(columns);
  return row;
}

constexpr Query kTags{"row.tags", R"sql(
  SELECT model_id, key, value FROM tags WHERE model_id IN IN_LIST(?1) ORDER BY model_id, key)sql"};
constexpr Query kMetrics{"row.metrics", R"sql(
  SELECT model_id, name, value FROM current_metrics
  WHERE model_id IN IN_LIST(?1) AND class_name = '' AND slice = '')sql"};
const ComposedQuery kAliases{"row.aliases", {"SELECT a.model_id, ", kAliasColumns, R"sql(
  FROM aliases a WHERE a.model_id IN IN_LIST(?1) ORDER BY a.model_id, a.name)sql"}};

}  // namespace

Result<std::vector<ModelRow>> rows_of_models(Connection& db, const std::vector<std::string>& ids) {
  if (ids.empty()) return std::vector<ModelRow>{};
  const std::string list = json_list(ids);
  const std::array<Param, 1> of_models{list};
  std::vector<ModelRow> found;
  found.reserve(ids.size());
  TRY(db.run(kRows, of_models, [&](const Row& row) -> Result<> {
    Columns columns{row};
    found.push_back(read_row(columns));
    return columns.finish("row.models");
  }));
  std::unordered_map<std::string_view, ModelRow*> by_id;
  by_id.reserve(ids.size());
  for (const std::string& id : ids) by_id.emplace(id, nullptr);
  for (ModelRow& row : found) by_id[row.model.id.text] = &row;
  const auto row_of = [&](std::string_view id) -> ModelRow* {
    const auto place = by_id.find(id);
    return place == by_id.end() ? nullptr : place->second;
  };
  TRY(db.run(kTags, of_models, [&](const Row& row) -> Result<> {
    if (auto* model = row_of(row.text(0))) model->tags.emplace_back(row.text(1), row.text(2));
    return {};
  }));
  TRY(db.run(kMetrics, of_models, [&](const Row& row) -> Result<> {
    if (auto* model = row_of(row.text(0))) model->metrics.emplace(row.text(1), row.real(2));
    return {};
  }));
  TRY(db.run(kAliases, of_models, [&](const Row& row) -> Result<> {
    Columns columns{row};
    auto* model = row_of(columns.text());
    if (model != nullptr) model->aliases.push_back(read_alias(columns));
    return columns.finish("row.aliases");
  }));
  for (auto& [id, training] : TRY(trainings_of(db, ids))) {
    if (auto* model = row_of(id)) model->training = std::move(training);
  }
  std::vector<ModelRow> rows;
  rows.reserve(ids.size());
  for (const std::string& id : ids) {
    if (auto* row = row_of(id)) rows.push_back(std::move(*row));
  }
  return rows;
}

}  // namespace weighhouse::db
