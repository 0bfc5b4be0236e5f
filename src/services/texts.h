#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace weighhouse::services {

inline constexpr std::size_t kLongestLine = 400;
inline constexpr std::size_t kLongestText = std::size_t{1} << 20U;

// What people write about a thing: UTF-8 of at most `limit` bytes. kInvalidArgument names `what` it is.
Result<> require_text(std::string_view what, std::string_view text, std::size_t limit = kLongestText);
// The same in one line, without control characters: names and licences stand in lists and on terminals.
Result<> require_line(std::string_view what, std::string_view text, std::size_t limit = kLongestLine);
// A key that can be one, and a text as its value.
Result<> require_tag(std::string_view key, std::string_view value);

}  // namespace weighhouse::services
