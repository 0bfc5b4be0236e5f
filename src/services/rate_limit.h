#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "base/guarded.h"

namespace weighhouse::services {

// So many bytes a second for all who share it. Safe from any thread.
class RateLimit {
 public:
  explicit RateLimit(std::uint64_t bytes_per_second) : bytes_per_second_(bytes_per_second) {}

  // Notes that these bytes came, and tells how long to wait before the next.
  std::chrono::microseconds take(std::uint64_t bytes, std::chrono::steady_clock::time_point now) {
    if (bytes_per_second_ == 0) return {};
    auto free_at = free_at_.lock();
    // At most a quarter of a second is saved up, so that a pause is not made good in one burst.
    *free_at = std::max(*free_at, now - std::chrono::milliseconds{250});
    *free_at += std::chrono::microseconds{bytes * 1'000'000 / bytes_per_second_};
    return std::max(std::chrono::microseconds{}, std::chrono::duration_cast<std::chrono::microseconds>(*free_at - now));
  }

 private:
  const std::uint64_t bytes_per_second_;
  Guarded<std::chrono::steady_clock::time_point> free_at_{};
};

}  // namespace weighhouse::services
