#include "formats/detail/words.h"

#include <array>
#include <fmt/format.h>

#include "base/text.h"

namespace weighhouse::formats::detail {

std::string quoted(std::string_view text, std::size_t limit) {
  std::string out = "\"";
  for (const char c : printable(text, limit)) {
    if (c == '"') {
      out += "\\x22";
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string format_count(std::uint64_t count) {
  if (count < 1000) return std::to_string(count);
  constexpr std::array kUnits{"k", "M", "G", "T", "P", "E"};
  double value = static_cast<double>(count) / 1000.0;
  std::size_t unit = 0;
  while (value >= 999.5 && unit + 1 < kUnits.size()) {
    value /= 1000.0;
    ++unit;
  }
  return fmt::format("{:.{}f} {}", value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0, kUnits[unit]);
}

std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace weighhouse::formats::detail
