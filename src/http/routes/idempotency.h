#pragma once

#include <vector>

#include "http/router.h"
#include "http/routes/context.h"

namespace weighhouse::http {

// Makes POST safe to repeat: with an `Idempotency-Key`, the first answer is kept for a day and given again to
// the same caller for the same request. The key with another request is refused (422); while the first is
// still at work the repetition is told to come back (409). Failures of the kind that may pass are not kept.
std::vector<Route> repeatable(RouteContext& context, std::vector<Route> routes);

}  // namespace weighhouse::http
