#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "formats/detail/findings.h"

namespace weighhouse::formats::detail {

// Where a ZIP's central directory lies, by the records at the end of the file.
struct ZipDirectory {
  std::uint64_t base = 0;    // bytes in front of the archive, to be added to every offset in it
  std::uint64_t offset = 0;  // of the directory in the file
  std::uint64_t size_bytes = 0;
  std::uint64_t entries = 0;
};

// Finds the end records (the ZIP64 ones too) and holds them against each other and against the file. Nothing when
// there is no end record at all. A contradiction becomes a finding; the answer is then what PyTorch's reader would
// use, so that what it would load is what is looked at.
Result<std::optional<ZipDirectory>> find_zip_directory(const RandomAccess& file, Findings& findings);

// Whether the last bytes of a file look like the end of a ZIP, with at most a comment behind it.
bool ends_like_zip(std::string_view tail);

}  // namespace weighhouse::formats::detail
