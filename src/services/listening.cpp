#include "services/listening.h"

#include <algorithm>
#include <utility>

namespace weighhouse::services {

std::size_t Listening::samples_in(std::chrono::milliseconds time) const {
  return static_cast<std::size_t>(rate_ * time.count() / 1000);
}

void Listening::reset() {
  kept_.clear();
  heard_ = 0;
  judged_ = 0;
  quiet_until_ = 0;
}

Result<std::vector<Detection>> Listening::hear(std::span<const std::int16_t> samples, const Score& score) {
  std::vector<Detection> detections;
  const std::size_t longest = samples_in(kContext + kWindow);
  while (!samples.empty()) {
    const std::uint64_t next = samples_in(kWindow) + judged_ * samples_in(kHop);
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(samples.size(), next - heard_));
    kept_.insert(kept_.end(), samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(count));
    samples = samples.subspan(count);
    heard_ += count;
    if (kept_.size() > longest) kept_.erase(kept_.begin(), kept_.end() - static_cast<std::ptrdiff_t>(longest));
    if (heard_ < next) break;
    detections.push_back(TRY(judge(score)));
  }
  return detections;
}

Result<Detection> Listening::judge(const Score& score) {
  const auto tail = judged_ == 0 ? kWindow : kHop;
  ++judged_;
  const auto began = std::chrono::steady_clock::now();
  const double confidence = TRY(score(Sound{kept_, rate_}, tail));
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
  const double now = seconds(heard_);
  Detection detection{.at_seconds = now, .confidence = confidence, .took_ms = took.count()};
  detection.in_cooldown = now < quiet_until_;
  detection.detected = confidence >= threshold_ && !detection.in_cooldown;
  if (detection.detected) quiet_until_ = now + std::chrono::duration<double>(cooldown_).count();
  return detection;
}

}  // namespace weighhouse::services
