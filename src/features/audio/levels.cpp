#include "features/audio/levels.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace weighhouse::features {
namespace {

constexpr float kFullScale = 0.999F;
constexpr std::size_t kClippedRun = 3;  // a single sample up there may be right

double rms_of(std::span<const float> samples) {
  double sum = 0;
  for (const float sample : samples) sum += static_cast<double>(sample) * sample;
  return samples.empty() ? 0 : std::sqrt(sum / static_cast<double>(samples.size()));
}

std::size_t count_clipped(std::span<const float> samples) {
  std::size_t clipped = 0;
  std::size_t run = 0;
  for (std::size_t i = 0; i <= samples.size(); ++i) {
    if (i < samples.size() && std::abs(samples[i]) >= kFullScale) {
      ++run;
      continue;
    }
    if (run >= kClippedRun) clipped += run;
    run = 0;
  }
  return clipped;
}

}  // namespace

Levels measure_levels(const Audio& audio) {
  const std::span<const float> samples{audio.samples};
  Levels levels{.seconds = audio.seconds(), .rms = rms_of(samples)};
  if (samples.empty()) return levels;
  for (const float sample : samples) levels.peak = std::max(levels.peak, static_cast<double>(std::abs(sample)));
  const auto tenth = std::max<std::size_t>(1, static_cast<std::size_t>(audio.sample_rate_hz) / 10);
  for (std::size_t start = 0; start < samples.size(); start += tenth) {
    const auto piece = samples.subspan(start, std::min(tenth, samples.size() - start));
    levels.loudest_rms = std::max(levels.loudest_rms, rms_of(piece));
  }
  levels.clipped_share = static_cast<double>(count_clipped(samples)) / static_cast<double>(samples.size());
  return levels;
}

Result<> check_recording(const Levels& levels, const RecordingRules& rules) {
  const auto invalid = [](std::string message) { return fail(ErrorCode::kInvalidArgument, std::move(message)); };
  if (levels.seconds < rules.min_seconds)
    return invalid(fmt::format("Recording too short ({:.1f}s). Minimum is {:.1f}s", levels.seconds, rules.min_seconds));
  if (levels.seconds > rules.max_seconds)
    return invalid(fmt::format("Recording too long ({:.1f}s). Maximum is {:.1f}s", levels.seconds, rules.max_seconds));
  if (levels.loudest_rms < rules.least_rms)
    return invalid(fmt::format(
        "Recording is silent (its loudest tenth of a second has a level of {:.4f}, at least {:.3f} is needed). Check "
        "that the right microphone is chosen and not muted, and record again",
        levels.loudest_rms, rules.least_rms));
  if (levels.clipped_share > rules.most_clipped_share)
    return invalid(
        fmt::format("Recording is clipped ({:.0f} % of it is at full scale, at most {:.0f} % can be used). Turn the "
                    "microphone down or speak from further away, and record again",
                    levels.clipped_share * 100, rules.most_clipped_share * 100));
  return {};
}

}  // namespace weighhouse::features
