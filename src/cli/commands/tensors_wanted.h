#pragma once

#include <cstdint>

#include "base/result.h"
#include "cli/arguments.h"

namespace weighhouse::cli {

inline constexpr std::uint64_t kTensorsShown = 20;

// --tensors: `all`, or a number; `otherwise` when it was not given.
Result<std::uint64_t> tensors_wanted(const Arguments& arguments, std::uint64_t otherwise);

}  // namespace weighhouse::cli
