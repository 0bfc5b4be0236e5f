#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/result.h"
#include "services/listener.h"

namespace weighhouse::services {

// What was heard in one window of a stream.
struct Detection {
  double at_seconds = 0;  // the window's end, from the beginning of the stream
  double confidence = 0;
  bool detected = false;     // above the threshold, and not in the pause after the last detection
  bool in_cooldown = false;  // above or not, it would not count
  double took_ms = 0;
};

// One stream of sound, cut into windows of one second that begin every half second. A detection is followed by a pause,
// so that a word said once is counted once. Pure arithmetic: who scores a window is the caller's.
class Listening {
 public:
  static constexpr std::chrono::milliseconds kWindow{1000};
  static constexpr std::chrono::milliseconds kHop{500};
  // What a model hears before a window, so that a word is not cut.
  static constexpr std::chrono::milliseconds kContext{1500};

  // The sound ends where the window does; the window's new part is the last `kHop`, or all of it for the first.
  using Score = std::function<Result<double>(const Sound& sound, std::chrono::milliseconds tail)>;

  // `rate` in samples per second.
  Listening(std::uint32_t rate, double threshold, std::chrono::milliseconds cooldown)
      : rate_(rate), threshold_(threshold), cooldown_(cooldown) {}

  // Any number of samples; one detection for each window that they complete. After a failure the stream goes on with
  // the next window.
  Result<std::vector<Detection>> hear(std::span<const std::int16_t> samples, const Score& score);

  double threshold() const { return threshold_; }
  std::chrono::milliseconds cooldown() const { return cooldown_; }
  void set_threshold(double threshold) { threshold_ = threshold; }
  void set_cooldown(std::chrono::milliseconds cooldown) { cooldown_ = cooldown; }
  // As if the stream began anew.
  void reset();

 private:
  std::size_t samples_in(std::chrono::milliseconds time) const;
  double seconds(std::uint64_t samples) const { return static_cast<double>(samples) / rate_; }
  Result<Detection> judge(const Score& score);

  std::uint32_t rate_;
  double threshold_;
  std::chrono::milliseconds cooldown_;
  std::vector<std::int16_t> kept_{};  // the end of the stream
  std::uint64_t heard_ = 0;           // samples since the beginning
  std::uint64_t judged_ = 0;          // windows
  double quiet_until_ = 0;            // seconds
};

}  // namespace weighhouse::services
