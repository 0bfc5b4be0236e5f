#include "learners/wake_word/log_mel_base.h"

#include "features/audio/log_mel.h"

namespace weighhouse::learners::wake {
namespace {

using features::kMelBands;

class LogMelBase final : public encoders::AudioEncoder {
 public:
  std::string_view name() const override { return kLogMelBase; }
  const encoders::AudioShape& shape() const override { return shape_; }
  std::uint64_t size_bytes() const override { return 0; }

  Result<std::vector<float>> encode(std::span<const float> samples) const override {
    const auto mel = features::log_mel(samples);
    std::vector<float> rows(shape_.rows_in(samples.size()) * kMelBands, 0.0F);
    for (std::size_t row = 0; row < rows.size() / kMelBands; ++row) {
      for (std::size_t frame = 0; frame < kFramesAveraged; ++frame) {
        const float* const from = &mel[(row * kFramesAveraged + frame) * kMelBands];
        for (std::size_t band = 0; band < kMelBands; ++band)
          rows[row * kMelBands + band] += from[band] / static_cast<float>(kFramesAveraged);
      }
    }
    return rows;
  }

  std::optional<encoders::SoundLayers> layers() const override {
    encoders::SoundLayer mean{.in = 1,
                              .out = kMelBands,
                              .time = kFramesAveraged,
                              .bands = kMelBands,
                              .time_step = kFramesAveraged,
                              .weights = std::vector<float>(kMelBands * kFramesAveraged * kMelBands, 0.0F),
                              .bias = std::vector<float>(kMelBands, 0.0F)};
    for (std::size_t band = 0; band < kMelBands; ++band) {
      for (std::size_t frame = 0; frame < kFramesAveraged; ++frame)
        mean.weights[(band * kFramesAveraged + frame) * kMelBands + band] = 1.0F / static_cast<float>(kFramesAveraged);
    }
    encoders::SoundLayers all;
    all.layers.push_back(std::move(mean));
    return all;
  }

 private:
  encoders::AudioShape shape_{.dimensions = kMelBands,
                              .hop_samples = kFramesAveraged * features::kMelHop,
                              .window_samples = features::samples_of_mel_frames(kFramesAveraged)};
};

}  // namespace

std::shared_ptr<const encoders::AudioEncoder> log_mel_base() {
  static const auto base = std::make_shared<const LogMelBase>();
  return base;
}

}  // namespace weighhouse::learners::wake
