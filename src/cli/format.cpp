#include "cli/format.h"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "wire/json_text.h"

namespace weighhouse::cli {
namespace {

namespace json = boost::json;

bool is_flat(const json::array& array) {
  for (const auto& item : array) {
    if (item.is_structured()) return false;
  }
  return true;
}

void append_json(std::string& out, const json::value& value, std::size_t depth);

void append_array(std::string& out, const json::array& array, std::size_t depth) {
  const bool flat = is_flat(array);
  const std::string separator = flat ? ", " : ",\n" + std::string(2 * (depth + 1), ' ');
  out += flat ? "[" : "[\n" + std::string(2 * (depth + 1), ' ');
  bool first = true;
  for (const auto& item : array) {
    if (!first) out += separator;
    first = false;
    append_json(out, item, depth + 1);
  }
  out += flat ? "]" : "\n" + std::string(2 * depth, ' ') + "]";
}

void append_object(std::string& out, const json::object& object, std::size_t depth) {
  if (object.empty()) {
    out += "{}";
    return;
  }
  const std::string indent(2 * (depth + 1), ' ');
  out += "{\n";
  bool first = true;
  for (const auto& [key, value] : object) {
    if (!first) out += ",\n";
    first = false;
    out += indent + wire::to_text(json::string{key}) + ": ";
    append_json(out, value, depth + 1);
  }
  out += "\n" + std::string(2 * depth, ' ') + "}";
}

void append_json(std::string& out, const json::value& value, std::size_t depth) {
  if (const auto* array = value.if_array()) return append_array(out, *array, depth);
  if (const auto* object = value.if_object()) return append_object(out, *object, depth);
  out += wire::to_text(value);
}

}  // namespace

std::string format_time(std::string_view rfc3339) {
  if (rfc3339.size() < 17 || rfc3339[10] != 'T') return std::string{rfc3339};
  return fmt::format("{} {}", rfc3339.substr(0, 10), rfc3339.substr(11, 5));
}

std::string format_count(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t i = digits.size(); i > 3;) {
    i -= 3;
    digits.insert(i, ",");
  }
  return digits;
}

std::string format_magnitude(std::uint64_t count) {
  constexpr std::array<std::string_view, 5> kUnits{"", " k", " M", " B", " T"};
  if (count < 1000) return std::to_string(count);
  auto value = static_cast<double>(count);
  std::size_t unit = 0;
  // What would round to 1000 of a unit belongs to the next one.
  while (value >= 999.95 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  std::string text = fmt::format("{:.1f}", value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text + std::string{kUnits[unit]};
}

std::string format_number(double value) { return fmt::format("{:.4g}", value); }

std::string format_plural(std::uint64_t count, std::string_view singular, std::string_view plural) {
  return fmt::format("{} {}", format_count(count), count == 1 ? singular : plural);
}

std::string format_shape(const json::value& shape) {
  const auto* dimensions = shape.if_array();
  if (dimensions == nullptr) return "";
  if (dimensions->empty()) return "scalar";
  std::string text;
  for (const auto& dimension : *dimensions) {
    if (!text.empty()) text += " x ";
    text += dimension.is_string() ? std::string{dimension.get_string()} : wire::to_text(dimension);
  }
  return text;
}

std::string format_digest(std::string_view digest) {
  const auto colon = digest.find(':');
  return std::string{digest.substr(colon == std::string_view::npos ? 0 : colon + 1, 12)};
}

std::string format_json(const json::value& value) {
  std::string out;
  append_json(out, value, 0);
  return out;
}

}  // namespace weighhouse::cli
