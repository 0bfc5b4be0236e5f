#pragma once

#include <cstddef>
#include <functional>

namespace weighhouse::learners::detail {

// Runs work(0), work(1), …, work(count - 1) on at most `threads` threads, the caller's among them, each begun in that
// order. Back when all are done. What each does must not depend on the others. `work` must not throw.
void run_in_parallel(std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& work);

}  // namespace weighhouse::learners::detail
