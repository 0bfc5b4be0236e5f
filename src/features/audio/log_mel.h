#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace weighhouse::features {

// What an ear would tell of audio: every 10 ms the power in 32 bands, narrow below and wide above, in logarithms.
//
// The front end of Google's speech embedding, number for number: samples as 16-bit integers have them, Hann windows of
// 400 in the middle of 512, hop 160, no padding, power, Slaney's triangles from 60 to 3800 Hz, at least 1e-10, decibels
// divided by 10, plus 2.
inline constexpr std::size_t kMelBands = 32;
inline constexpr std::size_t kMelHop = 160;
inline constexpr std::size_t kMelFrame = 512;

// How many whole frames there are in so many samples, and how many samples so many frames need.
constexpr std::size_t mel_frames_in(std::size_t samples) {
  return samples < kMelFrame ? 0 : (samples - kMelFrame) / kMelHop + 1;
}
constexpr std::size_t samples_of_mel_frames(std::size_t frames) {
  return frames == 0 ? 0 : (frames - 1) * kMelHop + kMelFrame;
}

// Takes 16 kHz audio in pieces and gives frames of kMelBands numbers, row by row. However the pieces are cut, the
// frames are the same to the bit. Not for several threads at a time.
class LogMel {
 public:
  LogMel();
  LogMel(LogMel&&) noexcept;
  LogMel& operator=(LogMel&&) noexcept;
  ~LogMel();

  // Appends to `frames` what the samples (between -1 and 1) complete.
  void push(std::span<const float> samples, std::vector<float>& frames);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The numbers behind it, for files that do the same in other programs: a window of kMelFrame for samples between -1 and
// 1, and for each band the weights of the kMelFrame / 2 + 1 powers, row by row.
struct MelKernels {
  std::vector<float> window{};
  std::vector<float> bands{};
};
MelKernels mel_kernels();
// The least power a band has.
inline constexpr float kLeastMelPower = 1e-10F;

// All whole frames of a clip.
std::vector<float> log_mel(std::span<const float> samples);

// Raises what is quieter than rounding to 16 bits leaves to there. That front end knows no digital silence either: it
// raises each clip to 80 dB below its loudest number. A stream has no loudest number yet, and a window of nothing but
// silence has none at all; this floor is near that one and the same everywhere.
inline constexpr float kQuietestMel = 1.6F;
void raise_floor(std::span<float> frames);

}  // namespace weighhouse::features
