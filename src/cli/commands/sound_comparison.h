#pragma once

#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/context.h"

namespace weighhouse::cli {

// `weigh evaluate` and `weigh compare` where the data are a folder of sounds.
bool is_folder(const std::string& path);
Result<> evaluate_sounds(Context& context, const client::Client& api, const registry::Reference& version,
                         const Arguments& arguments);
Result<> compare_sounds(Context& context, const client::Client& api, const std::vector<registry::Reference>& versions,
                        const std::string& folder, const Arguments& arguments);

}  // namespace weighhouse::cli
