#pragma once

#include <vector>

#include "http/router.h"
#include "http/routes/context.h"

namespace weighhouse::dialects {

// The routes of the upstream WakeBuilder program that its documentation does not name; the documented ones are
// our own. Trying models on sound is in testing.h. The context must outlive the routes.
std::vector<http::Route> wakebuilder_routes(http::RouteContext& context);

}  // namespace weighhouse::dialects
