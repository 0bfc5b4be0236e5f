#include "workers/restart_policy.h"

#include <algorithm>

namespace weighhouse::workers {
namespace {

using namespace std::chrono_literals;

constexpr auto kRemembered = 60s;
constexpr std::size_t kMostDeaths = 6;
constexpr auto kPause = 30s;
constexpr std::chrono::milliseconds kFirstWait = 50ms;
constexpr std::chrono::milliseconds kLongestWait = 2s;

}  // namespace

void RestartPolicy::died(Time now) {
  deaths_.push_back(now);
  while (deaths_.front() + kRemembered <= now) deaths_.pop_front();
  if (deaths_.size() >= kMostDeaths) {
    next_start_ = now + kPause;
  } else if (deaths_.size() > 1) {
    next_start_ = now + std::min(kLongestWait, kFirstWait * (1 << (deaths_.size() - 2)));
  }
}

std::size_t RestartPolicy::deaths(Time now) const {
  return static_cast<std::size_t>(
      std::count_if(deaths_.begin(), deaths_.end(), [&](Time death) { return death + kRemembered > now; }));
}

bool RestartPolicy::paused(Time now) const { return deaths_.size() >= kMostDeaths && now < next_start_; }

}  // namespace weighhouse::workers
