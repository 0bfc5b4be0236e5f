#include "dialects/superb/arguments.h"

namespace weighhouse::dialects::superb {
namespace json = boost::json;

const json::value& Arguments::any(std::string_view name) const {
  static const json::value kNull;
  const auto* value = object_.if_contains(name);
  return value == nullptr ? kNull : *value;
}

std::optional<std::string> Arguments::find_text(std::string_view name) const {
  const auto* text = any(name).if_string();
  return text == nullptr ? std::nullopt : std::optional<std::string>{std::string_view{*text}};
}

std::string Arguments::text(std::string_view name) const { return find_text(name).value_or(""); }

std::optional<bool> Arguments::find_flag(std::string_view name) const {
  const auto* flag = any(name).if_bool();
  return flag == nullptr ? std::nullopt : std::optional{*flag};
}

std::optional<std::int64_t> Arguments::find_integer(std::string_view name) const {
  const auto* number = any(name).if_int64();
  return number == nullptr ? std::nullopt : std::optional{*number};
}

std::optional<double> Arguments::find_number(std::string_view name) const {
  const auto* number = any(name).if_double();
  return number == nullptr ? std::nullopt : std::optional{*number};
}

std::optional<std::vector<std::string>> Arguments::find_texts(std::string_view name) const {
  const auto* array = any(name).if_array();
  if (array == nullptr) return std::nullopt;
  std::vector<std::string> texts;
  for (const auto& item : *array) {
    if (const auto* text = item.if_string()) texts.emplace_back(std::string_view{*text});
  }
  return texts;
}

std::vector<Arguments> Arguments::objects(std::string_view name) const {
  std::vector<Arguments> all;
  const auto* array = any(name).if_array();
  if (array == nullptr) return all;
  for (const auto& item : *array) {
    if (const auto* object = item.if_object()) all.emplace_back(*object);
  }
  return all;
}

std::optional<Arguments> Arguments::find_object(std::string_view name) const {
  const auto* object = any(name).if_object();
  return object == nullptr ? std::nullopt : std::optional<Arguments>{*object};
}

std::optional<std::string> Arguments::text_change(std::string_view name) const {
  return given(name) ? std::optional{text(name)} : std::nullopt;
}

}  // namespace weighhouse::dialects::superb
