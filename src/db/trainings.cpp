#include <cmath>
#include <map>
#include <set>

#include "base/text.h"
#include "db/data_columns.h"
#include "db/rows.h"
#include "db/training_rows.h"
#include "db/transaction.h"
#include "db/upkeep.h"

namespace weighhouse::db {
namespace {

Result<> check_classes(const Training& training) {
  for (const TrainingClass& one : training.classes) {
    if (!one.ap || (*one.ap >= 0 && *one.ap <= 1)) continue;
    return fail(ErrorCode::kInvalidArgument, "The AP of the class \"" + printable(one.name) + "\" is " +
                                                 format_number(*one.ap) + "; an AP lies between 0 and 1.");
  }
  return {};
}

tl::unexpected<Error> no_slice(const SliceUse& use, const Dataset& dataset) {
  return fail(ErrorCode::kNotFound,
              "There is no slice \"" + printable(use.slice.text, 60) + "\" in the dataset \"" +
                  printable(dataset.name) + "\", which was named for " + std::string{to_string(use.purpose)} +
                  ". Make it first, or name one that is there.",
              {{"slice", use.slice.text}});
}

bool names(const std::optional<Training>& before, const SliceId& slice) {
  if (!before) return false;
  for (const SliceUse& use : before->slices) {
    if (use.slice == slice) return true;
  }
  return false;
}

}  // namespace

Result<std::optional<Training>> SqlTransaction::find_training(const ModelId& model) {
  auto row = TRY(find_training_row(model));
  std::optional<Training> training;
  if (row) training = std::move(row->training);
  return training;
}

Result<std::optional<TrainingRow>> SqlTransaction::find_training_row(const ModelId& model) {
  auto rows = TRY(trainings_of(db_, {model.text}));
  std::optional<TrainingRow> row;
  if (!rows.empty()) row = std::move(rows.begin()->second);
  return row;
}

constexpr Query kPutTraining{"training.put", R"sql(
  INSERT INTO trainings (model_id, dataset_id, baseline, task, status, trained_at, score_key, score_value, score_unit,
                         parameters, pipeline, told_total, told_training, told_validation, model_created_at, listed)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, 1)
  ON CONFLICT (model_id) DO UPDATE SET dataset_id = excluded.dataset_id, baseline = excluded.baseline,
    task = excluded.task, status = excluded.status, trained_at = excluded.trained_at, score_key = excluded.score_key,
    score_value = excluded.score_value, score_unit = excluded.score_unit, parameters = excluded.parameters,
    pipeline = excluded.pipeline, told_total = excluded.told_total, told_training = excluded.told_training,
    told_validation = excluded.told_validation)sql"};
constexpr Query kCountModelOf{"training.count", "UPDATE datasets SET model_count = model_count + ?2 WHERE id = ?1"};
constexpr Query kDropClassesOf{"training.clear_classes", "DELETE FROM training_classes WHERE model_id = ?1"};
constexpr Query kDropContentsOf{"training.clear_contents", "DELETE FROM model_contents WHERE model_id = ?1"};
constexpr Query kAddClass{"training.add_class", R"sql(
  INSERT INTO training_classes (model_id, position, name, annotation_type, ap, training_annotations,
                                validation_annotations)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7))sql"};
constexpr Query kAddModelContent{"training.add_content", R"sql(
  INSERT INTO model_contents (model_id, name, content_id)
  SELECT CAST(?1 AS TEXT), CAST(?2 AS TEXT), c.id FROM contents c WHERE c.id = ?3)sql"};

