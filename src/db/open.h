#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "registry/metadata_store.h"

namespace weighhouse::db {

// What a list may look at. See list/plan.h for how it chooses.
struct ListLimits {
  std::chrono::milliseconds longest{2'000};
  // Rows of a facet that are worth collecting: where the index alone answers, and where each costs a look
  // at its model.
  std::int64_t collect_from_index = 10'000;
  std::int64_t collect_with_models = 2'000;
  // A text is looked for in the names of so many of the newest models, before the index of texts is asked.
  std::vector<std::int64_t> glances{2'000, 8'000};
  // What that index finds is collected up to so many: beside it there is only the walk through every name.
  std::int64_t collect_texts = 30'000;
};

struct OpenOptions {
  // How long a request waits for a connection or for another program's lock.
  std::chrono::milliseconds patience{5'000};
  std::size_t sqlite_readers = 4;
  std::size_t postgres_connections = 8;
  ListLimits lists{};
};

// A path or "sqlite:PATH" (made when it is missing), or "postgresql://…". Afterwards the schema is the
// newest that this program knows; a newer one, or a migration that was changed, is kFailedPrecondition.
// Before a migration touches a SQLite file that holds rows, the file is copied to `backups/` beside it.
Result<std::unique_ptr<registry::MetadataStore>> open(std::string_view address, const OpenOptions& options = {});

}  // namespace weighhouse::db
