#include "wire/registry_json.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "wire/data_json.h"
#include "wire/json_writer.h"

namespace weighhouse::wire {
namespace json = boost::json;

using registry::Kind;
using registry::Model;
using registry::ModelRow;

namespace {

json::value finite(double value) { return std::isfinite(value) ? json::value(value) : json::value(nullptr); }

// What a model says of itself; null where that is nothing.
json::value any_of(const std::string& text) {
  json::error_code error;
  auto value = text.empty() ? json::value(nullptr) : json::parse(text, error);
  return error ? json::value(nullptr) : value;
}

std::optional<double> metric(const std::map<std::string, double>& metrics, const std::string& name) {
  const auto found = metrics.find(name);
  return found == metrics.end() ? std::nullopt : std::optional{found->second};
}

void write_member(JsonWriter& out, std::string_view name, const json::object& object) {
  const auto* value = object.if_contains(name);
  out.key(name);
  value == nullptr ? out.value(nullptr) : out.value(*value);
}

// Upstream WakeBuilder shows a folder's name as words: "hey_jarvis" is "Hey Jarvis".
std::string shown_name(const Model& model) {
  return model.display_name.empty() ? model.name.text() : model.display_name;
}

// Whether a server with workers can try it: a classifier trained here, or a wake word in a form that is run.
bool is_testable(const registry::ModelRow& row) {
  if (!row.current) return false;
  if (row.model.kind == registry::Kind::kTextClassifier) return true;
  const auto has = [&](std::string_view format) {
    return std::find(row.formats.begin(), row.formats.end(), format) != row.formats.end();
  };
  return row.model.kind == registry::Kind::kWakeWord && (has("safetensors") || has("onnx"));
}

}  // namespace

std::string model_url(const Model& model) {
  return "/api/namespaces/" + encode_percent(model.name_space.text()) + "/models/" + encode_percent(model.name.text());
}

std::string_view type_of(const Model& model) {
  return model.name_space == registry::Namespace::standard() ? "default" : "custom";
}

std::string wake_word_of(const Model& model, const json::object& metadata) {
  const auto* word = metadata.if_contains("wake_word");
  return word != nullptr && word->is_string() ? std::string{word->get_string()} : shown_name(model);
}

json::object object_of(std::string_view text, json::storage_ptr memory) {
  json::error_code error;
  auto value = json::parse(text, error, memory);
  return !error && value.is_object() ? std::move(value.as_object()) : json::object{memory};
}

json::object metrics_json(const std::map<std::string, double>& metrics, registry::Kind kind) {
  json::object object;
  for (const auto& [name, value] : metrics) object[name] = finite(value);
  if (kind == registry::Kind::kTextClassifier) return object;
  if (const auto f1 = metric(metrics, "f1")) object["f1_score"] = finite(*f1);
  return object;
}

void write(JsonWriter& out, const ModelRow& row, Extent extent) {
  const Model& model = row.model;
  // The tree of the metadata goes with the row: it takes its memory from one place.
  json::monotonic_resource memory;
  const auto metadata = row.current ? object_of(row.current->metadata, &memory) : json::object{&memory};
  out.begin_object();
  out.member("id", model.name.text());
  out.member("name", model.name.text());
  out.member("namespace", model.name_space.text());
  out.member("reference", model.reference());
  out.member("url", model_url(model));
  out.member("kind", to_string(model.kind));
  out.member("type", type_of(model));
  out.member("wake_word", wake_word_of(model, metadata));
  out.member("display_name", shown_name(model));
  out.member("licence", model.licence);
  out.member("created_at", model.created_at.to_string());
  out.member("updated_at", model.updated_at.to_string());
  out.member("created_by", model.created_by);
  out.member("updated_by", model.updated_by);
  out.key("current_version");
  model.current ? out.value(model.current->value()) : out.value(nullptr);
  out.key("current_label");
  row.current&& row.current->label ? out.value(row.current->label->text()) : out.value(nullptr);
  out.member("model_id", model.id.text);
  out.member("current_held", model.current_held);
  out.member("version_count", model.version_count);
  out.member("size_bytes", model.size_bytes);
  out.member("pinned", model.pinned);
  out.member("revision", model.revision);
  out.member("accuracy", metric(row.metrics, "accuracy"));
  out.member("f1_score", metric(row.metrics, "f1"));
  write_member(out, "threshold", metadata);
  out.member("metrics", metrics_json(row.metrics, model.kind));
  out.key("tags").begin_object();
  for (const auto& [key, value] : row.tags) out.member(key, value);
  out.end_object();
  out.key("aliases").begin_object();
  for (const auto& alias : row.aliases) out.member(alias.name.text(), alias.number.value());
  out.end_object();
  out.key("formats").begin_array();
  for (const auto& format : row.formats) out.value(format);
  out.end_array();
  out.member("has_onnx", row.onnx_bytes.has_value());
  out.member("onnx_size_bytes", row.onnx_bytes);
  out.key("training");
  row.training ? out.value(to_json(*row.training, extent)) : out.value(nullptr);
  out.member("testable", is_testable(row));
  if (extent == Extent::kWhole) {
    out.member("description", model.description);
    const auto* config = metadata.if_contains("training_config");
    out.key("training_config");
    config != nullptr && config->is_object() ? out.value(*config) : out.value(json::object{});
    write_member(out, "trainable_params", metadata);
    out.member("metadata", metadata);
    out.key("meta");
    out.value(any_of(row.meta));
  }
  out.end_object();
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
