#pragma once

#include <string>

#include "base/digest.h"
#include "base/file.h"

namespace weighhouse::services {

// Where things stand in a backup.
inline constexpr const char* kBackupDatabase = "weighhouse.db";

inline std::string backup_blob_path(const std::string& directory, const Digest& digest) {
  const std::string hex = digest.hex();
  return join_path(directory, "blobs/sha256/" + hex.substr(0, 2) + "/" + hex);
}

}  // namespace weighhouse::services
