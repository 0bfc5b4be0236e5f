#include "cli/commands/time_words.h"

#include <chrono>
#include <fmt/format.h>

#include "base/text.h"

namespace weighhouse::cli {
namespace {

constexpr std::int64_t kMostUnits = 1'000'000;

std::chrono::seconds unit_of(char letter) {
  switch (letter) {
    case 'd':
      return std::chrono::hours{24};
    case 'h':
      return std::chrono::hours{1};
    case 'm':
      return std::chrono::minutes{1};
    default:
      return std::chrono::seconds{0};
  }
}

}  // namespace

Result<Timestamp> parse_time_or_span(std::string_view text, Timestamp now) {
  if (const auto unit = text.empty() ? std::chrono::seconds{0} : unit_of(text.back()); unit.count() > 0) {
    const auto count = parse_int(text.substr(0, text.size() - 1));
    if (count && *count > 0 && *count <= kMostUnits) return now + *count * unit;
  }
  if (auto time = Timestamp::parse(text)) return time;
  return fail(
      ErrorCode::kInvalidArgument,
      fmt::format("\"{}\" is no time: write a span such as 30d, 12h or 45m, or a time such as 2026-12-31T00:00:00Z.",
                  printable(text)));
}

}  // namespace weighhouse::cli