Result<> SqlTransaction::put_training(const ModelId& model, const Training& training) {
  const auto owner = TRY(find_model_by_id(model));
  if (!owner || owner->deleted_at) {
    return fail(ErrorCode::kNotFound, "There is no model with the id " + model.text + " any more.");
  }
  TRY(check_classes(training));
  const auto before = TRY(find_training(model));
  const auto earlier = before ? before->dataset : std::nullopt;
  if (training.dataset) {
    const auto dataset = TRY(find_dataset(*training.dataset));
    if (!dataset || (dataset->deleted_at && training.dataset != earlier)) {
      return fail(ErrorCode::kNotFound, "There is no dataset \"" + printable(training.dataset->text, 60) + "\".");
    }
    for (const SliceUse& use : training.slices) {
      const auto slice = TRY(find_slice(use.slice));
      const bool known = slice && slice->dataset == dataset->id;
      if (!known || (slice->deleted_at && !names(before, use.slice))) return no_slice(use, *dataset);
    }
  } else if (!training.slices.empty()) {
    return fail(ErrorCode::kInvalidArgument, "Slices belong to a dataset. Name the dataset with them.");
  }

  const auto dataset = training.dataset ? std::optional{training.dataset->text} : std::nullopt;
  TRY(db_.change(kPutTraining, {model.text, dataset, training.baseline, training.task, to_string(training.status),
                                training.trained_at, training.score.key, training.score.value, training.score.unit,
                                training.parameters, training.pipeline, training.told.total, training.told.training,
                                training.told.validation, owner->created_at}));
  if (earlier != training.dataset) {
    if (earlier) TRY(db_.change(kCountModelOf, {earlier->text, -1}));
    if (training.dataset) TRY(db_.change(kCountModelOf, {training.dataset->text, 1}));
  }
  TRY(db_.change(kDropClassesOf, {model.text}));
  std::int64_t position = 0;
  for (const TrainingClass& one : training.classes) {
    TRY(db_.change(kAddClass, {model.text, position++, one.name, one.annotation_type, one.ap, one.training_annotations,
                               one.validation_annotations}));
  }
  TRY(db_.change(kDropContentsOf, {model.text}));
  for (const auto& [name, content] : training.contents) {
    if (TRY(db_.change(kAddModelContent, {model.text, name, content.text})) == 1) continue;
    return fail(ErrorCode::kNotFound, "There is no content " + printable(content.text, 40) + ".");
  }
  TRY(put_slices(*owner, 0, training.slices, training.is_trained()));
  TRY(refresh_current_metrics(db_, model));
  return touch_model(db_, model, std::nullopt);
}

constexpr Query kDropSlicesOf{"training.clear_slices", "DELETE FROM trained_on WHERE model_id = ?1 AND number = ?2"};
constexpr Query kAddSliceUse{"training.add_slice", R"sql(
  INSERT INTO trained_on (model_id, number, purpose, slice_id, position, model_created_at, listed, item_count)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7))sql"};
constexpr Query kKeptCounts{"training.kept_counts", R"sql(
  SELECT purpose, slice_id, item_count FROM trained_on
  WHERE model_id = ?1 AND number = ?2 AND item_count IS NOT NULL)sql"};
constexpr Query kCountOfSlice{"training.count_of_slice", "SELECT item_count FROM slices WHERE id = ?1"};

// What was learned from is counted once, when the training is over.
Result<> SqlTransaction::put_slices(const Model& model, std::int64_t number, std::span<const SliceUse> slices,
                                    bool is_over) {
  std::map<SliceUse, std::int64_t> counts;
  if (is_over) {
    const auto kept = TRY(db_.list(kKeptCounts, {model.id.text, number}, [](Columns& columns) {
      SliceUse use{read_purpose(columns), {}};
      use.slice.text = columns.text();
      return std::pair{std::move(use), columns.integer()};
    }));
    counts.insert(kept.begin(), kept.end());
  }
  TRY(db_.change(kDropSlicesOf, {model.id.text, number}));
  std::set<SliceUse> seen;
  std::int64_t position = 0;
  for (const SliceUse& use : slices) {
    if (!seen.insert(use).second) continue;
    std::optional<std::int64_t> count;
    if (const auto kept = counts.find(use); kept != counts.end()) {
      count = kept->second;
    } else if (is_over) {
      count = TRY(db_.number(kCountOfSlice, {use.slice.text}));
    }
    TRY(db_.change(kAddSliceUse, {model.id.text, number, to_string(use.purpose), use.slice.text, position++,
                                  model.created_at, count}));
  }
  return {};
}

