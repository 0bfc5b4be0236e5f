#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

#include "base/text.h"
#include "services/fetcher.h"

namespace weighhouse::services {

// What people see: how much of how much, how fast, and what time is left.
class Meter {
 public:
  Meter(JobControl& control, std::uint64_t all_bytes) : control_(control), all_bytes_(all_bytes) {}

  void add_all(std::uint64_t bytes) { all_bytes_ += bytes; }
  void reused(std::uint64_t bytes) { done_ += bytes; }
  void came(std::int64_t bytes) {
    done_ += static_cast<std::uint64_t>(bytes);
    const std::unique_lock lock{mutex_, std::try_to_lock};
    const auto now = Clock::now();
    if (!lock || now - told_at_ < kBetweenReports) return;
    const double seconds = std::chrono::duration<double>(now - told_at_).count();
    const std::uint64_t done = done_;
    const double latest = done > told_ ? static_cast<double>(done - told_) / seconds : 0;
    rate_ = told_at_ == begin_ ? latest : rate_ * 0.8 + latest * 0.2;
    told_at_ = now;
    told_ = done;
    const std::uint64_t all = std::max<std::uint64_t>(all_bytes_, done);
    std::string message = format_size(done) + " of " + format_size(all);
    if (rate_ >= 1) {
      message += ", " + format_size(static_cast<std::uint64_t>(rate_)) + "/s, " +
                 format_duration(static_cast<double>(all - done) / rate_) + " left";
    }
    // The last hundredth is what comes after the bytes.
    control_.report(all == 0 ? 0 : 0.99 * static_cast<double>(done) / static_cast<double>(all), "downloading", message);
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kBetweenReports{200};

  JobControl& control_;
  std::atomic<std::uint64_t> all_bytes_;
  std::atomic<std::uint64_t> done_{0};
  std::mutex mutex_;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point told_at_ = begin_;
  std::uint64_t told_ = 0;
  double rate_ = 0;
};

}  // namespace weighhouse::services
