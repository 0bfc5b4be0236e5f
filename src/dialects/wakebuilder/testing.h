#pragma once

#include <vector>

#include "http/router.h"
#include "http/routes/context.h"

namespace weighhouse::dialects {

// The part of WakeBuilder's contract that tries models on sound: a file, or a microphone over a WebSocket in both of
// its forms. The context must outlive the routes.
std::vector<http::Route> wakebuilder_testing_routes(http::RouteContext& context);

}  // namespace weighhouse::dialects
