#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace weighhouse::db {

// Where a page ended: the order's values of its last row. Opaque to callers, and bound to its query by a
// hash: with another filter or order the values would mean nothing.
using CursorValue = std::variant<std::monostate, std::int64_t, double, std::string>;

std::string encode_cursor(std::string_view query, const std::vector<CursorValue>& values);
// kInvalidArgument when it is none, has another number of values or belongs to another query.
Result<std::vector<CursorValue>> decode_cursor(std::string_view cursor, std::string_view query, std::size_t count);

// kInvalidArgument when the value is of another type: cursors come back from outside.
Result<std::int64_t> integer_of(const std::vector<CursorValue>& values, std::size_t index);
Result<std::string> text_of(const std::vector<CursorValue>& values, std::size_t index);

}  // namespace weighhouse::db
