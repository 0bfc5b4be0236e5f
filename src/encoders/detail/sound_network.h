#pragma once

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

// Log-mel frames as the network takes them: what is quieter than a quiet room is as good as silence, and the rest lies
// around zero.
inline constexpr float kSoundFloor = 4;
inline constexpr float kSoundMiddle = 8;
inline constexpr float kSoundSpread = 2;

// A row of convolutions over log-mel frames, as its file describes it: the tensors "conv.N.weight" [out, in, time,
// bands] and "conv.N.bias" [out], and in the metadata "conv.N", four numbers: time_step, band_step, band_padding, and 1
// where negative numbers become zero. The last leaves one band.
class SoundNetwork {
 public:
  // kInvalidArgument when a tensor is missing or does not follow from the one before.
  static Result<SoundNetwork> load(const RandomAccess& weights);

  std::size_t dimensions() const { return layers_.back().shape.out; }
  // Frames between two rows, and frames that a row depends on.
  std::size_t step() const;
  std::size_t window() const;

  // `frames` of kMelBands numbers each; one row of dimensions() numbers for every step() frames once there are
  // window(). From any thread.
  std::vector<float> run(std::span<const float> frames) const;
  std::uint64_t size_bytes() const;
  SoundLayers layers() const;

 private:
  struct Layer {
    Convolution shape{};
    std::vector<float> weights{};  // [time][bands][in] x [out]
    std::vector<float> bias{};
  };
  std::vector<Layer> layers_{};
};

}  // namespace weighhouse::encoders::detail
