#include <array>
#include <charconv>

#include "base/text.h"
#include "registry/detail/filter_fields.h"
#include "registry/filter.h"

namespace weighhouse::registry {
namespace {

using detail::ValueType;

std::string quoted(std::string_view text, char quote) {
  std::string written{quote};
  for (const char c : text) {
    if (c == quote) written += c;
    written += c;
  }
  return written + quote;
}

// The shortest text that reads back as the same number.
std::string number_text(double number) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number);
  return {text.data(), end.ptr};
}

std::string literal_text(const Field& field, const Literal& literal) {
  if (const auto* text = std::get_if<std::string>(&literal)) return quoted(*text, '\'');
  if (const auto* truth = std::get_if<bool>(&literal)) return *truth ? "true" : "false";
  if (const auto* time = std::get_if<Timestamp>(&literal)) return time->to_string();
  const double number = std::get<double>(literal);
  if (detail::type_of(field.of) != ValueType::kSize) return number_text(number);
  std::array<char, 400> text{};  // a size is written without an exponent, which would read as a unit
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  return {text.data(), end.ptr};
}

std::string_view symbol(Comparison comparison) {
  switch (comparison) {
    case Comparison::kEqual:
      return " = ";
    case Comparison::kNotEqual:
      return " != ";
    case Comparison::kLess:
      return " < ";
    case Comparison::kLessEqual:
      return " <= ";
    case Comparison::kGreater:
      return " > ";
    case Comparison::kGreaterEqual:
      return " >= ";
    case Comparison::kLike:
      return " LIKE ";
    case Comparison::kILike:
      return " ILIKE ";
    case Comparison::kIn:
      return " IN ";
    case Comparison::kNotIn:
      return " NOT IN ";
    case Comparison::kIsNull:
      return " IS NULL";
    case Comparison::kIsNotNull:
      return " IS NOT NULL";
    case Comparison::kContains:
      return " CONTAINS ";
  }
  return " = ";
}

std::string condition_text(const Condition& condition) {
  std::string text = to_string(condition.field) + std::string{symbol(condition.comparison)};
  const bool list = condition.comparison == Comparison::kIn || condition.comparison == Comparison::kNotIn;
  std::string values;
  for (const Literal& value : condition.values) {
    values += (values.empty() ? "" : ", ") + literal_text(condition.field, value);
  }
  return text + (list ? "(" + values + ")" : values);
}

enum class Around : std::uint8_t { kNothing, kOr, kAnd, kNot };

std::string written(const Filter& filter, Around around);

std::string row_text(const std::vector<Filter>& parts, std::string_view word, Around inside, bool brackets) {
  std::string text;
  for (const Filter& part : parts) text += (text.empty() ? "" : std::string{word}) + written(part, inside);
  return brackets ? "(" + text + ")" : text;
}

std::string written(const Filter& filter, Around around) {
  if (const auto* all = std::get_if<All>(&filter.node)) {
    if (all->of.empty()) return around == Around::kNothing ? "" : "name IS NOT NULL";
    return row_text(all->of, " AND ", Around::kAnd, around == Around::kAnd || around == Around::kNot);
  }
  if (const auto* any = std::get_if<Any>(&filter.node)) {
    if (any->of.empty()) return "name IS NULL";
    return row_text(any->of, " OR ", Around::kOr, around != Around::kNothing);
  }
  if (const auto* negated = std::get_if<Not>(&filter.node)) return "NOT " + written(negated->of.front(), Around::kNot);
  if (const auto* search = std::get_if<Search>(&filter.node)) return quoted(search->text, '\'');
  return condition_text(std::get<Condition>(filter.node));
}

bool is_plain_key(std::string_view key) {
  return key.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-/") ==
             std::string_view::npos &&
         !key.ends_with('.');
}

}  // namespace

std::string to_string(const Field& field) {
  std::string text{detail::name_of(field.of)};
  if (!detail::has_key(field.of)) return text;
  text += "." + (is_plain_key(field.key) ? field.key : quoted(field.key, '"'));
  if (!field.has_class && !field.has_slice) return text;
  text += "{";
  if (field.has_class) text += "class=" + quoted(field.class_name, '"');
  if (field.has_slice) text += (field.has_class ? ", slice=" : "slice=") + quoted(field.slice, '"');
  return text + "}";
}

std::string to_string(const Filter& filter) { return written(filter, Around::kNothing); }

}  // namespace weighhouse::registry
