#pragma once

#include <string>
#include <vector>

#include "client/client.h"

namespace weighhouse::cli {

// The version that was weighed: namespace/name@number.
std::string named(const client::Object& evaluation);

// Each stands against the first, as the API compares them.
Result<client::Object> compare_with_first(const client::Client& api, const std::vector<client::Object>& evaluations);

}  // namespace weighhouse::cli
