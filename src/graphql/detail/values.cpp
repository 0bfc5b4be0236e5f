#include "graphql/detail/values.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "graphql/detail/suggest.h"

namespace weighhouse::graphql {
namespace json = boost::json;

namespace {

using Kind = Value::Kind;

std::string shown(const json::value& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list";
  if (const auto* text = value.if_string()) return "\"" + printable(*text, 60) + "\"";
  return value.is_double() ? format_number(value.get_double()) : json::serialize(value);
}

std::string an(std::string_view name) {
  return (std::string_view{"AEIO"}.find(name.front()) == std::string_view::npos ? "a " : "an ") + std::string{name};
}

std::string must_be(const Where& where, const Type& type, const json::value& given) {
  return to_text(where) + " must be " + an(type.name) + ", and is " + shown(given) + ".";
}

std::optional<json::value> read_int(const json::value& given) {
  constexpr std::int64_t kLeast = std::numeric_limits<std::int32_t>::min();
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  std::optional<std::int64_t> number;
  if (given.is_int64()) number = given.get_int64();
  if (given.is_double() && std::trunc(given.get_double()) == given.get_double() &&
      std::abs(given.get_double()) <= static_cast<double>(kMost)) {
    number = static_cast<std::int64_t>(given.get_double());
  }
  if (!number || *number < kLeast || *number > kMost) return std::nullopt;
  return json::value(*number);
}

std::optional<json::value> read_builtin(const json::value& given, std::string_view type) {
  if (type == "Int") return read_int(given);
  if (type == "Float") {
    if (!given.is_number()) return std::nullopt;
    const double number = given.to_number<double>();
    return std::isfinite(number) ? std::optional<json::value>{number} : std::nullopt;
  }
  if (type == "Boolean") return given.is_bool() ? std::optional{given} : std::nullopt;
  if (type == "ID" && given.is_int64()) return json::value(std::to_string(given.get_int64()));
  return given.is_string() ? std::optional{given} : std::nullopt;
}

std::string unknown_value(const Type& type, std::string_view given, const Where& where) {
  return to_text(where) + " cannot be \"" + printable(given, 60) + "\", which is no " + type.name + "." +
         suggest_named(given, type.values);
}

}  // namespace

std::string to_text(const Where& where) {
  std::string path;
  const Where* part = &where;
  for (; part->up != nullptr; part = part->up) {
    path = (part->key.empty() ? "[" + std::to_string(part->index) + "]" : "." + std::string{part->key}) + path;
  }
  return std::string{part->before} + "\"" + std::string{part->key} + path + "\"" + std::string{part->after};
}

bool Values::fits(std::size_t items, const Where& where, Location at, Faults& faults) const {
  if (items <= limits_.list_items) return true;
  faults.add(at, to_text(where) + " has " + std::to_string(items) + " items, and may have " +
                     std::to_string(limits_.list_items) + ". Ask in parts.");
  return false;
}

json::value Values::read_scalar(const json::value& given, const Type& type, const Where& where, Location at,
                                Faults& faults) const {
  static constexpr std::string_view kBuiltin[] = {"Int", "Float", "Boolean", "String", "ID"};
  if (std::find(std::begin(kBuiltin), std::end(kBuiltin), type.name) != std::end(kBuiltin)) {
    if (auto read = read_builtin(given, type.name)) return *std::move(read);
    faults.add(at, must_be(where, type, given));
    return nullptr;
  }
  const auto reader = scalars_.find(type.name);
  if (reader == scalars_.end()) return given;
  auto read = reader->second(given);
  if (read) return *std::move(read);
  faults.add(at, to_text(where) + " " + read.error().message);
  return nullptr;
}

json::value Values::read_object(const json::value& given, const Type& type, const Where& where, Location at,
                                Faults& faults) const {
  const auto* object = given.if_object();
  if (object == nullptr) {
    faults.add(at, must_be(where, type, given));
    return nullptr;
  }
  for (const auto& [key, value] : *object) {
    if (type.find_input(key) != nullptr) continue;
    faults.add(at, to_text(where) + ": " + type.name + " has no field \"" + printable(key, 60) + "\"." +
                       suggest_named(key, type.inputs));
  }
  json::object out;
  for (const auto& input : type.inputs) {
    const Where part{.up = &where, .key = input.name};
    if (const auto* value = object->if_contains(input.name)) {
      out[input.name] = from_json(*value, input.type.view(), part, at, faults);
    } else if (input.fallback) {
      out[input.name] = from_literal(*input.fallback, input.type.view(), {}, part, faults);
    } else if (input.is_required()) {
      faults.add(at, to_text(part) + " is missing.");
    }
  }
  return out;
}

json::value Values::from_json(const json::value& given, TypeView type, const Where& where, Location at,
                              Faults& faults) const {
  if (faults.full()) return nullptr;
  if (given.is_null()) {
    if (type.is_required()) faults.add(at, to_text(where) + " must not be null.");
    return nullptr;
  }
  if (type.is_list()) {
    json::array out;
    if (const auto* array = given.if_array()) {
      if (!fits(array->size(), where, at, faults)) return nullptr;
      out.reserve(array->size());
      for (std::size_t i = 0; i < array->size(); ++i) {
        const Where part{.up = &where, .index = i};
        out.push_back(from_json((*array)[i], type.item(), part, at, faults));
      }
    } else {  // one value stands for a list of it
      out.push_back(from_json(given, type.item(), where, at, faults));
    }
    return json::value(std::move(out));
  }
  const Type& named = schema_.get(type.name);
  if (named.kind == TypeKind::kInput) return read_object(given, named, where, at, faults);
  if (named.kind == TypeKind::kScalar) return read_scalar(given, named, where, at, faults);
  const auto* text = given.if_string();
  if (text != nullptr && named.has_value(*text)) return given;
  faults.add(at, text != nullptr ? unknown_value(named, *text, where) : must_be(where, named, given));
  return nullptr;
}

json::value Values::from_literal(const Value& literal, TypeView type, const json::object& variables, const Where& where,
                                 Faults& faults) const {
  if (literal.kind == Kind::kVariable) {
    const auto* held = variables.if_contains(literal.text);
    const bool nothing = held == nullptr || held->is_null();
    if (nothing && type.is_required()) {
      faults.add(literal.at, to_text(where) + " needs a value, and the variable \"$" + literal.text + "\" has none.");
    }
    return held == nullptr ? json::value{} : *held;
  }
  if (literal.kind == Kind::kNull) return nullptr;
  if (type.is_list()) {
    json::array out;
    if (literal.kind == Kind::kList) {
      for (std::size_t i = 0; i < literal.items.size(); ++i) {
        const Where part{.up = &where, .index = i};
        out.push_back(from_literal(literal.items[i], type.item(), variables, part, faults));
      }
    } else {
      out.push_back(from_literal(literal, type.item(), variables, where, faults));
    }
    return json::value(std::move(out));
  }
  const Type& named = schema_.get(type.name);
  if (named.kind == TypeKind::kEnum) return json::value(literal.text);
  if (named.kind == TypeKind::kScalar) {
    return read_scalar(json_of(literal, variables).value_or(nullptr), named, where, literal.at, faults);
  }
  json::object out;
  for (const auto& input : named.inputs) {
    const Where part{.up = &where, .key = input.name};
    const auto key = std::find(literal.keys.begin(), literal.keys.end(), input.name);
    const auto* given = key == literal.keys.end()
                            ? nullptr
                            : &literal.items[static_cast<std::size_t>(std::distance(literal.keys.begin(), key))];
    // A variable that was not given leaves its field as if it were not written.
    if (given != nullptr && given->kind == Kind::kVariable && !variables.contains(given->text) &&
        (input.fallback || !input.is_required())) {
      given = nullptr;
    }
    if (given != nullptr) {
      out[input.name] = from_literal(*given, input.type.view(), variables, part, faults);
    } else if (input.fallback) {
      out[input.name] = from_literal(*input.fallback, input.type.view(), {}, part, faults);
    }
  }
  return out;
}

std::optional<json::value> json_of(const Value& literal, const json::object& variables) {
  switch (literal.kind) {
    case Kind::kVariable: {
      const auto* held = variables.if_contains(literal.text);
      return held == nullptr ? json::value{} : *held;
    }
    case Kind::kInt:
      if (const auto number = parse_int(literal.text)) return json::value(*number);
      [[fallthrough]];
    case Kind::kFloat:
      return json::value(parse_double(literal.text).value_or(std::numeric_limits<double>::infinity()));
    case Kind::kString:
      return json::value(literal.text);
    case Kind::kBoolean:
      return json::value(literal.text == "true");
    case Kind::kNull:
      return json::value{};
    case Kind::kEnum:
      return std::nullopt;
    case Kind::kList: {
      json::array out;
      for (const auto& item : literal.items) {
        auto value = json_of(item, variables);
        if (!value) return std::nullopt;
        out.push_back(*std::move(value));
      }
      return json::value(std::move(out));
    }
    case Kind::kObject: {
      json::object out;
      for (std::size_t i = 0; i < literal.items.size(); ++i) {
        auto value = json_of(literal.items[i], variables);
        if (!value) return std::nullopt;
        out[literal.keys[i]] = *std::move(value);
      }
      return json::value(std::move(out));
    }
  }
  return std::nullopt;
}

}  // namespace weighhouse::graphql
