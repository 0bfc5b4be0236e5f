#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "features/audio/audio.h"

namespace weighhouse::features {

// Another sample rate for a row of samples that comes in pieces. Windowed sinc: up to nine tenths of the lower of both
// Nyquist frequencies passes unchanged to within 0.1 dB, and what would fold back is 80 dB down.
//
// However the pieces are cut, the output is the same to the bit.
class Resampler {
 public:
  // Of any ratio up to 1 : 64.
  Resampler(int from_hz, int to_hz);

  // Appends to `out` what the samples so far decide.
  void push(std::span<const float> samples, std::vector<float>& out);
  // The end of the row, as if silence followed. The output then has ceil(samples * to / from) samples in all.
  void finish(std::vector<float>& out);

 private:
  struct Kernel;
  void produce(std::uint64_t until, std::vector<float>& out);

  std::uint64_t from_;
  std::uint64_t to_;
  std::shared_ptr<const Kernel> kernel_;
  std::vector<float> held_{};     // the samples that later ones still need
  std::uint64_t first_held_ = 0;  // the place of held_[0] in the row, which begins with `reach` zeros
  std::uint64_t seen_ = 0;
  std::uint64_t made_ = 0;
};

std::vector<float> resample(std::span<const float> samples, int from_hz, int to_hz);
// To kSampleRateHz.
Audio resample(Audio audio);

}  // namespace weighhouse::features
