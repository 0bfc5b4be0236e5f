#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"

namespace weighhouse {

// What `to_string` said of a code, in a row or in the reply of another program.
std::optional<ErrorCode> parse_error_code(std::string_view word);

}  // namespace weighhouse
