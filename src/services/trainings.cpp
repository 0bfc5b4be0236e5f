#include "services/trainings.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "base/id.h"
#include "base/text.h"
#include "services/contents.h"
#include "services/datasets.h"
#include "services/json_limits.h"
#include "services/texts.h"

namespace weighhouse::services {

using registry::Dataset;
using registry::Model;
using registry::ModelId;
using registry::ModelRef;
using registry::ModelRow;
using registry::Purpose;
using registry::SliceUse;
using registry::Training;
using registry::TrainingClass;
using registry::TrainingReport;
using registry::TrainingStatus;
using registry::Transaction;

namespace {

constexpr std::size_t kMostClasses = 10'000;
constexpr std::size_t kMostSlices = 1'000;
constexpr std::size_t kMostContents = 1'000;
constexpr std::size_t kMostReports = 1'000;

ModelRef exact(const Model& model) { return {model.name_space, model.name}; }

Result<> require_class(const TrainingClass& one) {
  if (one.name.empty()) return fail(ErrorCode::kInvalidArgument, "A training class has no name.");
  TRY(require_line("name of a training class", one.name));
  TRY(require_line("annotation type", one.annotation_type));
  if (one.ap && !(*one.ap >= 0 && *one.ap <= 1)) {
    return fail(ErrorCode::kInvalidArgument, "The AP of the class \"" + printable(one.name) + "\" is " +
                                                 format_number(*one.ap) + "; an AP lies between 0 and 1.");
  }
  for (const auto& count : {one.training_annotations, one.validation_annotations}) {
    if (count && *count < 0) {
      return fail(ErrorCode::kInvalidArgument,
                  "The class \"" + printable(one.name) + "\" has a number of annotations below zero.");
    }
  }
  return {};
}

Result<> require_sound(const TrainingChange& change) {
  if (change.baseline) TRY(require_line("baseline", *change.baseline));
  if (change.task) TRY(require_line("task", *change.task, 100));
  if (change.pipeline) TRY(require_line("pipeline", *change.pipeline));
  if (change.score_key) TRY(require_line("key of the score", *change.score_key, 250));
  if (change.score_unit) TRY(require_line("unit of the score", *change.score_unit, 100));
  if (change.score_value && *change.score_value && !std::isfinite(**change.score_value)) {
    return fail(ErrorCode::kInvalidArgument, "The value of the score must be a finite number.");
  }
  if (change.parameters) TRY(require_json("parameters of the training", *change.parameters, JsonShape::kObject));
  for (const auto* told : {&change.told_total, &change.told_training, &change.told_validation}) {
    if (*told && **told && ***told < 0) return fail(ErrorCode::kInvalidArgument, "A number of items is below zero.");
  }
  if (change.classes) {
    if (change.classes->size() > kMostClasses) {
      return fail(ErrorCode::kInvalidArgument, "A training has at most 10000 classes.");
    }
    std::set<std::pair<std::string_view, std::string_view>> known;
    for (const TrainingClass& one : *change.classes) {
      TRY(require_class(one));
      if (known.emplace(one.name, one.annotation_type).second) continue;
      return fail(ErrorCode::kInvalidArgument, "The class \"" + printable(one.name) + "\" is there twice.");
    }
  }
  for (const auto* slices : {&change.training_slices, &change.validation_slices}) {
    if (*slices && (*slices)->size() > kMostSlices) {
      return fail(ErrorCode::kInvalidArgument, "A training has at most 1000 slices of a purpose.");
    }
  }
  if (change.contents) {
    if (change.contents->size() > kMostContents) {
      return fail(ErrorCode::kInvalidArgument, "A model has at most 1000 contents.");
    }
    for (const auto& [name, id] : *change.contents) TRY(require_line("name of a content", name));
  }
  return {};
}

Result<> require_sound(const RecordChange& change) {
  if (change.display_name) {
    if (trim(*change.display_name).empty()) return fail(ErrorCode::kInvalidArgument, "The name of the model is empty.");
    TRY(require_line("name of the model", *change.display_name));
  }
  if (change.description) TRY(require_text("description", *change.description));
  if (change.meta && !change.meta->empty()) TRY(require_json("meta of the model", *change.meta, JsonShape::kAny));
  return require_sound(change.training);
}

template <class T>
void apply(const std::optional<T>& change, T& value) {
  if (change) value = *change;
}

// To be completed is to be trained, and has a time.
void apply_status(const TrainingChange& change, Timestamp now, Training& training) {
  const bool was_trained = training.is_trained();
  apply(change.status, training.status);
  if (change.trained) {
    if (*change.trained) {
      training.status = TrainingStatus::kCompleted;
    } else if (training.is_trained()) {
      training.status = TrainingStatus::kPending;
    }
  }
  if (was_trained && !training.is_trained()) training.trained_at.reset();
  apply(change.trained_at, training.trained_at);
  if (training.is_trained() && !training.trained_at) training.trained_at = now;
}

// Slices by their words, in place of those there were for this purpose. One that stays may be deleted since.
Result<> apply_slices(Transaction& rows, const std::optional<Dataset>& dataset, Purpose purpose,
                      const std::optional<std::vector<std::string>>& words, Training& training) {
  if (!words) return {};
  const std::set<SliceUse> before{training.slices.begin(), training.slices.end()};
  std::erase_if(training.slices, [&](const SliceUse& use) { return use.purpose == purpose; });
  for (const std::string& word : *words) {
    if (const SliceUse kept{purpose, {word}}; before.contains(kept)) {
      training.slices.push_back(kept);
      continue;
    }
    if (!dataset) {
      return fail(ErrorCode::kInvalidArgument,
                  "The slice \"" + printable(word, 100) + "\" belongs to a dataset. Name the dataset with it.");
    }
    const auto slice = TRY(visible_slice(rows, *dataset, word));
    training.slices.push_back({purpose, slice.id});
  }
  return {};
}

// Contents by their words, in place of those there were. One that stays is not looked for again: it may be another's.
Result<> apply_contents(Transaction& rows, const Caller& caller,
                        const std::optional<std::map<std::string, std::string>>& words, Training& training) {
  if (!words) return {};
  const auto before = std::exchange(training.contents, {});
  for (const auto& [name, word] : *words) {
    const auto kept = before.find(name);
    if (kept != before.end() && kept->second.text == word) {
      training.contents.insert(*kept);
    } else {
      training.contents.emplace(name, TRY(visible_content(rows, caller, word)).id);
    }
  }
  return {};
}

// Slices belong to their dataset, and what a model was trained on is not forgotten in passing.
Result<> let_slices_go(const TrainingChange& change, Training& training) {
  const bool all_named = std::all_of(training.slices.begin(), training.slices.end(), [&](const SliceUse& use) {
    return (use.purpose == Purpose::kTraining ? change.training_slices : change.validation_slices).has_value();
  });
  if (!all_named) {
    return fail(
        ErrorCode::kFailedPrecondition,
        "The model was trained on slices of the dataset it belongs to. Name with the new dataset what stands in "
        "their place, \"training_slices\" and \"validation_slices\", or [] for none.");
  }
  training.slices.clear();
  return {};
}

Result<Training> changed(Transaction& rows, const Caller& caller, Training training, const TrainingChange& change,
                         Timestamp now) {
  std::optional<Dataset> dataset;
  if (change.dataset) {
    const auto before = training.dataset;
    training.dataset.reset();
    if (!change.dataset->empty()) {
      dataset = TRY(visible_dataset(rows, caller, *change.dataset));
      training.dataset = dataset->id;
    }
    if (before != training.dataset) TRY(let_slices_go(change, training));
  } else if (training.dataset) {
    dataset = TRY(rows.find_dataset(*training.dataset));
  }
  TRY(apply_slices(rows, dataset, Purpose::kTraining, change.training_slices, training));
  TRY(apply_slices(rows, dataset, Purpose::kValidation, change.validation_slices, training));
  apply(change.baseline, training.baseline);
  apply(change.task, training.task);
  apply(change.score_key, training.score.key);
  apply(change.score_value, training.score.value);
  apply(change.score_unit, training.score.unit);
  apply(change.parameters, training.parameters);
  apply(change.pipeline, training.pipeline);
  apply(change.told_total, training.told.total);
  apply(change.told_training, training.told.training);
  apply(change.told_validation, training.told.validation);
  apply(change.classes, training.classes);
  TRY(apply_contents(rows, caller, change.contents, training));
  apply_status(change, now, training);
  return training;
}

// A name of its own where another model has the one that was derived.
Result<registry::ModelName> name_with_id(const registry::ModelName& name, const ModelId& id) {
  constexpr std::size_t kLongestStem = 110;
  const std::string ending = to_lower(id.text.substr(id.text.size() - 10));
  return registry::ModelName::parse(name.text().substr(0, kLongestStem) + "-" + ending);
}

Result<Model> visible_by_id(Transaction& rows, const Caller& caller, const ModelId& id) {
  auto model = TRY(rows.find_model_by_id(id));
  if (model && !model->deleted_at && caller.identity.may_touch(model->name_space.text())) return *std::move(model);
  return fail(ErrorCode::kNotFound, "There is no model with the id " + printable(id.text, 60) + ".");
}

Result<ModelRow> apply_change(Transaction& rows, const Caller& caller, Model model, const RecordChange& change,
                              Timestamp now) {
  if (change.expected_revision && *change.expected_revision != model.revision) {
    return fail(ErrorCode::kFailedPrecondition,
                "\"" + model.reference() + "\" was changed meanwhile. Read it again, then repeat your change.",
                {{"reason", std::string{"changed"}}, {"revision", model.revision}});
  }
  if (change.kind && *change.kind != model.kind) {
    if (model.last_version > 0) {
      return fail(ErrorCode::kFailedPrecondition, "\"" + model.reference() + "\" has versions, so it stays a " +
                                                      std::string{to_string(model.kind)} + ".");
    }
    model.kind = *change.kind;
  }
  apply(change.display_name, model.display_name);
  apply(change.description, model.description);
  apply(change.pinned, model.pinned);
  model.updated_at = now;
  model.updated_by = caller.identity.name;
  TRY(rows.update_model(model));
  if (change.meta) TRY(rows.put_meta(model.id, *change.meta));
  if (!change.training.is_nothing()) {
    const auto before = TRY(rows.find_training(model.id));
    TRY(rows.put_training(model.id, TRY(changed(rows, caller, before.value_or(Training{}), change.training, now))));
    TRY(record(rows, caller, now, {.action = "training.changed", .model = &model}));
  }
  if (change.display_name || change.description || change.pinned || change.meta || change.kind) {
    TRY(record(rows, caller, now, {.action = "model.updated", .model = &model}));
  }
  return rows.get_model_row(exact(model));
}

}  // namespace

bool TrainingChange::is_nothing() const {
  return !dataset && !baseline && !task && !status && !trained && !trained_at && !score_key && !score_value &&
         !score_unit && !parameters && !pipeline && !told_total && !told_training && !told_validation && !classes &&
         !training_slices && !validation_slices && !contents;
}

Result<ModelRow> Trainings::create(const Caller& caller, const RecordChange& wanted) {
  TRY(require_sound(wanted));
  if (!wanted.display_name) return fail(ErrorCode::kInvalidArgument, "A model needs a name.");
  const auto name_space = registry::Namespace::custom();
  TRY(require_namespace(caller, name_space));
  const Timestamp now = clock_.now();
  const ModelId id{new_ulid(now)};
  const auto name = TRY(registry::ModelName::derive(*wanted.display_name));
  return metadata_.transact_value<ModelRow>([&](Transaction& rows) -> Result<ModelRow> {
    Model model{.id = id,
                .name_space = name_space,
                .name = name,
                .kind = wanted.kind.value_or(registry::Kind::kOther),
                .display_name = *wanted.display_name,
                .description = wanted.description.value_or(""),
                .created_at = now,
                .updated_at = now,
                .created_by = caller.identity.name,
                .pinned = wanted.pinned.value_or(false),
                .updated_by = caller.identity.name};
    if (TRY(rows.find_model(name_space, name))) model.name = TRY(name_with_id(name, id));
    TRY(rows.add_model(model));
    if (wanted.meta) TRY(rows.put_meta(model.id, *wanted.meta));
    TRY(rows.put_training(model.id, TRY(changed(rows, caller, {}, wanted.training, now))));
    TRY(record(rows, caller, now, {.action = "model.created", .model = &model}));
    return rows.get_model_row(exact(model));
  });
}

Result<ModelRow> Trainings::get(const Caller& caller, const ModelId& id) const {
  return metadata_.read_value<ModelRow>([&](Transaction& rows) -> Result<ModelRow> {
    return rows.get_model_row(exact(TRY(visible_by_id(rows, caller, id))));
  });
}

Result<ModelRow> Trainings::update(const Caller& caller, const ModelId& id, const RecordChange& change) {
  TRY(require_sound(change));
  const Timestamp now = clock_.now();
  return metadata_.transact_value<ModelRow>([&](Transaction& rows) -> Result<ModelRow> {
    return apply_change(rows, caller, TRY(visible_by_id(rows, caller, id)), change, now);
  });
}

Result<ModelRow> Trainings::update(const Caller& caller, const ModelRef& ref, const RecordChange& change) {
  TRY(require_sound(change));
  const Timestamp now = clock_.now();
  return metadata_.transact_value<ModelRow>([&](Transaction& rows) -> Result<ModelRow> {
    return apply_change(rows, caller, TRY(visible_model(rows, caller, ref)), change, now);
  });
}

Result<ModelRow> Trainings::put_report(const Caller& caller, const ModelId& model_id,
                                       const std::optional<std::string>& id, const ReportChange& change) {
  if (change.name) TRY(require_line("name of the report", *change.name));
  if (change.type) TRY(require_line("type of the report", *change.type, 100));
  if (change.description) TRY(require_text("description", *change.description));
  const Timestamp now = clock_.now();
  const std::string new_id = new_ulid(now);
  return metadata_.transact_value<ModelRow>([&](Transaction& rows) -> Result<ModelRow> {
    const Model model = TRY(visible_by_id(rows, caller, model_id));
    auto row = TRY(rows.find_training_row(model.id));
    if (!row) {
      TRY(rows.put_training(model.id, {}));
      row.emplace();
    }
    TrainingReport report{.id = new_id, .model = model.id, .name = {}, .marks = {now, caller.identity.name, {}, {}}};
    if (id) {
      const auto found = std::find_if(row->reports.begin(), row->reports.end(),
                                      [&](const TrainingReport& one) { return one.id == *id; });
      if (found == row->reports.end()) {
        return fail(ErrorCode::kNotFound, "The model has no training report \"" + printable(*id, 40) + "\".");
      }
      report = *found;
    } else if (row->reports.size() >= kMostReports) {
      return fail(ErrorCode::kResourceExhausted, "A model has at most 1000 training reports. Remove some first.");
    }
    apply(change.name, report.name);
    apply(change.type, report.type);
    apply(change.description, report.description);
    if (change.content) {
      report.content.reset();
      if (!change.content->empty()) report.content = TRY(visible_content(rows, caller, *change.content)).id;
    }
    report.marks.updated_at = now;
    report.marks.updated_by = caller.identity.name;
    TRY(rows.put_report(report));
    TRY(record(rows, caller, now,
               {.action = id ? "report.changed" : "report.added", .model = &model, .subject = report.id}));
    return rows.get_model_row(exact(model));
  });
}

Result<ModelRow> Trainings::remove_report(const Caller& caller, const ModelId& model_id, std::string_view id) {
  const Timestamp now = clock_.now();
  return metadata_.transact_value<ModelRow>([&](Transaction& rows) -> Result<ModelRow> {
    const Model model = TRY(visible_by_id(rows, caller, model_id));
    TRY(rows.remove_report(model.id, id));
    TRY(record(rows, caller, now, {.action = "report.removed", .model = &model, .subject = std::string{id}}));
    return rows.get_model_row(exact(model));
  });
}

}  // namespace weighhouse::services
