#include "dialects/superb/shapes.h"

#include "dialects/superb/words.h"

namespace weighhouse::dialects::superb {
namespace json = boost::json;

namespace {

using registry::Purpose;

json::value or_null(const std::string& text) { return text.empty() ? json::value{} : json::value(text); }

template <class T>
json::value or_null(const std::optional<T>& maybe) {
  return maybe ? json::value(*maybe) : json::value{};
}

json::object class_json(const registry::TrainingClass& one) {
  return {{"class", one.name},
          {"annotationType", or_null(one.annotation_type)},
          {"ap", or_null(one.ap)},
          {"trainingAnnotationsCount", or_null(one.training_annotations)},
          {"validationAnnotationsCount", or_null(one.validation_annotations)}};
}

// The same for clients of the second generation.
json::object annotations_json(const registry::TrainingClass& one) {
  return {{"className", one.name},
          {"annotationType", or_null(one.annotation_type)},
          {"trainCount", or_null(one.training_annotations)},
          {"validationCount", or_null(one.validation_annotations)}};
}

json::object report_json(const registry::TrainingReport& report) {
  json::object object{{"id", report.id},
                      {"modelId", report.model.text},
                      {"name", report.name},
                      {"type", or_null(to_theirs(report.type))},
                      {"contentId", report.content ? json::value(report.content->text) : json::value{}},
                      {"description", or_null(report.description)}};
  put_marks(object, report.marks);
  return object;
}

// Words that a client's enum does not have would break it: they are null there.
json::value task_json(const std::string& task) {
  for (const auto* known : {"OBJECT_DETECTION", "INSTANCE_SEGMENTATION", "OCR", "VLM", "VISION_GENERATION"}) {
    if (to_theirs(task) == known) return json::value(known);
  }
  return nullptr;
}

json::value model_content(const Call& call, const registry::Training& training) {
  auto found = training.contents.find(kModelContent);
  if (found == training.contents.end() && training.contents.size() == 1) found = training.contents.begin();
  if (found == training.contents.end()) return nullptr;
  const auto& id = found->second.text;
  return json::object{{"id", id},
                      {"downloadURL", call.links.make(call.caller, call.base_url, Links::Use::kDownload, id, "")}};
}

void put_slices(json::object& object, const registry::TrainingRow& row) {
  json::array training;
  json::array validation;
  for (const auto& one : row.trained_on) {
    (one.purpose == Purpose::kTraining ? training : validation).push_back(to_json(one.slice));
  }
  const auto first_id = [](const json::array& slices) {
    return slices.empty() ? json::value{} : slices.front().as_object().at("id");
  };
  object["trainSliceId"] = first_id(training);
  object["validationSliceId"] = first_id(validation);
  object["trainingSlices"] = std::move(training);
  object["validationSlices"] = std::move(validation);
}

void put_counts(json::object& object, const registry::TrainingRow& row) {
  const auto& told = row.training.told;
  const auto training = row.items(Purpose::kTraining);
  const auto validation = row.items(Purpose::kValidation);
  object["trainingDataCount"] = training;
  object["trainDataCount"] = told.training.value_or(training);
  object["validationDataCount"] = told.validation.value_or(validation);
  object["totalDataCount"] = told.total.value_or(training + validation);
}

void put_training(json::object& object, const Call& call, const registry::TrainingRow& row) {
  const registry::Training& training = row.training;
  const json::value trained_at = training.trained_at ? json::value(training.trained_at->to_string()) : json::value{};
  object["datasetId"] = training.dataset ? json::value(training.dataset->text) : json::value{};
  object["baselineModel"] = or_null(training.baseline);
  object["status"] = to_theirs(to_string(training.status));
  object["taskType"] = task_json(training.task);
  object["isTrained"] = training.is_trained();
  object["trainedAt"] = trained_at;
  object["completedAt"] = training.is_trained() ? trained_at : json::value{};
  object["customDagId"] = or_null(training.pipeline);
  object["trainingParameters"] = parsed(training.parameters);
  object["scoreKey"] = or_null(training.score.key);
  object["scoreValue"] = or_null(training.score.value);
  object["scoreUnit"] = or_null(training.score.unit);
  object["modelContent"] = model_content(call, training);
  json::object contents;
  for (const auto& [name, id] : training.contents) contents[name] = id.text;
  object["contents"] = std::move(contents);
  json::array classes;
  json::array annotations;
  for (const auto& one : training.classes) {
    classes.push_back(class_json(one));
    annotations.push_back(annotations_json(one));
  }
  object["trainingClasses"] = std::move(classes);
  object["trainingAnnotations"] = std::move(annotations);
  json::array reports;
  for (const auto& report : row.reports) reports.push_back(report_json(report));
  object["trainingReport"] = std::move(reports);
  put_slices(object, row);
  put_counts(object, row);
}

}  // namespace

json::value parsed(const std::string& text) {
  if (text.empty()) return nullptr;
  json::error_code error;
  auto value = json::parse(text, error);
  return error ? json::value(text) : value;
}

void put_marks(json::object& object, const registry::Marks& marks) {
  object["createdAt"] = marks.created_at.to_string();
  object["createdBy"] = or_null(marks.created_by);
  object["updatedAt"] = marks.updated_at.to_string();
  object["updatedBy"] = or_null(marks.updated_by);
}

json::object to_json(const registry::Dataset& dataset) {
  json::object object{{"id", dataset.id.text},
                      {"name", dataset.name},
                      {"description", or_null(dataset.description)},
                      {"type", nullptr},
                      {"captionSettings", nullptr},
                      {"sliceCount", dataset.slice_count},
                      {"dataCount", dataset.item_count}};
  put_marks(object, dataset.marks);
  return object;
}

json::object to_json(const registry::Slice& slice) {
  json::object object{{"id", slice.id.text},
                      {"datasetId", slice.dataset.text},
                      {"name", slice.name},
                      {"description", or_null(slice.description)},
                      {"isPinned", slice.pinned}};
  put_marks(object, slice.marks);
  return object;
}

json::object to_json(const Call& call, const registry::Content& content) {
  json::object object{{"id", content.id.text},
                      {"key", or_null(content.key)},
                      {"location", json::object{{"type", content.folder ? "FOLDER" : "FILE"}}},
                      {"createdAt", content.created_at.to_string()},
                      {"createdBy", or_null(content.created_by)}};
  if (!content.folder) {
    object["downloadURL"] = call.links.make(call.caller, call.base_url, Links::Use::kDownload, content.id.text, "");
  }
  return object;
}

json::object to_json(const Call& call, const registry::ModelRow& row) {
  const registry::Model& model = row.model;
  json::object object{{"id", model.id.text},
                      {"name", model.display_name.empty() ? model.name.text() : model.display_name},
                      {"description", or_null(model.description)},
                      {"isPinned", model.pinned},
                      {"meta", parsed(row.meta)},
                      {"createdAt", model.created_at.to_string()},
                      {"createdBy", or_null(model.created_by)},
                      {"updatedAt", model.updated_at.to_string()},
                      {"updatedBy", or_null(model.updated_by)}};
  put_training(object, call, row.training.value_or(registry::TrainingRow{}));
  return object;
}

}  // namespace weighhouse::dialects::superb
