#include "audio_assets.h"
#include "encoders/audio/audio_encoder.h"
#include "encoders/detail/sound_network.h"
#include "features/audio/log_mel.h"

namespace weighhouse::encoders {
namespace {

class BuiltinEncoder final : public AudioEncoder {
 public:
  explicit BuiltinEncoder(detail::SoundNetwork network)
      : network_(std::move(network)),
        shape_{network_.dimensions(), network_.step() * features::kMelHop,
               features::samples_of_mel_frames(network_.window())} {}

  std::string_view name() const override { return kBuiltinAudioEncoder; }
  const AudioShape& shape() const override { return shape_; }
  std::uint64_t size_bytes() const override { return network_.size_bytes(); }

  Result<std::vector<float>> encode(std::span<const float> samples) const override {
    // A long sound in pieces of some seconds, whose pictures stay in the processor's cache.
    std::vector<float> rows;
    const std::size_t count = shape_.rows_in(samples.size());
    rows.reserve(count * shape_.dimensions);
    for (std::size_t first = 0; first < count; first += kRowsAtOnce) {
      const std::size_t piece = std::min(kRowsAtOnce, count - first);
      const auto window = samples.subspan(first * shape_.hop_samples, shape_.samples_of(piece));
      const auto made = network_.run(features::log_mel(window));
      rows.insert(rows.end(), made.begin(), made.end());
    }
    return rows;
  }

  std::optional<SoundLayers> layers() const override { return network_.layers(); }

 private:
  static constexpr std::size_t kRowsAtOnce = 100;

  detail::SoundNetwork network_;
  AudioShape shape_;
};

std::shared_ptr<const AudioEncoder> load() {
  const MemoryAccess file{audio_assets()[0].bytes};
  auto network = detail::SoundNetwork::load(file);
  check(network.has_value(), "the weights built into the program fit its network");
  return std::make_shared<BuiltinEncoder>(std::move(network).take());
}

}  // namespace

std::shared_ptr<const AudioEncoder> builtin_audio_encoder() {
  static const auto encoder = load();
  return encoder;
}

std::string_view builtin_audio_weights() { return audio_assets()[0].bytes; }

}  // namespace weighhouse::encoders
