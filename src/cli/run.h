#pragma once

#include "cli/environment.h"

namespace weighhouse::cli {

// The whole of `weigh`: parses, runs one command, prints its answer or its refusal. Returns the exit code.
int run(int argc, char** argv, Environment& environment);

}  // namespace weighhouse::cli
