#pragma once

#include <string>
#include <string_view>

namespace weighhouse::dialects::superb {

// Superb shouts what we say: "OBJECT_DETECTION" is our "object-detection".
std::string to_ours(std::string_view shouted);
std::string to_theirs(std::string_view word);

}  // namespace weighhouse::dialects::superb
