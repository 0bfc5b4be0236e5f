#pragma once

#include "base/result.h"
#include "http/message.h"
#include "services/caller.h"

namespace weighhouse::dialects::superb {

// On whose behalf a request acts. The SDK without a configuration names its user in `x-user-email`. That is a claim and
// no proof: it gives a name to what somebody on this machine does, who needs none, and counts nowhere else.
Result<services::Caller> caller_of(const http::Request& request);

}  // namespace weighhouse::dialects::superb
