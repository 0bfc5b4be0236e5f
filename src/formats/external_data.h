#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "formats/report.h"

namespace weighhouse::formats {

// How long the file is that tensors name, by its path from the folder of the one that names it; nothing when it is
// not there.
using FindSize = std::function<std::optional<std::uint64_t>(const std::string& location)>;

// Holds what a report says of external data against the files themselves. One that is absent is a warning; tensors
// that reach beyond the end of theirs make the report malformed. Files are asked for once each.
void check_external_data(Report& report, const FindSize& find_size);

}  // namespace weighhouse::formats
