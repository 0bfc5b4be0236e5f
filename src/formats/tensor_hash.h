#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "formats/report.h"

namespace weighhouse::formats {

// The fingerprint of one tensor's bytes: XXH3-128, 32 hex digits. An index to find shared tensors with, not
// an identity: nothing relies on it where someone may choose the bytes.
struct TensorHash {
  std::string name;
  std::string hash;
  std::uint64_t size_bytes = 0;
};

// Of every tensor that lies in the file in one piece (Tensor::extent), in the report's order. Reads each
// once, through a fixed buffer.
Result<std::vector<TensorHash>> hash_tensors(const RandomAccess& file, const Report& report);

}  // namespace weighhouse::formats
