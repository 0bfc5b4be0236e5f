#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace weighhouse::services {

enum class JsonShape : std::uint8_t { kAny, kObject };

// JSON that people or programs attach to a thing: at most 1 MiB and 32 deep. kInvalidArgument names `what` it is.
Result<> require_json(std::string_view what, std::string_view text, JsonShape shape);

}  // namespace weighhouse::services
