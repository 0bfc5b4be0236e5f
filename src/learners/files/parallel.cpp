#include "learners/files/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace weighhouse::learners::detail {

void run_in_parallel(std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  const auto take_turns = [&] {
    for (std::size_t index = next++; index < count; index = next++) work(index);
  };
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < std::min(threads, count); ++i) others.emplace_back(take_turns);
  take_turns();
}

}  // namespace weighhouse::learners::detail
