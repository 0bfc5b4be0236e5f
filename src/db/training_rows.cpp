#include "db/training_rows.h"

#include <array>

#include "db/data_columns.h"
#include "db/rows.h"

namespace weighhouse::db {

using namespace registry;

namespace {

const ComposedQuery kTrainings{
    "training.list", {"SELECT g.model_id, ", kTrainingColumns, " FROM trainings g WHERE g.model_id IN IN_LIST(?1)"}};
const ComposedQuery kClasses{"training.classes", {"SELECT k.model_id, ", kClassColumns, R"sql(
  FROM training_classes k WHERE k.model_id IN IN_LIST(?1) ORDER BY k.model_id, k.position)sql"}};
const ComposedQuery kTrainedOn{"training.slices", {"SELECT t.model_id, ", kTrainedOnColumns, kSliceColumns, R"sql(
  FROM trained_on t JOIN slices s ON s.id = t.slice_id
  WHERE t.model_id IN IN_LIST(?1) AND t.number = 0 ORDER BY t.model_id, t.purpose, t.position)sql"}};
constexpr Query kContents{"training.contents", R"sql(
  SELECT model_id, name, content_id FROM model_contents WHERE model_id IN IN_LIST(?1))sql"};
const ComposedQuery kReports{"training.reports", {"SELECT ", kReportColumns, R"sql(
  FROM training_reports r WHERE r.model_id IN IN_LIST(?1) ORDER BY r.model_id, r.id)sql"}};

}  // namespace

Result<std::map<std::string, TrainingRow, std::less<>>> trainings_of(Connection& db,
                                                                     const std::vector<std::string>& models) {
  std::map<std::string, TrainingRow, std::less<>> rows;
  const auto each = [&](const Query& query, const std::string& ids, const auto& take) -> Result<> {
    const std::array<Param, 1> of_models{ids};
    TRY(db.run(query, of_models, [&](const Row& row) -> Result<> {
      Columns columns{row};
      take(columns);
      return columns.finish(query.name);
    }));
    return {};
  };
  TRY(each(kTrainings, json_list(models), [&](Columns& columns) {
    const std::string model = columns.text();
    rows[model].training = read_training(columns);
  }));
  if (rows.empty()) return rows;

  std::vector<std::string> trained;
  for (const auto& [model, row] : rows) trained.push_back(model);
  const std::string ids = json_list(trained);
  TRY(each(kClasses, ids, [&](Columns& columns) {
    TrainingRow& row = rows[columns.text()];
    row.training.classes.push_back(read_class(columns));
  }));
  TRY(each(kTrainedOn, ids, [&](Columns& columns) {
    TrainingRow& row = rows[columns.text()];
    row.trained_on.push_back(read_trained_on(columns));
    row.training.slices.push_back({row.trained_on.back().purpose, row.trained_on.back().slice.id});
  }));
  TRY(each(kContents, ids, [&](Columns& columns) {
    TrainingRow& row = rows[columns.text()];
    std::string name = columns.text();
    row.training.contents.emplace(std::move(name), ContentId{columns.text()});
  }));
  TRY(each(kReports, ids, [&](Columns& columns) {
    TrainingReport report = read_report(columns);
    rows[report.model.text].reports.push_back(std::move(report));
  }));
  return rows;
}

namespace {

constexpr Query kKeep{"training.keep", R"sql(
  INSERT INTO trained_on (model_id, number, purpose, slice_id, position, model_created_at, listed, item_count)
  SELECT t.model_id, CAST(?2 AS BIGINT), t.purpose, t.slice_id, t.position, t.model_created_at, 1,
         COALESCE(t.item_count, s.item_count)
  FROM trained_on t JOIN slices s ON s.id = t.slice_id WHERE t.model_id = ?1 AND t.number = 0)sql"};
constexpr Query kListTraining{"training.listed", "UPDATE trainings SET listed = ?2 WHERE model_id = ?1"};
// Versions in trash by themselves stay there.
constexpr Query kListAll{"training.listed_slices", R"sql(
  UPDATE trained_on SET listed = ?2 WHERE model_id = ?1 AND (number = 0 OR EXISTS (
    SELECT 1 FROM versions v WHERE v.model_id = trained_on.model_id AND v.number = trained_on.number
      AND v.deleted_at IS NULL AND v.purged_at IS NULL)))sql"};
constexpr Query kListOne{"training.listed_version",
                         "UPDATE trained_on SET listed = ?3 WHERE model_id = ?1 AND number = ?2"};
constexpr Query kCountModel{"training.count_model", R"sql(
  UPDATE datasets SET model_count = model_count + ?2
  WHERE id = (SELECT dataset_id FROM trainings WHERE model_id = ?1))sql"};

constexpr Query kSlicesOf{"training.slices_of", "SELECT DISTINCT slice_id FROM trained_on WHERE model_id = ?1"};
constexpr Query kDropClasses{"training.drop_classes", "DELETE FROM training_classes WHERE model_id = ?1"};
constexpr Query kDropContents{"training.drop_contents", "DELETE FROM model_contents WHERE model_id = ?1"};
constexpr Query kDropReports{"training.drop_reports", "DELETE FROM training_reports WHERE model_id = ?1"};
constexpr Query kDropSlices{"training.drop_slices", "DELETE FROM trained_on WHERE model_id = ?1"};
constexpr Query kDropTraining{"training.drop", "DELETE FROM trainings WHERE model_id = ?1"};
constexpr Query kDropOfVersion{"training.drop_of_version",
                               "DELETE FROM trained_on WHERE model_id = ?1 AND number = ?2"};
// Purged, and kept only because something was trained on it.
constexpr Query kDropTombstones{"training.drop_tombstones", R"sql(
  DELETE FROM slices WHERE id IN IN_LIST(?1) AND deleted_at IS NOT NULL AND trash_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM trained_on t WHERE t.slice_id = slices.id)
    AND NOT EXISTS (SELECT 1 FROM slice_items x WHERE x.slice_id = slices.id))sql"};

}  // namespace

Result<> keep_trained_on(Connection& db, const ModelId& model, VersionNumber number) {
  TRY(db.change(kKeep, {model.text, number.value()}));
  return {};
}

Result<> list_training(Connection& db, const ModelId& model, bool listed) {
  TRY(db.change(kListTraining, {model.text, listed}));
  TRY(db.change(kListAll, {model.text, listed}));
  TRY(db.change(kCountModel, {model.text, listed ? 1 : -1}));
  return {};
}

Result<> list_trained_on_of(Connection& db, const ModelId& model, VersionNumber number, bool listed) {
  TRY(db.change(kListOne, {model.text, number.value(), listed}));
  return {};
}

Result<> drop_training(Connection& db, const ModelId& model) {
  const auto slices = TRY(db.list(kSlicesOf, {model.text}, read_text));
  for (const Query& query : {kDropClasses, kDropContents, kDropReports, kDropSlices, kDropTraining}) {
    TRY(db.change(query, {model.text}));
  }
  if (!slices.empty()) TRY(db.change(kDropTombstones, {Param::owning(json_list(slices))}));
  return {};
}

Result<> drop_trained_on(Connection& db, const ModelId& model, VersionNumber number) {
  TRY(db.change(kDropOfVersion, {model.text, number.value()}));
  return {};
}

}  // namespace weighhouse::db
