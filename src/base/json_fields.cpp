#include "base/json_fields.h"

#include <boost/json.hpp>
#include <utility>

namespace weighhouse {
namespace {

namespace json = boost::json;

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

std::uint64_t count_at(const json::object& object, std::string_view key) {
  const auto* value = find(object, key);
  if (value == nullptr) return 0;
  if (value->is_uint64()) return value->get_uint64();
  return value->is_int64() && value->get_int64() > 0 ? static_cast<std::uint64_t>(value->get_int64()) : 0;
}

bool flag_at(const json::object& object, std::string_view key) {
  const auto* value = find(object, key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

std::optional<double> number_at(const json::object& object, std::string_view key) {
  const auto* value = find(object, key);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->to_number<double>();
}

const json::array& list_at(const json::object& object, std::string_view key) {
  static const json::array kEmpty;
  const auto* value = find(object, key);
  return value != nullptr && value->is_array() ? value->get_array() : kEmpty;
}

const json::object& object_at(const json::object& object, std::string_view key) {
  const auto* value = find(object, key);
  return value == nullptr ? as_object(json::value{}) : as_object(*value);
}

json::array list_at(json::object&& object, std::string_view key) { return list_at(std::as_const(object), key); }

json::object object_at(json::object&& object, std::string_view key) { return object_at(std::as_const(object), key); }

const json::object& as_object(const json::value& value) {
  static const json::object kEmpty;
  return value.is_object() ? value.get_object() : kEmpty;
}

}  // namespace weighhouse
