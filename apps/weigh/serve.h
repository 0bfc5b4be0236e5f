#pragma once

#include "base/result.h"
#include "settings.h"

namespace weighhouse::app {

// Serves a home until SIGTERM or SIGINT; running transfers may end then. A second signal ends at once.
Result<> serve(const Settings& settings);

}  // namespace weighhouse::app
