#pragma once

#include "base/result.h"

namespace weighhouse::cli {

// What scripts can tell apart; 0 is success. `weigh --help` lists them.
int exit_code(ErrorCode code);

}  // namespace weighhouse::cli
