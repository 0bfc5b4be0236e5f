#pragma once

#include <cstdint>
#include <string>

#include "store/local/file_system.h"

namespace weighhouse::store {

// What uploads leave free on the disk. A disk that is full to the last byte takes no row either: then nothing could be
// deleted from it any more.
class SpareRoom {
 public:
  // On a small disk a sixteenth of it is left free, not `spare_bytes`.
  SpareRoom(FileSystem& files, std::string root, std::uint64_t spare_bytes)
      : files_(files), root_(std::move(root)), spare_bytes_(spare_bytes) {}

  // kResourceExhausted, as of a full disk, when fewer would be left free after `bytes` more.
  Result<> require(std::uint64_t bytes) const;

 private:
  FileSystem& files_;
  const std::string root_;
  const std::uint64_t spare_bytes_;
};

}  // namespace weighhouse::store
