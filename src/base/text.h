#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weighhouse {

std::string encode_hex(std::span<const std::byte> bytes);
// Fills `out` from exactly twice as many lower-case hex digits; false for anything else.
bool decode_lower_hex(std::string_view hex, std::span<std::byte> out);

std::string encode_base64(std::span<const std::byte> bytes);
// Standard alphabet with padding; nothing for any other text.
std::optional<std::string> decode_base64(std::string_view text);

// RFC 3986: every byte but letters, digits and "-._~" becomes %XX.
std::string encode_percent(std::string_view text);
// Nothing for a "%" without two hex digits behind it.
std::optional<std::string> decode_percent(std::string_view text);

// ASCII only: other bytes stay as they are.
std::string to_lower(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);
std::string_view trim(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);

// Well-formed UTF-8, without surrogates and overlong forms.
bool is_utf8(std::string_view text);

// For messages: control characters and bytes that are not UTF-8 as \xNN, cut after `limit` bytes with an ellipsis.
std::string printable(std::string_view text, std::size_t limit = 200);

// How many bytes must be put in, taken out or changed to make `b` of `a`: Levenshtein's distance, in |a| times |b|
// steps.
std::size_t edit_distance(std::string_view a, std::string_view b);

// 0 B, 12.3 kB, 4.56 GB: three figures, powers of 1000.
std::string format_size(std::uint64_t size_bytes);
// 0.4 s, 12 s, 3 min 20 s, 2 h 5 min
std::string format_duration(double seconds);
// The shortest text that reads back as the same number, as JSON has it: 0.5, 1e-05, 12.0. NaN and infinities are null.
std::string format_number(double value);
// The whole text as a number, or nothing.
std::optional<std::int64_t> parse_int(std::string_view text);
std::optional<double> parse_double(std::string_view text);
std::optional<std::uint64_t> parse_size(std::string_view text);  // without a sign

}  // namespace weighhouse
