#include "wire/registry_json.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace weighhouse::wire {
namespace json = boost::json;

using registry::Kind;
using registry::Model;
using registry::ModelRow;

namespace {

json::value finite(double value) { return std::isfinite(value) ? json::value(value) : json::value(nullptr); }

json::value metric_or_null(const std::map<std::string, double>& metrics, const std::string& name) {
  const auto found = metrics.find(name);
  return found == metrics.end() ? json::value(nullptr) : finite(found->second);
}

json::value member_or_null(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value == nullptr ? json::value(nullptr) : *value;
}

// Upstream WakeBuilder shows a folder's name as words: "hey_jarvis" is "Hey Jarvis".
std::string shown_name(const Model& model) {
  return model.display_name.empty() ? model.name.text() : model.display_name;
}

}  // namespace

std::string model_url(const Model& model) {
  return "/api/namespaces/" + encode_percent(model.name_space.text()) + "/models/" + encode_percent(model.name.text());
}

json::object object_of(std::string_view text) {
  json::error_code error;
  auto value = json::parse(text, error);
  return !error && value.is_object() ? std::move(value.as_object()) : json::object{};
}

json::object metrics_json(const std::map<std::string, double>& metrics) {
  json::object object;
  for (const auto& [name, value] : metrics) object[name] = finite(value);
  if (const auto f1 = metrics.find("f1"); f1 != metrics.end()) object["f1_score"] = finite(f1->second);
  return object;
}

json::object to_json(const ModelRow& row, Extent extent) {
  const Model& model = row.model;
  const auto metadata = row.current ? object_of(row.current->metadata) : json::object{};
  const auto* wake_word = metadata.if_contains("wake_word");
  json::object tags;
  for (const auto& [key, value] : row.tags) tags[key] = value;
  json::object aliases;
  for (const auto& alias : row.aliases) aliases[alias.name.text()] = alias.number.value();

  json::object object{
      {"id", model.name.text()},
      {"name", model.name.text()},
      {"namespace", model.name_space.text()},
      {"reference", model.reference()},
      {"url", model_url(model)},
      {"kind", to_string(model.kind)},
      {"type", model.name_space == registry::Namespace::standard() ? "default" : "custom"},
      {"wake_word", wake_word != nullptr && wake_word->is_string() ? *wake_word : json::value(shown_name(model))},
      {"display_name", shown_name(model)},
      {"licence", model.licence},
      {"created_at", model.created_at.to_string()},
      {"updated_at", model.updated_at.to_string()},
      {"created_by", model.created_by},
      {"current_version", model.current ? json::value(model.current->value()) : json::value(nullptr)},
      {"current_label",
       row.current && row.current->label ? json::value(row.current->label->text()) : json::value(nullptr)},
      {"current_held", model.current_held},
      {"version_count", model.version_count},
      {"size_bytes", model.size_bytes},
      {"pinned", model.pinned},
      {"revision", model.revision},
      {"accuracy", metric_or_null(row.metrics, "accuracy")},
      {"f1_score", metric_or_null(row.metrics, "f1")},
      {"threshold", member_or_null(metadata, "threshold")},
      {"metrics", metrics_json(row.metrics)},
      {"tags", std::move(tags)},
      {"aliases", std::move(aliases)},
      {"formats", json::value_from(row.formats)},
      {"has_onnx", row.onnx_bytes.has_value()},
      {"onnx_size_bytes", or_null(row.onnx_bytes)},
      {"testable", false},
  };
  if (extent == Extent::kWhole) {
    object["description"] = model.description;
    const auto* config = metadata.if_contains("training_config");
    object["training_config"] = config != nullptr && config->is_object() ? *config : json::value(json::object{});
    object["trainable_params"] = member_or_null(metadata, "trainable_params");
    object["metadata"] = metadata;
  }
  return object;
}

json::object to_json(const registry::Alias& alias) {
  return {{"alias", alias.name.text()}, {"version", alias.number.value()},
          {"held", alias.held},         {"moved_at", alias.moved_at.to_string()},
          {"moved_by", alias.moved_by}, {"revision", alias.revision}};
}

json::object to_json(const registry::Metric& metric) {
  json::object object{
      {"name", metric.name}, {"value", finite(metric.value)}, {"created_at", metric.created_at.to_string()}};
  if (!metric.class_name.empty()) object["class"] = metric.class_name;
  if (!metric.slice.empty()) object["slice"] = metric.slice;
  if (metric.threshold) object["threshold"] = *metric.threshold;
  if (metric.step) object["step"] = *metric.step;
  if (!metric.evaluation.empty()) object["evaluation"] = metric.evaluation;
  return object;
}

json::object to_json(const registry::Event& event, std::string_view model_reference) {
  json::object object{
      {"sequence", event.sequence}, {"at", event.at.to_string()}, {"actor", event.actor}, {"action", event.action}};
  if (!model_reference.empty()) object["model"] = model_reference;
  if (event.version) object["version"] = event.version->value();
  if (!event.subject.empty()) object["subject"] = event.subject;
  object["details"] = object_of(event.details);
  if (!event.request_id.empty()) object["request_id"] = event.request_id;
  return object;
}

json::object to_json(const registry::ModelStorage& storage) {
  return {{"reference", storage.reference}, {"size_bytes", storage.size_bytes}, {"unique_bytes", storage.unique_bytes}};
}

json::object to_json(const registry::File& file, std::string_view version_url, bool derived) {
  std::string url{version_url};
  url += "/files";
  for (const auto component : split(file.path.text(), '/')) url += "/" + encode_percent(component);
  return {{"path", file.path.text()},      {"digest", file.digest.to_string()},
          {"size_bytes", file.size_bytes}, {"format", file.format.empty() ? "unknown" : file.format},
          {"role", to_string(file.role)},  {"derived", derived},
          {"url", std::move(url)}};
}

}  // namespace weighhouse::wire
