#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "registry/names.h"

namespace weighhouse::registry {

// A rule that an alias demands of a version before it moves there:
//
//   f1 >= 0.9                                   a metric of the version
//   f1 >= production - 0.01                     beside the version that an alias points at
//   accuracy >= production - 0.01 on test.csv   on data that both were weighed on
//
// Beside an alias on data, the lower end of the 95 % interval of the paired difference counts, so that luck does not
// pass: `accuracy` or `f1`, with `>=` or `>`.
struct Gate {
  enum class Relation : std::uint8_t { kAtLeast, kAbove, kAtMost, kBelow };

  std::string metric;
  Relation relation = Relation::kAtLeast;
  std::optional<VersionWord> baseline{};
  double value = 0;    // what the metric must reach; with a baseline, what is added to that one's
  std::string data{};  // a name or digest of evaluated data; empty: the metric wherever it comes from

  bool holds(double found, double demanded) const;
};

// kInvalidArgument names what cannot be read.
Result<Gate> parse_gate(std::string_view text);
// The same rule in the one way of writing it.
std::string to_string(const Gate& gate);

}  // namespace weighhouse::registry
