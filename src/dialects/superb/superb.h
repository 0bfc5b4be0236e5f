#pragma once

#include <vector>

#include "http/router.h"
#include "http/routes/context.h"

namespace weighhouse::dialects {

// The contract of Superb AI's on-premise SDK (seed 001): GraphQL on /graphql/ and /system/graphql/, and the addresses
// that contents are sent to and fetched from. `context` outlives the routes.
std::vector<http::Route> superb_routes(http::RouteContext& context);

}  // namespace weighhouse::dialects
