#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace weighhouse::client {

// Where a part of a body stands in the whole, as a 206 says it: "bytes 500-999/1000", or "bytes 500-999/*".
struct ContentRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;  // the last byte itself
  std::optional<std::uint64_t> total_bytes{};
};

// Nothing for what is not of this form, or contradicts itself.
std::optional<ContentRange> parse_content_range(std::string_view text);

}  // namespace weighhouse::client
