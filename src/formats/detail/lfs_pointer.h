#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/digest.h"

namespace weighhouse::formats::detail {

// What Git LFS leaves in a checkout in place of a file that was not fetched.
struct LfsPointer {
  Digest digest;
  std::uint64_t size_bytes = 0;
};

inline constexpr std::size_t kLongestLfsPointer = 1024;

// Nothing when the whole text is not a pointer.
std::optional<LfsPointer> parse_lfs_pointer(std::string_view text);

}  // namespace weighhouse::formats::detail
