#pragma once

#include <vector>

#include "http/router.h"
#include "http/routes/context.h"

namespace weighhouse::dialects {

// The part of WakeBuilder's contract that trains: a form with recordings in, a job that is asked about, its model as a
// ZIP. Answers have the shapes of its documents and of the upstream program at once. The context must outlive the
// routes.
std::vector<http::Route> wakebuilder_training_routes(http::RouteContext& context);

// What that program keeps ready of sound without the word. This one reads such sound when it trains and keeps nothing
// ready, so there is always a truthful answer and never anything to build.
std::vector<http::Route> wakebuilder_cache_routes(http::RouteContext& context);

}  // namespace weighhouse::dialects
