#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "formats/detail/findings.h"
#include "formats/detail/zip_directory.h"
#include "formats/detail/zip_reader.h"

namespace weighhouse::formats::detail {

// Walks the archive from front to back, holds each local header and data descriptor against the central
// directory, and fills `data_offset` and `is_readable`. Bytes that belong to no entry, or to two, are findings.
Result<> check_local_headers(const RandomAccess& file, const ZipDirectory& directory, std::span<ZipEntry> entries,
                             Findings& findings);

// The body of the extra field with this id, if it is there and whole.
std::optional<std::string_view> find_extra(std::string_view extra, std::uint16_t id);

}  // namespace weighhouse::formats::detail
