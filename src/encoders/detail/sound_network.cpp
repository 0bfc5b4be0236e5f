#include "encoders/detail/sound_network.h"

#include <algorithm>
#include <cblas.h>
#include <string>

#include "encoders/detail/tensor_file.h"
#include "features/audio/log_mel.h"

namespace weighhouse::encoders::detail {
namespace {

// A picture of sound: for each time its bands, for each band its channels.
struct Picture {
  std::size_t times = 0;
  std::size_t bands = 0;
  std::size_t channels = 0;
  std::vector<float> values{};
};

// Every patch that the kernel covers becomes a row, in the order of the weights.
std::vector<float> patches_of(const Picture& in, const Convolution& layer, std::size_t times, std::size_t bands) {
  const std::size_t width = layer.time * layer.bands * layer.in;
  std::vector<float> rows(times * bands * width);
  float* row = rows.data();
  for (std::size_t t = 0; t < times; ++t) {
    for (std::size_t b = 0; b < bands; ++b) {
      for (std::size_t dt = 0; dt < layer.time; ++dt) {
        const float* line = in.values.data() + (t * layer.time_step + dt) * in.bands * in.channels;
        for (std::size_t db = 0; db < layer.bands; ++db, row += layer.in) {
          const std::size_t band = b * layer.band_step + db;
          if (band < layer.band_padding || band >= in.bands + layer.band_padding) continue;
          std::copy_n(line + (band - layer.band_padding) * layer.in, layer.in, row);
        }
      }
    }
  }
  return rows;
}

}  // namespace

Result<SoundNetwork> SoundNetwork::load(const RandomAccess& file) {
  const auto tensors = TRY(TensorFile::open(file));
  SoundNetwork network;
  for (std::size_t i = 0; i < kSoundLayers.size(); ++i) {
    const auto& shape = kSoundLayers[i];
    auto& layer = network.layers_[i];
    const std::string name = "conv." + std::to_string(i);
    std::vector<float> given;
    TRY(tensors.read(name + ".weight", {shape.out, shape.in, shape.time, shape.bands}, given));
    TRY(tensors.read(name + ".bias", {shape.out}, layer.bias));
    layer.weights.resize(given.size());
    const float* number = given.data();
    for (std::size_t out = 0; out < shape.out; ++out)
      for (std::size_t in = 0; in < shape.in; ++in)
        for (std::size_t place = 0; place < shape.time * shape.bands; ++place)
          layer.weights[(place * shape.in + in) * shape.out + out] = *number++;
  }
  return network;
}

std::vector<float> SoundNetwork::run(std::span<const float> frames) const {
  if (frames.size() / features::kMelBands < sound_window()) return {};
  Picture picture{frames.size() / features::kMelBands, features::kMelBands, 1, {}};
  picture.values.resize(picture.times * picture.bands);
  for (std::size_t i = 0; i < picture.values.size(); ++i)
    picture.values[i] = (std::max(frames[i], kSoundFloor) - kSoundMiddle) / kSoundSpread;

  for (std::size_t i = 0; i < kSoundLayers.size(); ++i) {
    const auto& shape = kSoundLayers[i];
    const std::size_t times = (picture.times - shape.time) / shape.time_step + 1;
    const std::size_t bands = (picture.bands + 2 * shape.band_padding - shape.bands) / shape.band_step + 1;
    const std::size_t rows = times * bands;
    const std::size_t width = shape.time * shape.bands * shape.in;
    Picture next{times, bands, shape.out, std::vector<float>(rows * shape.out)};
    for (std::size_t row = 0; row < rows; ++row)
      std::copy(layers_[i].bias.begin(), layers_[i].bias.end(), next.values.data() + row * shape.out);
    const auto add_product = [&](const float* in, std::size_t stride, std::size_t inner, const float* weights) {
      cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, static_cast<blasint>(rows),
                  static_cast<blasint>(shape.out), static_cast<blasint>(inner), 1.0F, in, static_cast<blasint>(stride),
                  weights, static_cast<blasint>(shape.out), 1.0F, next.values.data(), static_cast<blasint>(shape.out));
    };
    const float* weights = layers_[i].weights.data();
    if (bands == 1 && shape.band_padding == 0) {
      // The kernel covers all bands: what it takes of each time lies together already.
      const std::size_t line = picture.bands * picture.channels;
      for (std::size_t dt = 0; dt < shape.time; ++dt)
        add_product(picture.values.data() + dt * line, shape.time_step * line, line, weights + dt * line * shape.out);
    } else {
      add_product(patches_of(picture, shape, times, bands).data(), width, width, weights);
    }
    if (shape.is_rectified)
      for (auto& value : next.values) value = std::max(value, 0.0F);
    picture = std::move(next);
  }
  return std::move(picture.values);
}

SoundLayers SoundNetwork::layers() const {
  SoundLayers all{.floor = kSoundFloor, .middle = kSoundMiddle, .spread = kSoundSpread, .layers = {}};
  for (std::size_t i = 0; i < kSoundLayers.size(); ++i) {
    const auto& shape = kSoundLayers[i];
    SoundLayer layer{.in = shape.in,
                     .out = shape.out,
                     .time = shape.time,
                     .bands = shape.bands,
                     .time_step = shape.time_step,
                     .band_step = shape.band_step,
                     .band_padding = shape.band_padding,
                     .is_rectified = shape.is_rectified,
                     .bias = layers_[i].bias};
    layer.weights.reserve(layers_[i].weights.size());
    for (std::size_t out = 0; out < shape.out; ++out)
      for (std::size_t in = 0; in < shape.in; ++in)
        for (std::size_t place = 0; place < shape.time * shape.bands; ++place)
          layer.weights.push_back(layers_[i].weights[(place * shape.in + in) * shape.out + out]);
    all.layers.push_back(std::move(layer));
  }
  return all;
}

std::uint64_t SoundNetwork::size_bytes() const {
  std::uint64_t numbers = 0;
  for (const auto& layer : layers_) numbers += layer.weights.size() + layer.bias.size();
  return numbers * sizeof(float);
}

}  // namespace weighhouse::encoders::detail
