#include "graphql/detail/completion.h"

namespace weighhouse::graphql {
namespace json = boost::json;

std::optional<json::value> Completion::complete(const PlannedField& asked, const json::value& given) {
  path_ = {json::value(asked.key)};
  json::value out;
  if (!put(given, asked.field->type.view(), asked, out)) return std::nullopt;
  return out;
}

// False: there is no value where one must be, and `out` is null.
bool Completion::put(const json::value& given, TypeView type, const PlannedField& asked, json::value& out) {
  const bool whole = put_some(given, type.optional(), asked, out);
  if (!whole) out = nullptr;
  if (!out.is_null() || !type.is_required()) return true;
  if (whole) missing_.push_back({path_, "\"" + asked.field->name + "\" must have a value here, and has none."});
  return false;
}

// False: something below must have a value and has none.
bool Completion::put_some(const json::value& given, TypeView type, const PlannedField& asked, json::value& out) {
  if (given.is_null()) return true;
  if (type.is_list()) {
    const auto* array = given.if_array();
    if (array == nullptr) return true;
    json::array items;
    items.reserve(array->size());
    for (std::size_t i = 0; i < array->size(); ++i) {
      path_.emplace_back(i);
      json::value item;
      const bool good = put((*array)[i], type.item(), asked, item);
      path_.pop_back();
      if (!good) return false;
      items.push_back(std::move(item));
    }
    out = std::move(items);
    return true;
  }
  if (asked.type->is_leaf()) {
    out = given;
    return true;
  }
  const auto* object = given.if_object();
  return object == nullptr || put_object(*object, asked, out);
}

bool Completion::put_object(const json::object& given, const PlannedField& asked, json::value& out) {
  json::object whole;
  whole.reserve(asked.fields.size());
  for (const auto& part : asked.fields) {
    if (part.field->name == "__typename") {
      whole[part.key] = asked.type->name;
      continue;
    }
    static const json::value kNothing;
    const auto* value = given.if_contains(part.field->name);
    path_.emplace_back(part.key);
    const bool good = put(value == nullptr ? kNothing : *value, part.field->type.view(), part, whole[part.key]);
    path_.pop_back();
    if (!good) return false;
  }
  out = std::move(whole);
  return true;
}

}  // namespace weighhouse::graphql
