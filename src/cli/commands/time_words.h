#pragma once

#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace weighhouse::cli {

// "30d", "12h", "45m" from `now` on, or a time or date of RFC 3339.
Result<Timestamp> parse_time_or_span(std::string_view text, Timestamp now);

}  // namespace weighhouse::cli
