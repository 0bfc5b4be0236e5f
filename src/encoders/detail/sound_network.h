#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "encoders/audio/sound_layers.h"

namespace weighhouse::encoders::detail {

// One convolution over time and mel bands. Time is never padded, so that what comes out depends on a window of what
// goes in and on nothing else; the bands are, by `band_padding` zeros on both sides.
struct Convolution {
  std::size_t in, out;      // channels
  std::size_t time, bands;  // the kernel
  std::size_t time_step, band_step;
  std::size_t band_padding;
  bool is_rectified;  // negative numbers become zero
};

// The network of "builtin/audio-v1". First patches of time and frequency, then what follows what in time: the fourth
// layer takes all bands together.
inline constexpr std::array<Convolution, 8> kSoundLayers{{
    {1, 16, 5, 5, 2, 2, 2, true},
    {16, 24, 3, 3, 1, 2, 1, true},
    {24, 40, 3, 3, 2, 2, 1, true},
    {40, 128, 3, 4, 1, 1, 0, true},
    {128, 128, 3, 1, 2, 1, 0, true},
    {128, 128, 3, 1, 1, 1, 0, true},
    {128, 128, 3, 1, 1, 1, 0, true},
    {128, 96, 3, 1, 1, 1, 0, false},
}};
inline constexpr std::size_t kSoundDimensions = kSoundLayers.back().out;

// Frames between two rows, and frames that a row depends on.
constexpr std::size_t sound_step() {
  std::size_t step = 1;
  for (const auto& layer : kSoundLayers) step *= layer.time_step;
  return step;
}
constexpr std::size_t sound_window() {
  std::size_t window = 1;
  std::size_t step = 1;
  for (const auto& layer : kSoundLayers) {
    window += (layer.time - 1) * step;
    step *= layer.time_step;
  }
  return window;
}

// Log-mel frames as the network takes them: what is quieter than a quiet room is as good as silence, and the rest lies
// around zero.
inline constexpr float kSoundFloor = 4;
inline constexpr float kSoundMiddle = 8;
inline constexpr float kSoundSpread = 2;

// Weights are the tensors "conv.N.weight" [out, in, time, bands] and "conv.N.bias" [out].
class SoundNetwork {
 public:
  // kInvalidArgument when a tensor is missing or of another shape.
  static Result<SoundNetwork> load(const RandomAccess& weights);

  // `frames` of kMelBands numbers each; one row of kSoundDimensions for every sound_step() frames once there are
  // sound_window(). From any thread.
  std::vector<float> run(std::span<const float> frames) const;
  std::uint64_t size_bytes() const;
  SoundLayers layers() const;

 private:
  struct Layer {
    std::vector<float> weights{};  // [time][bands][in] x [out]
    std::vector<float> bias{};
  };
  std::array<Layer, kSoundLayers.size()> layers_{};
};

}  // namespace weighhouse::encoders::detail
