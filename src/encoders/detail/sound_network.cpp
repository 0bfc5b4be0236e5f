#include "encoders/detail/sound_network.h"

#include <algorithm>
#include <cblas.h>
#include <optional>
#include <string>

#include "base/text.h"
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

constexpr std::size_t kMostLayers = 32;
constexpr std::size_t kMostChannels = 4'096;
constexpr std::size_t kMostSteps = 512;  // of a kernel

tl::unexpected<Error> wrong(const std::string& what) {
  return fail(ErrorCode::kInvalidArgument, "The encoder of sounds cannot be used: " + what);
}

// Nothing where there is no such layer.
Result<std::optional<Convolution>> read_shape(const formats::Report& report, const std::string& name) {
  const auto tensor = std::find_if(report.tensors.begin(), report.tensors.end(),
                                   [&](const formats::Tensor& t) { return t.name == name + ".weight"; });
  if (tensor == report.tensors.end()) return std::nullopt;
  const auto& sides = tensor->shape;
  const auto within = [](std::int64_t side, std::size_t most) {
    return side > 0 && side <= static_cast<std::int64_t>(most);
  };
  if (sides.size() != 4 || !within(sides[0], kMostChannels) || !within(sides[1], kMostChannels) ||
      !within(sides[2], kMostSteps) || !within(sides[3], kMostSteps))
    return wrong(name + ".weight has no shape of a convolution.");
  const auto described = std::find_if(report.metadata.begin(), report.metadata.end(),
                                      [&](const auto& entry) { return entry.first == name; });
  std::vector<std::size_t> numbers;
  if (described != report.metadata.end())
    for (const auto word : split(described->second, ' ')) {
      const auto number = parse_int(word);
      if (number && *number >= 0 && *number <= 16) numbers.push_back(static_cast<std::size_t>(*number));
    }
  if (numbers.size() != 4 || numbers[0] == 0 || numbers[1] == 0)
    return wrong("its metadata do not say how " + name + " steps.");
  const auto side = [&](std::size_t i) { return static_cast<std::size_t>(sides[i]); };
  return Convolution{side(1), side(0), side(2), side(3), numbers[0], numbers[1], numbers[2], numbers[3] == 1};
}

}  // namespace

Result<SoundNetwork> SoundNetwork::load(const RandomAccess& file) {
  const auto tensors = TRY(TensorFile::open(file));
  SoundNetwork network;
  std::size_t channels = 1;
  std::size_t bands = features::kMelBands;
  for (std::size_t i = 0; i < kMostLayers; ++i) {
    const std::string name = "conv." + std::to_string(i);
    const auto found = TRY(read_shape(tensors.report(), name));
    if (!found) break;
    const auto& shape = *found;
    if (shape.in != channels || bands + 2 * shape.band_padding < shape.bands)
      return wrong(name + " does not follow from the layer before.");
    Layer layer{.shape = shape};
    std::vector<float> given;
    TRY(tensors.read(name + ".weight", {shape.out, shape.in, shape.time, shape.bands}, given));
    TRY(tensors.read(name + ".bias", {shape.out}, layer.bias));
    layer.weights.resize(given.size());
    const float* number = given.data();
    for (std::size_t out = 0; out < shape.out; ++out)
      for (std::size_t in = 0; in < shape.in; ++in)
        for (std::size_t place = 0; place < shape.time * shape.bands; ++place)
          layer.weights[(place * shape.in + in) * shape.out + out] = *number++;
    channels = shape.out;
    bands = (bands + 2 * shape.band_padding - shape.bands) / shape.band_step + 1;
    network.layers_.push_back(std::move(layer));
  }
  if (network.layers_.empty()) return wrong("there is no tensor conv.0.weight.");
  if (bands != 1) return wrong("its last layer leaves " + std::to_string(bands) + " bands where one is needed.");
  return network;
}

std::size_t SoundNetwork::step() const {
  std::size_t step = 1;
  for (const auto& layer : layers_) step *= layer.shape.time_step;
  return step;
}

std::size_t SoundNetwork::window() const {
  std::size_t window = 1;
  std::size_t step = 1;
  for (const auto& layer : layers_) {
    window += (layer.shape.time - 1) * step;
    step *= layer.shape.time_step;
  }
  return window;
}

std::vector<float> SoundNetwork::run(std::span<const float> frames) const {
  if (frames.size() / features::kMelBands < window()) return {};
  Picture picture{frames.size() / features::kMelBands, features::kMelBands, 1, {}};
  picture.values.resize(picture.times * picture.bands);
  for (std::size_t i = 0; i < picture.values.size(); ++i)
    picture.values[i] = (std::max(frames[i], kSoundFloor) - kSoundMiddle) / kSoundSpread;

  for (const auto& layer : layers_) {
    const auto& shape = layer.shape;
    const std::size_t times = (picture.times - shape.time) / shape.time_step + 1;
    const std::size_t bands = (picture.bands + 2 * shape.band_padding - shape.bands) / shape.band_step + 1;
    const std::size_t rows = times * bands;
    const std::size_t width = shape.time * shape.bands * shape.in;
    Picture next{times, bands, shape.out, std::vector<float>(rows * shape.out)};
    for (std::size_t row = 0; row < rows; ++row)
      std::copy(layer.bias.begin(), layer.bias.end(), next.values.data() + row * shape.out);
    const auto add_product = [&](const float* in, std::size_t stride, std::size_t inner, const float* weights) {
      cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, static_cast<blasint>(rows),
                  static_cast<blasint>(shape.out), static_cast<blasint>(inner), 1.0F, in, static_cast<blasint>(stride),
                  weights, static_cast<blasint>(shape.out), 1.0F, next.values.data(), static_cast<blasint>(shape.out));
    };
    const float* weights = layer.weights.data();
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
  for (const Layer& one : layers_) {
    const auto& shape = one.shape;
    SoundLayer layer{.in = shape.in,
                     .out = shape.out,
                     .time = shape.time,
                     .bands = shape.bands,
                     .time_step = shape.time_step,
                     .band_step = shape.band_step,
                     .band_padding = shape.band_padding,
                     .is_rectified = shape.is_rectified,
                     .bias = one.bias};
    layer.weights.reserve(one.weights.size());
    for (std::size_t out = 0; out < shape.out; ++out)
      for (std::size_t in = 0; in < shape.in; ++in)
        for (std::size_t place = 0; place < shape.time * shape.bands; ++place)
          layer.weights.push_back(one.weights[(place * shape.in + in) * shape.out + out]);
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
