#pragma once

#include "worker/loop.h"

namespace weighhouse::app {

// --threads N, --models-bytes N: written by `weigh`, so that what is not understood is a fault of ours.
worker::LoopOptions read_options(int count, char** words);

}  // namespace weighhouse::app
