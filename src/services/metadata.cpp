#include "services/metadata.h"

#include <boost/json.hpp>
#include <cmath>

#include "base/text.h"
#include "services/texts.h"

namespace weighhouse::services {
namespace json = boost::json;

namespace {

constexpr std::size_t kLargest = std::size_t{1} << 20U;
constexpr std::size_t kDeepest = 32;

Result<json::object> parse_object(std::string_view text) {
  if (text.size() > kLargest) {
    return fail(ErrorCode::kInvalidArgument, "The metadata has " + format_size(text.size()) + "; at most " +
                                                 format_size(kLargest) +
                                                 " are kept. Put large data into a file of the version.");
  }
  json::parse_options options;
  options.max_depth = kDeepest;
  json::error_code error;
  json::stream_parser parser{{}, options};
  const std::size_t used = parser.write_some(text.data(), text.size(), error);
  if (!error && !parser.done()) parser.finish(error);
  const bool trailing = !error && !trim(text.substr(used)).empty();
  if (error || trailing) {
    return fail(ErrorCode::kInvalidArgument,
                "The metadata is not JSON: " + (error ? error.message() : "text after its end") + " near byte " +
                    std::to_string(used) + ".");
  }
  auto value = parser.release();
  if (!value.is_object()) return fail(ErrorCode::kInvalidArgument, "The metadata must be one JSON object.");
  return std::move(value.as_object());
}

// The names under which the known programs write what we call by one word.
std::string metric_word(std::string_view key) {
  if (key == "f1_score" || key == "val_f1" || key == "f1") return "f1";
  if (key.starts_with("val_")) return std::string{key.substr(4)};
  return std::string{key};
}

std::optional<double> as_number(const json::value& value) {
  std::optional<double> number;
  if (value.is_double()) number = value.get_double();
  if (value.is_int64()) number = static_cast<double>(value.get_int64());
  if (value.is_uint64()) number = static_cast<double>(value.get_uint64());
  return number && std::isfinite(*number) ? number : std::nullopt;
}

void add_metric(std::vector<registry::Metric>& metrics, std::string_view key, const json::value& value) {
  const auto number = as_number(value);
  const auto name = registry::parse_metric_name(metric_word(key));
  if (!number || !name) return;
  for (const auto& known : metrics) {
    if (known.name == *name) return;
  }
  metrics.push_back({.name = *name, .value = *number});
}

void indent(std::string& out, std::size_t depth) { out.append(depth * 2, ' '); }

void write(std::string& out, const json::value& value, std::size_t depth) {
  if (value.is_object() && !value.get_object().empty()) {
    out += "{\n";
    bool first = true;
    for (const auto& [key, item] : value.get_object()) {
      if (!first) out += ",\n";
      first = false;
      indent(out, depth + 1);
      out += json::serialize(json::string_view{key}) + ": ";
      write(out, item, depth + 1);
    }
    out += "\n";
    indent(out, depth);
    out += "}";
  } else if (value.is_array() && !value.get_array().empty()) {
    out += "[\n";
    bool first = true;
    for (const auto& item : value.get_array()) {
      if (!first) out += ",\n";
      first = false;
      indent(out, depth + 1);
      write(out, item, depth + 1);
    }
    out += "\n";
    indent(out, depth);
    out += "]";
  } else if (value.is_double()) {
    out += format_number(value.get_double());
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

Result<MetadataFacts> read_metadata(std::string_view text) {
  const auto object = TRY(parse_object(text));
  MetadataFacts facts;
  for (const char* key : {"wake_word", "display_name", "name"}) {
    const auto* value = object.if_contains(key);
    if (facts.display_name.empty() && value != nullptr && value->is_string() &&
        require_line(key, value->get_string(), 200)) {
      facts.display_name = value->get_string();
    }
  }
  if (const auto* kind = object.if_contains("kind"); kind != nullptr && kind->is_string()) {
    if (const auto parsed = registry::parse_kind(kind->get_string())) facts.kind = *parsed;
  }
  if (!facts.kind && object.contains("wake_word")) facts.kind = registry::Kind::kWakeWord;
  if (const auto* created = object.if_contains("created_at"); created != nullptr && created->is_string()) {
    if (const auto parsed = Timestamp::parse(created->get_string())) facts.created_at = *parsed;
  }
  for (const char* key :
       {"accuracy", "f1_score", "f1", "precision", "recall", "far", "frr", "val_accuracy", "val_f1"}) {
    if (const auto* value = object.if_contains(key)) add_metric(facts.metrics, key, *value);
  }
  if (const auto* metrics = object.if_contains("metrics"); metrics != nullptr && metrics->is_object()) {
    for (const auto& [key, value] : metrics->get_object()) add_metric(facts.metrics, key, value);
  }
  for (const char* key : {"labels", "classes", "class_names"}) {
    const auto* labels = object.if_contains(key);
    if (labels == nullptr || !labels->is_array() || !facts.labels.empty()) continue;
    for (const auto& label : labels->get_array()) {
      if (label.is_string()) facts.labels.emplace_back(label.get_string());
    }
  }
  return facts;
}

std::string format_metadata(std::string_view text) {
  std::string out;
  const auto object = parse_object(text);
  // Parentheses: braces would make an array of one object.
  write(out, json::value(object ? *object : json::object()), 0);
  return out + "\n";
}

std::optional<double> number_in(std::string_view text, std::string_view key) {
  const auto object = parse_object(text);
  if (!object) return std::nullopt;
  if (const auto* value = object->if_contains(key)) return as_number(*value);
  const auto* metrics = object->if_contains("metrics");
  if (metrics == nullptr || !metrics->is_object()) return std::nullopt;
  const auto* value = metrics->get_object().if_contains(key);
  return value == nullptr ? std::nullopt : as_number(*value);
}

}  // namespace weighhouse::services
