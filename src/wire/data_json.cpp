#include "wire/data_json.h"

#include <cmath>

#include "base/text.h"

namespace weighhouse::wire {
namespace json = boost::json;

using registry::Content;
using registry::ContentFile;
using registry::ContentId;
using registry::Dataset;
using registry::DatasetId;
using registry::Item;
using registry::Marks;
using registry::Purpose;
using registry::Slice;
using registry::Training;
using registry::TrainingClass;
using registry::TrainingReport;
using registry::TrainingRow;

namespace {

void add_marks(json::object& object, const Marks& marks) {
  object["created_at"] = marks.created_at.to_string();
  object["created_by"] = marks.created_by;
  object["updated_at"] = marks.updated_at.to_string();
  object["updated_by"] = marks.updated_by;
}

json::value parsed(const std::string& text) {
  json::error_code error;
  auto value = json::parse(text, error);
  return error ? json::value(nullptr) : value;
}

json::value time_or_null(const std::optional<Timestamp>& at) {
  return at ? json::value(at->to_string()) : json::value(nullptr);
}

template <class Id>
json::value id_or_null(const std::optional<Id>& id) {
  return id ? json::value(id->text) : json::value(nullptr);
}

json::array slices_of(const TrainingRow& row, Purpose purpose) {
  json::array slices;
  for (const auto& one : row.trained_on) {
    if (one.purpose != purpose) continue;
    auto slice = to_json(one.slice);
    slice["trained_item_count"] = one.item_count;
    slices.push_back(std::move(slice));
  }
  return slices;
}

}  // namespace

std::string dataset_url(const DatasetId& dataset) { return "/api/datasets/" + encode_percent(dataset.text); }

std::string content_url(const ContentId& content) { return "/api/contents/" + encode_percent(content.text); }

json::object to_json(const Dataset& dataset) {
  json::object object{{"id", dataset.id.text},
                      {"name", dataset.name},
                      {"description", dataset.description},
                      {"item_count", dataset.item_count},
                      {"slice_count", dataset.slice_count},
                      {"model_count", dataset.model_count},
                      {"size_bytes", dataset.size_bytes},
                      {"url", dataset_url(dataset.id)}};
  add_marks(object, dataset.marks);
  return object;
}

json::object to_json(const Slice& slice) {
  json::object object{{"id", slice.id.text},
                      {"dataset_id", slice.dataset.text},
                      {"name", slice.name},
                      {"description", slice.description},
                      {"pinned", slice.pinned},
                      {"item_count", slice.item_count},
                      {"size_bytes", slice.size_bytes},
                      {"deleted", slice.deleted_at.has_value()},
                      {"url", dataset_url(slice.dataset) + "/slices/" + encode_percent(slice.id.text)}};
  add_marks(object, slice.marks);
  return object;
}

json::object to_json(const Item& item) {
  const std::string url = dataset_url(item.dataset) + "/items/" + encode_percent(item.id.text);
  json::array contents;
  for (const auto& content : item.contents) contents.push_back(json::value(content.text));
  json::object object{{"id", item.id.text},
                      {"dataset_id", item.dataset.text},
                      {"key", item.key},
                      {"media_type", item.media_type},
                      {"size_bytes", item.size_bytes},
                      {"digest", item.digest ? json::value(item.digest->to_string()) : json::value(nullptr)},
                      {"annotations", parsed(item.annotations)},
                      {"metadata", object_of(item.metadata)},
                      {"contents", std::move(contents)},
                      {"url", url},
                      {"content_url", item.digest ? json::value(url + "/content") : json::value(nullptr)}};
  add_marks(object, item.marks);
  return object;
}

json::object to_json(const Content& content) {
  return {{"id", content.id.text},
          {"key", content.key},
          {"content_type", content.content_type},
          {"folder", content.folder},
          {"created_at", content.created_at.to_string()},
          {"created_by", content.created_by},
          {"url", content_url(content.id)}};
}

json::object to_json(const ContentId& content, const ContentFile& file) {
  const std::string name = file.name.empty() ? "" : "?name=" + encode_percent(file.name);
  return {{"name", file.name},
          {"digest", file.digest.to_string()},
          {"size_bytes", file.size_bytes},
          {"content_type", file.content_type},
          {"created_at", file.created_at.to_string()},
          {"url", content_url(content) + "/file" + name}};
}

json::object to_json(const TrainingReport& report) {
  json::object object{{"id", report.id},
                      {"name", report.name},
                      {"type", report.type},
                      {"content", id_or_null(report.content)},
                      {"description", report.description}};
  add_marks(object, report.marks);
  return object;
}

json::object to_json(const TrainingClass& one) {
  return {{"class", one.name},
          {"annotation_type", one.annotation_type},
          {"ap", or_null(one.ap)},
          {"training_annotations", or_null(one.training_annotations)},
          {"validation_annotations", or_null(one.validation_annotations)}};
}

json::object to_json(const TrainingRow& row, Extent extent) {
  const Training& training = row.training;
  json::object object{
      {"dataset_id", id_or_null(training.dataset)},
      {"baseline", training.baseline},
      {"task", training.task},
      {"status", to_string(training.status)},
      {"trained", training.is_trained()},
      {"trained_at", time_or_null(training.trained_at)},
      {"score",
       json::object{
           {"key", training.score.key}, {"value", or_null(training.score.value)}, {"unit", training.score.unit}}},
      {"training_items", row.items(Purpose::kTraining)},
      {"validation_items", row.items(Purpose::kValidation)},
  };
  if (extent == Extent::kListed) return object;
  json::array classes;
  for (const auto& one : training.classes) classes.push_back(to_json(one));
  json::object contents;
  for (const auto& [name, id] : training.contents) contents[name] = id.text;
  json::array reports;
  for (const auto& report : row.reports) reports.push_back(to_json(report));
  object["classes"] = std::move(classes);
  object["training_slices"] = slices_of(row, Purpose::kTraining);
  object["validation_slices"] = slices_of(row, Purpose::kValidation);
  object["told_items"] = json::object{{"total", or_null(training.told.total)},
                                      {"training", or_null(training.told.training)},
                                      {"validation", or_null(training.told.validation)}};
  object["parameters"] = object_of(training.parameters);
  object["pipeline"] = training.pipeline;
  object["contents"] = std::move(contents);
  object["reports"] = std::move(reports);
  return object;
}

}  // namespace weighhouse::wire
