#include "cli/width.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace weighhouse::cli {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// Not wcwidth: its answer hangs on the locale, and scripts run in "C". The ranges are blocks of Unicode,
// coarse where a whole block behaves alike.
constexpr std::array kZeroWidth{
    Range{0x0300, 0x036F}, Range{0x0483, 0x0489},   Range{0x0591, 0x05BD}, Range{0x0610, 0x061A}, Range{0x064B, 0x065F},
    Range{0x06D6, 0x06DC}, Range{0x0E31, 0x0E31},   Range{0x0E34, 0x0E3A}, Range{0x0E47, 0x0E4E}, Range{0x1AB0, 0x1AFF},
    Range{0x1DC0, 0x1DFF}, Range{0x200B, 0x200F},   Range{0x20D0, 0x20FF}, Range{0xFE00, 0xFE0F}, Range{0xFE20, 0xFE2F},
    Range{0xFEFF, 0xFEFF}, Range{0xE0100, 0xE01EF},
};
constexpr std::array kWide{
    Range{0x1100, 0x115F},   Range{0x231A, 0x231B},   Range{0x23E9, 0x23EC},   Range{0x2E80, 0x303E},
    Range{0x3041, 0x33FF},   Range{0x3400, 0x4DBF},   Range{0x4E00, 0x9FFF},   Range{0xA000, 0xA4CF},
    Range{0xA960, 0xA97F},   Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},   Range{0xFE30, 0xFE6F},
    Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},   Range{0x1F300, 0x1F64F}, Range{0x1F680, 0x1F6FF},
    Range{0x1F900, 0x1F9FF}, Range{0x1FA70, 0x1FAFF}, Range{0x20000, 0x3FFFD},
};

template <std::size_t N>
bool contains(const std::array<Range, N>& ranges, char32_t c) {
  return std::any_of(ranges.begin(), ranges.end(), [c](const Range& r) { return c >= r.first && c <= r.last; });
}

std::size_t width_of(char32_t c) {
  if (c < 0x300) return 1;
  if (contains(kZeroWidth, c)) return 0;
  return contains(kWide, c) ? 2 : 1;
}

// Takes one character off the front; a stray byte counts as one character.
char32_t take_character(std::string_view& text, std::size_t& size_bytes) {
  const auto first = static_cast<unsigned char>(text[0]);
  std::size_t length = 1;
  char32_t c = first;
  if (first >= 0xF0) {
    length = 4;
    c = first & 0x07U;
  } else if (first >= 0xE0) {
    length = 3;
    c = first & 0x0FU;
  } else if (first >= 0xC0) {
    length = 2;
    c = first & 0x1FU;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if (i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U) continue;
    length = 1;
    c = U'\uFFFD';
  }
  for (std::size_t i = 1; i < length; ++i) c = c << 6U | (static_cast<unsigned char>(text[i]) & 0x3FU);
  text.remove_prefix(length);
  size_bytes = length;
  return c;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  std::size_t size_bytes = 0;
  while (!text.empty()) width += width_of(take_character(text, size_bytes));
  return width;
}

std::string fit(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string{text};
  if (width == 0) return {};
  std::size_t taken = 0;
  std::size_t columns = 0;
  for (std::string_view rest = text; !rest.empty();) {
    std::size_t size_bytes = 0;
    columns += width_of(take_character(rest, size_bytes));
    if (columns > width - 1) break;
    taken += size_bytes;
  }
  return std::string{text.substr(0, taken)} + "…";
}

std::string wrap(std::string_view text, std::size_t indent, std::size_t width) {
  std::string out;
  std::size_t column = indent;
  for (const auto word : split(text, ' ')) {
    const std::size_t taken = display_width(word);
    if (!out.empty() && column + 1 + taken > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (!out.empty()) {
      out += ' ';
      ++column;
    }
    out += word;
    column += taken;
  }
  return out;
}

}  // namespace weighhouse::cli
