#include "learners/wake_word/export_parts.h"

#include <cmath>
#include <numbers>

#include "features/audio/log_mel.h"

namespace weighhouse::learners::wake {
namespace {

using features::kMelFrame;

constexpr std::size_t kBins = kMelFrame / 2 + 1;

// The first layer takes frame after frame; a convolution over time has its numbers the other way around.
std::vector<float> over_time(const std::vector<float>& weight, const HeadShape& shape) {
  std::vector<float> turned(weight.size());
  const std::size_t outputs = weight.size() / shape.inputs();
  for (std::size_t h = 0; h < outputs; ++h) {
    for (std::size_t frame = 0; frame < shape.frames; ++frame) {
      for (std::size_t d = 0; d < shape.width; ++d)
        turned[(h * shape.width + d) * shape.frames + frame] = weight[h * shape.inputs() + frame * shape.width + d];
    }
  }
  return turned;
}

void append(std::vector<float>& all, const std::vector<float>& some) {
  all.insert(all.end(), some.begin(), some.end());
}

ExportParts::Layer hidden_layer(const WakeModel& model, std::size_t index) {
  const HeadShape& shape = model.shape();
  const std::size_t heads = model.heads.size();
  const bool is_first = index == 0;
  ExportParts::Layer all{.in = is_first ? shape.width : heads * shape.hidden[index - 1],
                         .out = heads * shape.hidden[index],
                         .width = is_first ? shape.frames : 1,
                         .groups = is_first ? 1 : heads,
                         .weights = {},
                         .bias = {},
                         .gain = {},
                         .shift = {}};
  for (const Head& head : model.heads) {
    const HeadLayer& layer = head.layers[index];
    append(all.weights, is_first ? over_time(layer.weight, shape) : layer.weight);
    append(all.bias, layer.bias);
    append(all.gain, layer.gain);
    append(all.shift, layer.shift);
  }
  return all;
}

}  // namespace

Result<ExportParts> export_parts(const WakeModel& model, const encoders::AudioEncoder& encoder) {
  auto sound = encoder.layers();
  if (!sound) {
    return fail(ErrorCode::kFailedPrecondition,
                "It hears through the encoder " + std::string{encoder.name()} +
                    ", which is no chain of convolutions that can be written out here. Models on " +
                    std::string{encoders::kBuiltinAudioEncoder} + " can.");
  }
  auto kernels = features::mel_kernels();
  ExportParts parts{.window_samples = encoder.shape().samples_of(model.shape().frames),
                    .cosines = std::vector<float>(kBins * kMelFrame),
                    .sines = std::vector<float>(kBins * kMelFrame),
                    .bands = std::move(kernels.bands),
                    .sound = *std::move(sound),
                    .heads = model.heads.size(),
                    .layers = {}};
  for (std::size_t bin = 0; bin < kBins; ++bin) {
    for (std::size_t i = 0; i < kMelFrame; ++i) {
      const double angle =
          2 * std::numbers::pi * static_cast<double>(bin * i % kMelFrame) / static_cast<double>(kMelFrame);
      const auto window = static_cast<double>(kernels.window[i]);
      parts.cosines[bin * kMelFrame + i] = static_cast<float>(window * std::cos(angle));
      parts.sines[bin * kMelFrame + i] = static_cast<float>(window * std::sin(angle));
    }
  }
  for (std::size_t i = 0; i < model.shape().hidden.size(); ++i) parts.layers.push_back(hidden_layer(model, i));
  ExportParts::Layer last{.in = parts.layers.back().out,
                          .out = parts.heads,
                          .width = 1,
                          .groups = parts.heads,
                          .weights = {},
                          .bias = {},
                          .gain = {},
                          .shift = {}};
  for (const Head& head : model.heads) {
    append(last.weights, head.last_weight);
    last.bias.push_back(head.last_bias);
  }
  parts.layers.push_back(std::move(last));
  return parts;
}

std::vector<std::string> export_labels(const WakeModel& model) { return {"other", model.word}; }

}  // namespace weighhouse::learners::wake
