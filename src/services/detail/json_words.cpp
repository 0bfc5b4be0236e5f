#include "services/detail/json_words.h"

namespace weighhouse::services {
namespace json = boost::json;

namespace {

const json::value* find(const json::object& object, std::string_view key) {
  return object.if_contains(json::string_view{key.data(), key.size()});
}

}  // namespace

json::object object_of(std::string_view text) {
  json::error_code error;
  auto value = json::parse(json::string_view{text.data(), text.size()}, error);
  return !error && value.is_object() ? std::move(value.as_object()) : json::object{};
}

std::string text_at(const json::object& object, std::string_view key) {
  const auto* value = find(object, key);
  return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{};
}

json::object object_at(const json::object& object, std::string_view key) {
  const auto* value = find(object, key);
  return value != nullptr && value->is_object() ? value->get_object() : json::object{};
}

json::array array_at(const json::object& object, std::string_view key) {
  const auto* value = find(object, key);
  return value != nullptr && value->is_array() ? value->get_array() : json::array{};
}

std::optional<double> number_at(const json::object& object, std::string_view key) {
  const auto* value = find(object, key);
  json::error_code error;
  if (value == nullptr) return std::nullopt;
  const double number = value->to_number<double>(error);
  return error ? std::nullopt : std::optional{number};
}

}  // namespace weighhouse::services
