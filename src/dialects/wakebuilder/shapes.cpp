#include "dialects/wakebuilder/shapes.h"

#include <cmath>
#include <fmt/format.h>

#include "wire/registry_json.h"

namespace weighhouse::dialects {
namespace json = boost::json;

namespace {

constexpr std::size_t kNamedLayers = 20;

json::value member(const json::object& object, std::string_view key, json::value fallback) {
  const auto* value = object.if_contains(key);
  return value == nullptr || value->is_null() ? std::move(fallback) : *value;
}

// What the record says, and over it what was measured since: the figures that every other list shows.
json::value metrics_of(const registry::ModelRow& row, const json::object& metadata) {
  const auto* recorded = metadata.if_contains("metrics");
  auto figures = recorded != nullptr && recorded->is_object() ? recorded->get_object() : json::object{};
  const bool is_named_f1_score = figures.contains("f1_score");
  for (auto& [name, value] : wire::metrics_json(row.metrics, row.model.kind)) figures[name] = value;
  if (is_named_f1_score && figures.contains("f1")) figures["f1_score"] = figures["f1"];
  return figures.empty() ? json::value(nullptr) : json::value(std::move(figures));
}

// "layers.0.weight" and "layers.0.bias" are of the layer "layers.0".
std::vector<std::string> layers_of(const formats::Report& report) {
  std::vector<std::string> layers;
  for (const auto& tensor : report.tensors) {
    const auto dot = tensor.name.rfind('.');
    const auto layer = tensor.name.substr(0, dot);
    if (layers.empty() || layers.back() != layer) layers.push_back(layer);
  }
  return layers;
}

}  // namespace

json::object model_metadata(const registry::ModelRow& row) {
  const auto metadata = row.current ? wire::object_of(row.current->metadata) : json::object{};
  const auto parameters = member(metadata, "parameters", member(metadata, "trainable_params", 0));
  return {{"model_id", row.model.name.text()},
          {"wake_word", wire::wake_word_of(row.model, metadata)},
          {"category", wire::type_of(row.model)},
          {"model_type", member(metadata, "model_type", "unknown")},
          {"threshold", member(metadata, "threshold", 0.5)},
          {"created_at", row.model.created_at.to_string()},
          {"parameters", parameters},
          {"size_kb", static_cast<double>(row.current ? row.current->size_bytes : 0) / 1024.0},
          {"metrics", metrics_of(row, metadata)},
          {"threshold_analysis", member(metadata, "threshold_analysis", nullptr)},
          {"training_config", member(metadata, "training_config", nullptr)},
          {"data_stats", member(metadata, "data_stats", nullptr)},
          {"training_time_seconds", member(metadata, "training_time_seconds", nullptr)}};
}

json::object model_info(const registry::ModelRow& row, const std::vector<services::FileReport>& reports) {
  const auto metadata = row.current ? wire::object_of(row.current->metadata) : json::object{};
  std::uint64_t parameters = 0;
  std::vector<std::string> layers;
  for (const auto& one : reports) {
    if (one.report.parameters <= parameters) continue;
    parameters = one.report.parameters;
    layers = layers_of(one.report);
  }
  const auto count = layers.size();
  if (layers.size() > kNamedLayers) layers.resize(kNamedLayers);
  return {{"model_id", row.model.name.text()},
          {"model_type", member(metadata, "model_type", "unknown")},
          {"n_mels", member(metadata, "n_mels", nullptr)},
          {"total_parameters", parameters},
          {"size_mb", megabytes(row.current ? row.current->size_bytes : 0)},
          {"num_layers", count},
          {"layer_names", json::value_from(layers)}};
}

Result<json::object> history_by_quantity(std::string_view text) {
  json::error_code error;
  const auto value = json::parse(text, error);
  if (!error && value.is_object()) return value.get_object();
  if (error || !value.is_array())
    return fail(ErrorCode::kInvalidArgument,
                "training_history.json is neither an object of lists nor a list of epochs.");
  json::object history;
  for (const char* key : {"train_loss", "val_loss", "train_accuracy", "val_accuracy", "val_f1", "learning_rate"}) {
    json::array values;
    for (const auto& epoch : value.get_array())
      values.push_back(epoch.is_object() ? member(epoch.get_object(), key, nullptr) : json::value(nullptr));
    history[key] = std::move(values);
  }
  return history;
}

double megabytes(std::uint64_t size_bytes) {
  return std::round(static_cast<double>(size_bytes) / (1024.0 * 1024.0) * 100.0) / 100.0;
}
std::string two_decimals(double value) { return fmt::format("{:.2f}", value); }

}  // namespace weighhouse::dialects
