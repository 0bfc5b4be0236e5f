#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "formats/detail/findings.h"
#include "formats/inspect.h"

namespace weighhouse::formats::detail {

enum class ZipMethod : std::uint16_t { kStored = 0, kDeflated = 8 };

// An entry as the central directory describes it.
struct ZipEntry {
  static constexpr std::uint64_t kRatioLimit = 200;
  static constexpr std::uint64_t kRatioFrom = std::uint64_t{1} << 20U;  // smaller entries harm nobody

  std::string name;
  std::uint64_t size_bytes = 0;
  std::uint64_t stored_bytes = 0;
  std::uint64_t header_offset = 0;
  std::uint64_t data_offset = 0;  // meaningful when `is_readable`
  std::uint32_t crc32 = 0;
  std::uint16_t method = 0;
  std::uint16_t flags = 0;
  bool is_readable = false;  // its local header is there and its data lie inside the file

  bool is_stored() const {
    return method == static_cast<std::uint16_t>(ZipMethod::kStored) && size_bytes == stored_bytes;
  }
  bool is_bomb() const { return size_bytes > kRatioFrom && size_bytes / kRatioLimit > stored_bytes; }
};

// The entries in the directory's order.
struct ZipArchive {
  std::vector<ZipEntry> entries;

  const ZipEntry* find(std::string_view name) const;
};

// Reads the central directory and every local header, and nothing between them. Flags and checksums never stop
// the reading, since loaders ignore them, but each disagreement is a finding: local against central headers,
// overlaps, gaps, bombs, encryption, names. Nothing when the file has no directory to speak of.
Result<std::optional<ZipArchive>> read_zip(const RandomAccess& file, const InspectLimits& limits, Findings& findings);

// The first bytes of an entry, inflated when need be; fewer when it is shorter or does not inflate.
Result<std::string> peek_entry(const RandomAccess& file, const ZipEntry& entry, std::size_t count);

// The whole entry. Nothing, and a finding, when it is larger than `limit_bytes`, a bomb, or packed in another way.
Result<std::optional<std::string>> read_entry(const RandomAccess& file, const ZipEntry& entry,
                                              std::uint64_t limit_bytes, Findings& findings);

}  // namespace weighhouse::formats::detail
