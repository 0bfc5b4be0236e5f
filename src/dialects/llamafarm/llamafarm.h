#pragma once

#include <vector>

#include "http/router.h"
#include "http/routes/context.h"

namespace weighhouse::dialects {

// LlamaFarm's text classifiers in the three contracts that exist: as its documents show them (`model_name`, `text`), as
// its runtime serves them (`model`, `texts`), both on /v1/classifier/*, and as its server does on /v1/ml/classifier/*.
// Each request is answered with the union of what the contracts of its path expect. The context must outlive the
// routes.
std::vector<http::Route> llamafarm_routes(http::RouteContext& context);

}  // namespace weighhouse::dialects
