#include "graphql/location.h"

#include <algorithm>

namespace weighhouse::graphql {

Error error_at(Location at, std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message), {{"line", at.line}, {"column", at.column}}};
}

std::optional<Location> location_of(const Error& error) {
  Location at{0, 0};
  for (const auto& [name, value] : error.details) {
    const auto* number = std::get_if<std::int64_t>(&value);
    if (number == nullptr) continue;
    if (name == "line") at.line = *number;
    if (name == "column") at.column = *number;
  }
  if (at.line < 1 || at.column < 1) return std::nullopt;
  return at;
}

void Faults::add(Location at, std::string message) {
  // A fragment that is spread twice has its faults once.
  const bool known =
      std::any_of(all_.begin(), all_.end(), [&](const Error& error) { return error.message == message; });
  if (!known && !full()) all_.push_back(error_at(at, std::move(message)));
}

}  // namespace weighhouse::graphql
