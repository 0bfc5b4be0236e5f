#pragma once

#include <optional>

#include "graphql/engine.h"

namespace weighhouse::dialects::superb {

// Clients of the first generation list datasets with a document that no strict server accepts: it asks the list for a
// name and an id it does not have, and for the fields of one dataset. What they then read is a page. So for that
// document, and no other, this gives the one that they meant.
std::optional<graphql::Request> meant_by_old_list(const graphql::Request& request, const graphql::Limits& limits);

}  // namespace weighhouse::dialects::superb
