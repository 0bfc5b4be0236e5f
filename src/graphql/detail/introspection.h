#pragma once

#include <boost/json.hpp>

#include "base/result.h"
#include "graphql/limits.h"
#include "graphql/plan.h"
#include "graphql/schema.h"

namespace weighhouse::graphql {

// The answer to __schema or __type of the query root, as it stands in the reply. Types lead to each other in circles,
// so the answer is bounded by the number of its values.
Result<boost::json::value> introspect(const Schema& schema, const PlannedField& asked, const Limits& limits);

}  // namespace weighhouse::graphql
