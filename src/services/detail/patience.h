#pragma once

#include <algorithm>
#include <chrono>
#include <thread>

#include "services/fetcher.h"

namespace weighhouse::services {

// Pauses that grow, while nothing comes.
class Patience {
 public:
  Patience(const FetchLimits& limits, const JobControl& control) : limits_(limits), control_(control) {}

  void progressed() { failed_ = 0; }
  // Whether to try again; has paused then.
  bool again(const Error& error) {
    if (error.code != ErrorCode::kUnavailable || failed_ + 1 >= limits_.tries) return false;
    // A connection that was lost is mostly back at once, and what came after its bytes waits for them.
    auto left = failed_ == 0 ? limits_.first_pause / 8
                             : std::min(kLongestPause, limits_.first_pause * (1 << std::min(failed_ - 1, 8)));
    ++failed_;
    for (; left.count() > 0 && !control_.cancelled(); left -= std::chrono::milliseconds{50})
      std::this_thread::sleep_for(std::min(left, std::chrono::milliseconds{50}));
    return !control_.cancelled();
  }

 private:
  static constexpr std::chrono::milliseconds kLongestPause{10'000};

  const FetchLimits& limits_;
  const JobControl& control_;
  int failed_ = 0;
};

}  // namespace weighhouse::services
