#include "encoders/audio/audio_encoder.h"

namespace weighhouse::encoders {

Result<std::vector<float>> AudioStream::push(std::span<const float> samples) {
  const auto& shape = encoder_.shape();
  held_.insert(held_.end(), samples.begin(), samples.end());
  const std::size_t rows = shape.rows_in(held_.size());
  if (rows == 0) return std::vector<float>{};
  auto made = TRY(encoder_.encode(std::span{held_}.first(shape.samples_of(rows))));
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(rows * shape.hop_samples));
  rows_ += rows;
  return made;
}

void AudioStream::reset() {
  held_.clear();
  rows_ = 0;
}

}  // namespace weighhouse::encoders
