#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "registry/metadata_store.h"

namespace weighhouse::db {

struct OpenOptions {
  // How long a request waits for a connection or for another program's lock.
  std::chrono::milliseconds patience{5'000};
  std::size_t sqlite_readers = 4;
  std::size_t postgres_connections = 8;
};

// A path or "sqlite:PATH" (made when it is missing), or "postgresql://…". Afterwards the schema is the
// newest that this program knows; a newer one, or a migration that was changed, is kFailedPrecondition.
// Before a migration touches a SQLite file that holds rows, the file is copied to `backups/` beside it.
Result<std::unique_ptr<registry::MetadataStore>> open(std::string_view address, const OpenOptions& options = {});

}  // namespace weighhouse::db
