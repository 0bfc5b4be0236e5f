#pragma once

#include <vector>

#include "db/connection.h"
#include "registry/filter.h"

namespace weighhouse::db {

// A filter may call datasets and slices by name; rows hold ids. The same conjuncts with every such name as the ids it
// stands for now: a list then begins at an index and not at a name.
Result<std::vector<registry::Filter>> with_ids(Connection& db, std::vector<registry::Filter> conjuncts);

}  // namespace weighhouse::db
