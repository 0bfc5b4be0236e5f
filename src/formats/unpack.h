#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace weighhouse::formats {

struct UnpackLimits {
  std::uint64_t entry_bytes = std::uint64_t{4} << 30U;  // each is in memory while it is unpacked
  std::uint64_t bytes = std::uint64_t{16} << 30U;
  std::size_t entries = 10'000;
};

// Writes the files of a ZIP below `folder`, which must be empty, under their names there. kInvalidArgument, naming the
// entry, for an archive that contradicts itself, is encrypted or a bomb, or has a name that leaves the folder;
// kResourceExhausted beyond the limits. What was written until then stays.
Result<> unpack_zip(const RandomAccess& file, const std::string& folder, const UnpackLimits& limits = {});

}  // namespace weighhouse::formats
