#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "registry/detail/filter_lexer.h"
#include "registry/filter.h"

namespace weighhouse::registry::detail {

// What may be compared with a field.
enum class ValueType : std::uint8_t { kText, kNumber, kSize, kTime, kTruth, kAny };
ValueType type_of(Field::Of field);

// The field of a name without a key, with all its synonyms.
std::optional<Field::Of> field_named(std::string_view name);
// tag, metric, meta and their synonyms, in front of a dot.
std::optional<Field::Of> field_with_key(std::string_view prefix);
// The field that was probably meant, with the key of `text` where it has one; empty where it resembles none.
std::string nearest_field(std::string_view text);
std::string_view name_of(Field::Of field);
bool has_key(Field::Of field);
bool can_order(Field::Of field);

// The literal a token means for a field; kInvalidArgument says what was expected instead.
Result<Literal> literal_for(const Field& field, Comparison comparison, const Token& token);

}  // namespace weighhouse::registry::detail
