#include "learners/tune/voice_activity.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace weighhouse::learners::tune {

double voiced_share(std::span<const float> samples, int rate_hz) {
  constexpr int kFramesASecond = 50;
  constexpr double kAboveQuiet = 9;    // decibels
  constexpr double kLeastLevel = -45;  // decibels of full scale
  const auto frame = static_cast<std::size_t>(std::max(1, rate_hz / kFramesASecond));
  std::vector<double> levels;
  for (std::size_t begin = 0; begin + frame <= samples.size(); begin += frame) {
    double power = 1e-12;
    for (const float sample : samples.subspan(begin, frame))
      power += static_cast<double>(sample) * sample / static_cast<double>(frame);
    levels.push_back(10 * std::log10(power));
  }
  if (levels.empty()) return 0;
  auto sorted = levels;
  const auto tenth = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 10);
  std::nth_element(sorted.begin(), tenth, sorted.end());
  const double least = std::max(*tenth + kAboveQuiet, kLeastLevel);
  const auto voiced = std::count_if(levels.begin(), levels.end(), [&](double level) { return level >= least; });
  return static_cast<double>(voiced) / static_cast<double>(levels.size());
}

}  // namespace weighhouse::learners::tune
