#pragma once

#include <span>
#include <vector>

#include "base/result.h"

namespace weighhouse::scales {

// How near separated or cleaned sound comes to what it should be.

// The scale-invariant ratio of signal to distortion in decibels (Le Roux and others, "SDR - half-baked or well done?",
// 2019): both without their mean, and the estimate's part along the reference against the rest. A copy at any volume is
// 100, the most that is told; one that has nothing of the reference is -100. kInvalidArgument for different lengths,
// none, a sample that is no number, or a reference without sound.
Result<double> si_sdr(std::span<const float> reference, std::span<const float> estimate);

// What was won over the mixture that was to be separated.
Result<double> si_sdr_improvement(std::span<const float> reference, std::span<const float> estimate,
                                  std::span<const float> mixture);

// Which estimate is meant for which reference, where a separator may give its voices in any order: the assignment whose
// mean SI-SDR is the highest. At most eight voices.
struct Assignment {
  std::vector<std::size_t> estimate_of{};  // for each reference
  std::vector<double> si_sdr{};            // of each reference and its estimate
  double mean = 0;
};
using Voices = std::span<const std::vector<float>>;
Result<Assignment> assign_voices(Voices references, Voices estimates);

// Short-time objective intelligibility, 0 to 1 (Taal and others, "An algorithm for intelligibility prediction of
// time-frequency weighted noisy speech", 2011): the correlation of clean and processed speech in third-octave bands
// over stretches of 384 ms, where the clean speech is not silent. Both at 10,000 samples a second, equally long.
// kInvalidArgument for less than such a stretch of speech.
inline constexpr int kStoiRateHz = 10'000;
Result<double> stoi(std::span<const float> clean, std::span<const float> processed);

}  // namespace weighhouse::scales
