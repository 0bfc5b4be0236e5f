#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace weighhouse::cli {

// How values of the API read on a terminal.

// 2026-01-06T15:00:00.000000Z as "2026-01-06 15:00"; a text that is no time stays as it is.
std::string format_time(std::string_view rfc3339);
// 1234567 as "1,234,567".
std::string format_count(std::uint64_t count);
// 234567 as "234.6 k", 7e9 as "7 B": for parameters, where the magnitude is the news.
std::string format_magnitude(std::uint64_t count);
// At most four significant figures: 0.943, 12.5, 1e-05.
std::string format_number(double value);
// "1 file", "3 files".
std::string format_plural(std::uint64_t count, std::string_view singular, std::string_view plural);
// [2, 3] as "2 x 3"; a scalar as "scalar".
std::string format_shape(const boost::json::value& shape);
// The first twelve hex digits of "sha256:…": enough for an eye to compare.
std::string format_digest(std::string_view digest);

// A JSON text of the same value, for people: two spaces a level, numbers as short as they can be.
std::string format_json(const boost::json::value& value);

}  // namespace weighhouse::cli
