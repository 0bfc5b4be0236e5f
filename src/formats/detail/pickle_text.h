#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weighhouse::formats::detail {

// The texts of protocol 0, which hide letters behind escapes. Nothing for what Python would refuse.

// 'os', "os", 'o\x73': quotes and Python's escapes.
std::optional<std::string> unescape_string(std::string_view line);

// o\u0073: only \u and \U, everything else as it stands, read as Latin-1. The answer is UTF-8.
std::optional<std::string> unescape_unicode(std::string_view line);

// A number of any length in decimal, as INT and LONG write it, with "L" behind or not. Nothing where it is no
// number; numbers beyond 64 bits count as too large and give nothing too.
std::optional<std::int64_t> parse_long_line(std::string_view line);

}  // namespace weighhouse::formats::detail
