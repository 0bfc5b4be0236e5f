#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace weighhouse::formats::detail {

struct Unpacked {
  std::string bytes;
  bool is_whole = false;      // the packed data ended where the file does
  bool is_too_large = false;  // more would have come than `limit_bytes`
};

// Unpacks zlib's and gzip's form, as far as it goes and never more than `limit_bytes`.
Result<Unpacked> unpack(const RandomAccess& file, std::uint64_t limit_bytes);

// Whether the front of a file is zlib or gzip around a pickle, as joblib and many scripts write them.
bool looks_like_compressed_pickle(std::string_view head);

}  // namespace weighhouse::formats::detail
