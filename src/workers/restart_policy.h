#pragma once

#include <chrono>
#include <deque>

namespace weighhouse::workers {

// How soon a process that died is started again: at once the first time, later and later when it keeps dying, and not
// for a while when it has died too often. Time is told, so that tests need not wait.
class RestartPolicy {
 public:
  using Time = std::chrono::steady_clock::time_point;

  void died(Time now);
  // Not before this moment.
  Time next_start() const { return next_start_; }
  // Within the last minute.
  std::size_t deaths(Time now) const;
  bool paused(Time now) const;  // died too often, and the pause is not over

 private:
  std::deque<Time> deaths_{};
  Time next_start_{};
};

}  // namespace weighhouse::workers
