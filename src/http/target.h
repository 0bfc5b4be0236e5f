#pragma once

#include <string_view>

#include "http/message.h"

namespace weighhouse::http {

// Fills `path` and `query` from `request.target`: origin form ("/a?b=c"), absolute form ("http://host/a") or "*".
// kInvalidArgument for broken percent signs, bytes that are not UTF-8, NUL, and "." or ".." as a segment.
Result<> read_target(Request& request);

// The path of the target as it was sent, without the query.
std::string_view encoded_path_of(std::string_view target);

}  // namespace weighhouse::http
