#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "formats/detail/findings.h"
#include "formats/detail/torch_object.h"
#include "formats/report.h"

namespace weighhouse::formats::detail {

// Where the bytes of a storage lie in the file.
struct StoragePlace {
  std::uint64_t offset = 0;
  std::uint64_t size_bytes = 0;
  bool in_place = true;  // as they are, little-endian: part of it can be read at its offset
};

using FindStorage = std::function<std::optional<StoragePlace>(std::string_view key)>;

// Fills the report's tensors and parameters: holds every tensor against its storage, gives extents to those that
// lie in one piece, and names the ones that share all their bytes. Shared bytes and the state of an optimizer do
// not count as parameters.
void place_tensors(const TorchObject& object, const FindStorage& find_storage, Findings& findings, Report& report);

}  // namespace weighhouse::formats::detail
