#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weighhouse::cli {

// What was given on the command line, by the names of the command's own row: "output" for -o,--output,
// "REF" for a positional. A name that the row does not hold is a bug of ours.
class Arguments {
 public:
  // Nothing given, for a row that knows `name`.
  void declare(std::string_view name);
  void add(std::string_view name, std::string value);

  bool has(std::string_view name) const { return !list(name).empty(); }
  // The last one given.
  std::optional<std::string> find(std::string_view name) const;
  // Of a positional or option that the row demands.
  const std::string& get(std::string_view name) const;
  const std::vector<std::string>& list(std::string_view name) const;
  // kInvalidArgument when it is no number from `least` to `most`.
  Result<std::optional<std::int64_t>> find_integer(std::string_view name, std::int64_t least, std::int64_t most) const;
  // The same for any number, such as 0.8.
  Result<std::optional<double>> find_number(std::string_view name, double least, double most) const;

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

}  // namespace weighhouse::cli
