#pragma once

#include <string_view>

namespace weighhouse::dialects::superb {

// What the clients of Superb's platform ask, of every generation: arguments and fields that only some of them know may
// be absent. Where a generation wants a value that another never sends, the resolver asks for it.
extern const std::string_view kSchema;

}  // namespace weighhouse::dialects::superb
