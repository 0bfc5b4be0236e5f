#pragma once

#include <cstddef>
#include <vector>

namespace weighhouse::encoders {

// A convolution over time and mel bands, with its weights: out x in x time x bands. Bands are padded by zeros on both
// sides, time never.
struct SoundLayer {
  std::size_t in = 1;
  std::size_t out = 1;
  std::size_t time = 1;
  std::size_t bands = 1;
  std::size_t time_step = 1;
  std::size_t band_step = 1;
  std::size_t band_padding = 0;
  bool is_rectified = false;  // negative numbers become zero
  std::vector<float> weights{};
  std::vector<float> bias{};
};

// What an audio encoder does from log-mel frames (features/audio/log_mel.h) on, for files that do the same in other
// programs: numbers below `floor` become it, then (x - middle) / spread, then the layers, the last of which leaves one
// band.
struct SoundLayers {
  float floor = -100;
  float middle = 0;
  float spread = 1;
  std::vector<SoundLayer> layers{};
};

}  // namespace weighhouse::encoders
