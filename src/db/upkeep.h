#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "db/connection.h"
#include "registry/model.h"

namespace weighhouse::db {

// What must stay in step whenever rows change: counters, the current version's metrics and metadata, the
// search text, the number of files that name a blob. Every topic calls these; nobody else writes those rows.

// Raises the revision; `at` raises the time of the last change.
Result<> touch_model(Connection& db, const registry::ModelId& id, std::optional<Timestamp> at);

Result<> add_to_counter(Connection& db, std::string_view name, std::int64_t difference);
std::string models_counter(const registry::Namespace& name_space);

// Points `current` somewhere else, or nowhere, and makes its metrics and metadata those of the model. Whatever
// deleted version it stood for is forgotten.
Result<> move_current(Connection& db, const registry::ModelId& id, std::optional<registry::VersionNumber> number,
                      bool held, Timestamp at, std::string_view by);
Result<> refresh_current_metrics(Connection& db, const registry::ModelId& id);
Result<> refresh_metadata(Connection& db, const registry::ModelId& id);
// What its files say of a version: their formats and the size of its ONNX file.
Result<> refresh_formats(Connection& db, const registry::ModelId& id, registry::VersionNumber number);
Result<> refresh_search_text(Connection& db, const registry::ModelId& id);

// kFailedPrecondition unless the blob is live.
Result<> refer_to_blob(Connection& db, const Digest& digest);
Result<> release_blob(Connection& db, const Digest& digest);

}  // namespace weighhouse::db
