#include "graphql/detail/strings.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace weighhouse::graphql {
namespace {

constexpr std::string_view kTriple = "\"\"\"";

tl::unexpected<Error> fail_in(std::size_t offset, std::string message) {
  return fail(ErrorCode::kInvalidArgument, std::move(message), {{"offset", static_cast<std::int64_t>(offset)}});
}

void append_utf8(std::string& out, std::uint32_t point) {
  const auto byte = [&](std::uint32_t bits) { out += static_cast<char>(static_cast<unsigned char>(bits)); };
  if (point < 0x80U) return byte(point);
  if (point < 0x800U) {
    byte(0xC0U | (point >> 6U));
    return byte(0x80U | (point & 0x3FU));
  }
  if (point < 0x10000U) {
    byte(0xE0U | (point >> 12U));
  } else {
    byte(0xF0U | (point >> 18U));
    byte(0x80U | ((point >> 12U) & 0x3FU));
  }
  byte(0x80U | ((point >> 6U) & 0x3FU));
  byte(0x80U | (point & 0x3FU));
}

std::optional<std::uint32_t> hex_digits(std::string_view text) {
  std::uint32_t number = 0;
  if (text.empty() || text.size() > 6) return std::nullopt;
  for (const char c : text) {
    const auto digit = std::string_view{"0123456789abcdef"}.find(static_cast<char>(c >= 'A' && c <= 'F' ? c + 32 : c));
    if (digit == std::string_view::npos) return std::nullopt;
    number = number * 16 + static_cast<std::uint32_t>(digit);
  }
  return number;
}

bool is_high_surrogate(std::uint32_t point) { return point >= 0xD800U && point < 0xDC00U; }
bool is_low_surrogate(std::uint32_t point) { return point >= 0xDC00U && point < 0xE000U; }

// What follows "\u": four digits, twice for a pair of surrogates, or any number of them in braces.
struct Escape {
  std::uint32_t point = 0;
  std::size_t size = 0;
};
std::optional<Escape> unicode_escape(std::string_view text) {
  if (text.starts_with('{')) {
    const auto end = text.find('}');
    if (end == std::string_view::npos) return std::nullopt;
    const auto point = hex_digits(text.substr(1, end - 1));
    if (!point || *point > 0x10FFFFU || is_high_surrogate(*point) || is_low_surrogate(*point)) return std::nullopt;
    return Escape{*point, end + 1};
  }
  if (text.size() < 4) return std::nullopt;
  const auto first = hex_digits(text.substr(0, 4));
  if (!first || is_low_surrogate(*first)) return std::nullopt;
  if (!is_high_surrogate(*first)) return Escape{*first, 4};
  if (text.size() < 10 || text.substr(4, 2) != "\\u") return std::nullopt;
  const auto second = hex_digits(text.substr(6, 4));
  if (!second || !is_low_surrogate(*second)) return std::nullopt;
  return Escape{0x10000U + ((*first - 0xD800U) << 10U) + (*second - 0xDC00U), 10};
}

Result<QuotedString> read_line(std::string_view text) {
  QuotedString read;
  std::size_t at = 1;
  while (at < text.size() && text[at] != '"') {
    const char c = text[at];
    if (c == '\n' || c == '\r') break;
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t') {
      return fail_in(at, "A control character in a string must be written as an escape, \\u00XX.");
    }
    if (c != '\\') {
      read.value += c;
      ++at;
      continue;
    }
    const char escape = at + 1 < text.size() ? text[at + 1] : '\0';
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (const auto index = kLetters.find(escape); escape != '\0' && index != std::string_view::npos) {
      read.value += kMeanings[index];
      at += 2;
      continue;
    }
    const auto unicode = escape == 'u' ? unicode_escape(text.substr(at + 2)) : std::nullopt;
    if (!unicode)
      return fail_in(at, "After a backslash in a string comes one of \" \\ / b f n r t or u and its digits.");
    append_utf8(read.value, unicode->point);
    at += 2 + unicode->size;
  }
  if (at >= text.size() || text[at] != '"') return fail_in(at, "The string is not closed before the end of its line.");
  read.size = at + 1;
  return read;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    if (text[i] == '\n' || text[i] == '\r') {
      lines.emplace_back();
    } else {
      lines.back() += text[i];
    }
  }
  return lines;
}

// The indentation that all lines after the first share is the document's, not the text's.
std::string without_indentation(std::string_view text) {
  auto lines = lines_of(text);
  constexpr auto kNone = std::string::npos;
  std::size_t common = kNone;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto indent = lines[i].find_first_not_of(" \t");
    if (indent != kNone) common = std::min(common, indent);
  }
  for (std::size_t i = 1; i < lines.size() && common != kNone; ++i)
    lines[i].erase(0, std::min(common, lines[i].size()));
  const auto is_blank = [](const std::string& line) { return line.find_first_not_of(" \t") == kNone; };
  while (!lines.empty() && is_blank(lines.back())) lines.pop_back();
  const auto first = std::find_if_not(lines.begin(), lines.end(), is_blank);
  std::string out;
  for (auto line = first; line != lines.end(); ++line) out += (line == first ? "" : "\n") + *line;
  return out;
}

Result<QuotedString> read_block(std::string_view text) {
  std::string raw;
  std::size_t at = kTriple.size();
  while (at < text.size()) {
    const auto rest = text.substr(at);
    if (rest.starts_with(kTriple)) return QuotedString{without_indentation(raw), at + kTriple.size()};
    if (rest.starts_with("\\\"\"\"")) {
      raw += kTriple;
      at += 1 + kTriple.size();
      continue;
    }
    const char c = text[at];
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') {
      return fail_in(at, "A control character cannot stand in a block string.");
    }
    raw += c;
    ++at;
  }
  return fail_in(at, "The block string is not closed: \"\"\" is missing.");
}

}  // namespace

Result<QuotedString> read_string(std::string_view text) {
  return text.starts_with(kTriple) ? read_block(text) : read_line(text);
}

}  // namespace weighhouse::graphql
