#pragma once

#include <vector>

#include "http/router.h"
#include "http/routes/context.h"
#include "http/routes/sharing.h"

namespace weighhouse::dialects {

// The update server that seed 003's client asks, under /updates: anybody may ask for what was published. The contexts
// must outlive the routes.
std::vector<http::Route> vsat_routes(http::RouteContext& context, http::SharingContext& sharing);

}  // namespace weighhouse::dialects