const ComposedQuery kTrainedOn{"version.trained_on", {"SELECT ", kTrainedOnColumns, kSliceColumns, R"sql(
  FROM trained_on t JOIN slices s ON s.id = t.slice_id
  WHERE t.model_id = ?1 AND t.number = ?2 ORDER BY t.purpose, t.position)sql"}};

Result<std::vector<TrainedOn>> SqlTransaction::list_trained_on(const ModelId& model, VersionNumber number) {
  return db_.list(kTrainedOn, {model.text, number.value()}, read_trained_on);
}

Result<> SqlTransaction::put_trained_on(const ModelId& model, VersionNumber number, std::span<const SliceUse> slices) {
  const auto owner = TRY(find_model_by_id(model));
  if (!owner || !TRY(find_version(model, number))) {
    return fail(ErrorCode::kNotFound, "There is no version " + std::to_string(number.value()) + " of that model.");
  }
  for (const SliceUse& use : slices) {
    if (TRY(find_slice(use.slice))) continue;
    return fail(ErrorCode::kNotFound, "There is no slice \"" + printable(use.slice.text, 60) + "\".",
                {{"slice", use.slice.text}});
  }
  TRY(put_slices(*owner, number.value(), slices, true));
  return touch_model(db_, model, std::nullopt);
}

constexpr Query kPutReport{"report.put", R"sql(
  INSERT INTO training_reports (id, model_id, name, type, content_id, description, created_at, created_by, updated_at,
                                updated_by)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
  ON CONFLICT (id) DO UPDATE SET name = excluded.name, type = excluded.type, content_id = excluded.content_id,
    description = excluded.description, updated_at = excluded.updated_at, updated_by = excluded.updated_by)sql"};

Result<> SqlTransaction::put_report(const TrainingReport& report) {
  if (report.content && !TRY(find_content(*report.content))) {
    return fail(ErrorCode::kNotFound, "There is no content " + printable(report.content->text, 40) + ".");
  }
  const auto content = report.content ? std::optional{report.content->text} : std::nullopt;
  const Marks& marks = report.marks;
  TRY(db_.change(kPutReport, {report.id, report.model.text, report.name, report.type, content, report.description,
                              marks.created_at, marks.created_by, marks.updated_at, marks.updated_by}));
  return touch_model(db_, report.model, std::nullopt);
}

constexpr Query kRemoveReport{"report.remove", "DELETE FROM training_reports WHERE id = ?2 AND model_id = ?1"};

Result<> SqlTransaction::remove_report(const ModelId& model, std::string_view id) {
  if (TRY(db_.change(kRemoveReport, {model.text, id})) == 1) return touch_model(db_, model, std::nullopt);
  return fail(ErrorCode::kNotFound, "The model has no training report \"" + printable(id, 40) + "\".");
}

constexpr Query kClassMetrics{"metric.of_classes", R"sql(
  SELECT c.model_id, c.class_name, c.value FROM current_metrics c
  WHERE c.model_id IN IN_LIST(?1) AND c.name = ?2 AND c.class_name <> '' AND c.slice = ''
  ORDER BY c.model_id, c.class_name)sql"};
constexpr Query kClassMetricsOf{"metric.of_some_classes", R"sql(
  SELECT c.model_id, c.class_name, c.value FROM current_metrics c
  WHERE c.model_id IN IN_LIST(?1) AND c.name = ?2 AND c.class_name IN IN_LIST(?3) AND c.class_name <> '' AND c.slice = ''
  ORDER BY c.model_id, c.class_name)sql"};

ClassMetric read_class_metric(Columns& columns) {
  ClassMetric metric{.model = {columns.text()}, .class_name = columns.text()};
  metric.value = columns.real();
  return metric;
}

Result<std::vector<ClassMetric>> SqlTransaction::list_class_metrics(std::span<const ModelId> models,
                                                                    std::string_view name,
                                                                    std::span<const std::string> classes) {
  std::vector<std::string> ids;
  for (const ModelId& model : models) ids.push_back(model.text);
  if (classes.empty()) return db_.list(kClassMetrics, {Param::owning(json_list(ids)), name}, read_class_metric);
  const std::vector<std::string> words{classes.begin(), classes.end()};
  return db_.list(kClassMetricsOf, {Param::owning(json_list(ids)), name, Param::owning(json_list(words))},
                  read_class_metric);
}

constexpr Query kFindMeta{"model.meta", "SELECT meta FROM models WHERE id = ?1"};

Result<std::string> SqlTransaction::find_meta(const ModelId& model) {
  return TRY(db_.find(kFindMeta, {model.text}, read_text)).value_or("");
}

constexpr Query kPutMeta{"model.put_meta", "UPDATE models SET meta = ?2 WHERE id = ?1 AND deleted_at IS NULL"};

Result<> SqlTransaction::put_meta(const ModelId& model, std::string_view json) {
  if (TRY(db_.change(kPutMeta, {model.text, json})) == 0) {
    return fail(ErrorCode::kNotFound, "There is no model with the id " + model.text + " any more.");
  }
  TRY(refresh_metadata(db_, model));
  return touch_model(db_, model, std::nullopt);
}

}  // namespace weighhouse::db
