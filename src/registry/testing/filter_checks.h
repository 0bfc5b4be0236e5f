#pragma once

#include <string>
#include <string_view>

#include "registry/filter.h"

namespace weighhouse::registry::testing {

// What the fuzz target does with an input, so that a unit test can do the same with the corpus: what parses is
// written so that it parses to the same.
inline void check_filter(std::string_view text) {
  if (const auto filter = parse_filter(text)) {
    const std::string written = to_string(*filter);
    const auto again = parse_filter(written);
    // Brackets and units spelled out can make it longer than a filter may be.
    check(again.has_value() || written.size() > 10'000, "a written filter parses");
    if (again) check(to_string(*again) == written, "a filter comes back as it was");
  }
  if (const auto order = parse_order(text)) check(order->size() <= 3, "an order has at most three keys");
}

}  // namespace weighhouse::registry::testing
