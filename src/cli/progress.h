#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "cli/environment.h"

namespace weighhouse::cli {

enum class Unit : std::uint8_t { kBytes, kPercent, kCount };

struct ProgressState {
  std::string label;
  Unit unit = Unit::kBytes;
  std::uint64_t done = 0;
  std::optional<std::uint64_t> total{};
  double rate = 0;  // of `done` a second; 0 while it is not known
};

// One line: what is done of what, how fast, and what time is left. Never wider than `width`.
std::string render_progress(const ProgressState& state, std::size_t width);

// Units a second over the last seconds, so that a stall shows and a slow start is forgotten.
class RateMeter {
 public:
  void add(double at_seconds, std::uint64_t done);
  double rate() const { return rate_; }

 private:
  std::optional<double> last_at_{};
  std::uint64_t last_done_ = 0;
  double rate_ = 0;
};

// A line on standard error that tells how far something is: from its second second on, ten times a second at
// most, and only on a terminal. What is whole is shown at once. The line is gone when the object is. Safe from any
// thread.
class Progress {
 public:
  Progress(Environment& environment, std::string label, Unit unit, std::optional<std::uint64_t> total, bool quiet);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void set(std::uint64_t done);
  // Both at once, so that the line never tells one of now and the other of before.
  void set(std::uint64_t done, std::string label);
  // Less than nothing takes back what must be done again.
  void add(std::int64_t more);
  void set_label(std::string label);

 private:
  using SteadyClock = std::chrono::steady_clock;
  void show(SteadyClock::time_point now);

  Environment& environment_;
  const bool visible_;
  const std::size_t width_;
  const SteadyClock::time_point begin_;
  std::mutex mutex_;
  ProgressState state_;
  RateMeter meter_;
  SteadyClock::time_point shown_at_;
  bool shown_ = false;
};

}  // namespace weighhouse::cli
