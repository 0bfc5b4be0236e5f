#include "formats/detail/pickle_text.h"

#include <cstdint>

#include "base/text.h"

namespace weighhouse::formats::detail {

namespace {

// Up to `most` digits of a base, at least `least`; how many there were is taken off `text`.
std::optional<std::uint32_t> take_digits(std::string_view& text, std::uint32_t base, std::size_t least,
                                         std::size_t most) {
  std::uint32_t value = 0;
  std::size_t taken = 0;
  while (taken < most && taken < text.size()) {
    const char c = text[taken];
    const std::uint32_t digit = c >= '0' && c <= '9'   ? static_cast<std::uint32_t>(c - '0')
                                : c >= 'a' && c <= 'f' ? static_cast<std::uint32_t>(c - 'a') + 10
                                : c >= 'A' && c <= 'F' ? static_cast<std::uint32_t>(c - 'A') + 10
                                                       : 99;
    if (digit >= base) break;
    value = value * base + digit;
    ++taken;
  }
  if (taken < least) return std::nullopt;
  text.remove_prefix(taken);
  return value;
}

void append_utf8(std::string& out, std::uint32_t point) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0U | (point >> 6U));
    put(0x80U | (point & 0x3FU));
  } else if (point < 0x10000) {
    put(0xE0U | (point >> 12U));
    put(0x80U | ((point >> 6U) & 0x3FU));
    put(0x80U | (point & 0x3FU));
  } else {
    put(0xF0U | (point >> 18U));
    put(0x80U | ((point >> 12U) & 0x3FU));
    put(0x80U | ((point >> 6U) & 0x3FU));
    put(0x80U | (point & 0x3FU));
  }
}

// What stands behind a backslash, which is already taken. False when Python would refuse.
bool take_escape(std::string_view& text, std::string& out) {
  if (text.empty()) return false;
  const char c = text.front();
  if (c >= '0' && c <= '7') {
    out += static_cast<char>(*take_digits(text, 8, 1, 3) & 0xFFU);
    return true;
  }
  text.remove_prefix(1);
  constexpr std::string_view kLetters = "\\'\"abfnrtv";
  constexpr std::string_view kMeanings = "\\'\"\a\b\f\n\r\t\v";
  if (const auto at = kLetters.find(c); at != std::string_view::npos) {
    out += kMeanings[at];
  } else if (c == 'x') {
    const auto value = take_digits(text, 16, 2, 2);
    if (!value) return false;
    out += static_cast<char>(*value);
  } else if (c != '\n') {
    out += '\\';
    out += c;
  }
  return true;
}

}  // namespace

std::optional<std::string> unescape_string(std::string_view line) {
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r')) line.remove_suffix(1);
  if (line.size() < 2 || line.front() != line.back() || (line.front() != '\'' && line.front() != '"'))
    return std::nullopt;
  line = line.substr(1, line.size() - 2);
  std::string out;
  while (!line.empty()) {
    const char c = line.front();
    line.remove_prefix(1);
    if (c != '\\') {
      out += c;
    } else if (!take_escape(line, out)) {
      return std::nullopt;
    }
  }
  return out;
}

std::optional<std::string> unescape_unicode(std::string_view line) {
  std::string out;
  while (!line.empty()) {
    const auto c = static_cast<unsigned char>(line.front());
    line.remove_prefix(1);
    const bool is_escape = c == '\\' && !line.empty() && (line.front() == 'u' || line.front() == 'U');
    if (!is_escape) {
      append_utf8(out, c);
      // A doubled backslash hides an escape behind it.
      if (c == '\\' && !line.empty() && line.front() == '\\') {
        out += '\\';
        line.remove_prefix(1);
      }
      continue;
    }
    const std::size_t digits = line.front() == 'u' ? 4 : 8;
    line.remove_prefix(1);
    const auto point = take_digits(line, 16, digits, digits);
    if (!point || *point > 0x10FFFF) return std::nullopt;
    append_utf8(out, *point);
  }
  return out;
}

std::optional<std::int64_t> parse_long_line(std::string_view line) {
  line = trim(line);
  if (line.ends_with('L')) line.remove_suffix(1);
  if (line.starts_with('+')) line.remove_prefix(1);
  return parse_int(line);
}

}  // namespace weighhouse::formats::detail
