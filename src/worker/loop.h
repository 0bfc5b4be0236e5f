#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "runtimes/loaded_model.h"
#include "worker/order.h"

namespace weighhouse::worker {

// What this program is able to do.
struct Abilities {
  Orders orders{};
  std::vector<std::shared_ptr<const runtimes::Runtime>> runtimes{};
};

struct LoopOptions {
  int threads = 1;  // predictions answered at the same time
  std::uint64_t models_bytes = std::uint64_t{1} << 30U;
};

// The life of a worker process: confines itself, says hello, takes orders and questions from the channel on
// descriptor 3, and tells that it is alive. Never returns: it ends when the channel does, at once and without cleaning
// up, since nothing here outlives the process.
[[noreturn]] void run(const Abilities& abilities, const LoopOptions& options);

}  // namespace weighhouse::worker
