#include "cli/arguments.h"

#include <fmt/format.h>

#include "base/text.h"

namespace weighhouse::cli {

void Arguments::declare(std::string_view name) { values_.try_emplace(std::string{name}); }

void Arguments::add(std::string_view name, std::string value) {
  values_[std::string{name}].push_back(std::move(value));
}

std::optional<std::string> Arguments::find(std::string_view name) const {
  const auto& values = list(name);
  if (values.empty()) return std::nullopt;
  return values.back();
}

const std::string& Arguments::get(std::string_view name) const {
  const auto& values = list(name);
  check(!values.empty(), "the parser demands what the row calls needed");
  return values.back();
}

const std::vector<std::string>& Arguments::list(std::string_view name) const {
  const auto found = values_.find(name);
  check(found != values_.end(), "a command asks only for what its row declares");
  return found->second;
}

Result<std::optional<std::int64_t>> Arguments::find_integer(std::string_view name, std::int64_t least,
                                                            std::int64_t most) const {
  const auto text = find(name);
  if (!text) return std::optional<std::int64_t>{};
  const auto value = parse_int(*text);
  if (!value || *value < least || *value > most) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("--{} takes a whole number from {} to {}, not \"{}\".", name,
                                                         least, most, printable(*text)));
  }
  return value;
}

Result<std::optional<double>> Arguments::find_number(std::string_view name, double least, double most) const {
  const auto text = find(name);
  if (!text) return std::optional<double>{};
  const auto value = parse_double(*text);
  if (!value || !(*value >= least && *value <= most)) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("--{} takes a number from {} to {}, not \"{}\".", name, least, most, printable(*text)));
  }
  return value;
}

}  // namespace weighhouse::cli
