#pragma once

#include <vector>

#include "db/connection.h"
#include "registry/metadata_store.h"

namespace weighhouse::db {

// The rows of these models in their order, each with its current version, metrics, tags and aliases: one
// statement for each of these, however many models there are. A model that is gone is left out.
Result<std::vector<registry::ModelRow>> rows_of_models(Connection& db, const std::vector<std::string>& ids);

}  // namespace weighhouse::db
