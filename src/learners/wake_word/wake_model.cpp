#include "learners/wake_word/wake_model.h"

#include <array>
#include <boost/json.hpp>
#include <cmath>

#include "base/text.h"
#include "learners/files/safetensors.h"

namespace weighhouse::learners::wake {
namespace json = boost::json;

namespace {

constexpr std::size_t kMostHeads = 16;

template <class Values>
std::string_view raw(const Values& values) {
  return bytes_of(std::span<const float>{values});
}

Result<HeadShape> shape_in(const SafetensorsReader& reader) {
  HeadShape shape;
  shape.frames = TRY(reader.count("frames"));
  shape.width = TRY(reader.count("width"));
  shape.hidden.clear();
  json::error_code error;
  const auto hidden = json::parse(TRY(reader.text("hidden")), error);
  if (error || !hidden.is_array() || hidden.get_array().empty() || hidden.get_array().size() > 8)
    return reader.refused("\"hidden\" is no list of layers");
  for (const auto& one : hidden.get_array()) {
    if (!one.is_int64() || one.get_int64() < 1 || one.get_int64() > 4096)
      return reader.refused("\"hidden\" is no list of layers");
    shape.hidden.push_back(static_cast<std::size_t>(one.get_int64()));
  }
  return shape;
}

Result<Head> head_in(const SafetensorsReader& reader, const HeadShape& shape, const std::string& prefix) {
  Head head{.shape = shape, .layers = {}, .last_weight = {}};
  auto inputs = static_cast<std::int64_t>(shape.inputs());
  for (std::size_t l = 0; l < shape.hidden.size(); ++l) {
    const auto outputs = static_cast<std::int64_t>(shape.hidden[l]);
    const std::string name = prefix + std::to_string(l);
    HeadLayer layer;
    layer.weight = TRY(reader.floats(name + ".weight", {outputs, inputs}));
    layer.bias = TRY(reader.floats(name + ".bias", {outputs}));
    layer.gain = TRY(reader.floats(name + ".gain", {outputs}));
    layer.shift = TRY(reader.floats(name + ".shift", {outputs}));
    head.layers.push_back(std::move(layer));
    inputs = outputs;
  }
  head.last_weight = TRY(reader.floats(prefix + "last.weight", {inputs}));
  head.last_bias = TRY(reader.floats(prefix + "last.bias", {1})).front();
  return head;
}

}  // namespace

float probability_of(float odds) { return 1.0F / (1.0F + std::exp(-odds)); }

Result<std::vector<float>> listen(const WakeModel& model, const encoders::AudioEncoder& encoder,
                                  std::span<const float> samples) {
  if (encoder.shape().dimensions != model.shape().width) {
    return fail(ErrorCode::kInvalidArgument, "The wake word needs vectors of " + std::to_string(model.shape().width) +
                                                 " numbers, and the encoder " + std::string{encoder.name()} +
                                                 " gives " + std::to_string(encoder.shape().dimensions) + ".");
  }
  const std::size_t window = encoder.shape().samples_of(model.shape().frames);
  std::vector<float> padded;
  if (samples.size() < window) {
    padded.assign(window, 0.0F);
    std::copy(samples.begin(), samples.end(), padded.end() - static_cast<std::ptrdiff_t>(samples.size()));
    samples = padded;
  }
  auto odds = log_odds(model.heads, TRY(encoder.encode(samples)));
  for (float& one : odds) one = probability_of(one);
  return odds;
}

std::string to_safetensors(const WakeModel& model) {
  const HeadShape& shape = model.shape();
  json::array hidden;
  for (const std::size_t one : shape.hidden) hidden.emplace_back(one);
  json::object metadata{{"format", kWakeModelFormat},
                        {"wake_word", model.word},
                        {"base_model", model.base},
                        {"base_digest", model.base_digest},
                        {"threshold", format_number(model.threshold)},
                        {"heads", std::to_string(model.heads.size())},
                        {"frames", std::to_string(shape.frames)},
                        {"width", std::to_string(shape.width)},
                        {"hidden", json::serialize(hidden)}};
  std::vector<TensorPart> parts;
  for (std::size_t h = 0; h < model.heads.size(); ++h) {
    const Head& head = model.heads[h];
    const std::string prefix = std::to_string(h) + ".";
    std::size_t inputs = shape.inputs();
    for (std::size_t l = 0; l < head.layers.size(); ++l) {
      const HeadLayer& layer = head.layers[l];
      const std::string name = prefix + std::to_string(l);
      const std::size_t outputs = layer.bias.size();
      parts.push_back({name + ".weight", "F32", {outputs, inputs}, raw(layer.weight)});
      parts.push_back({name + ".bias", "F32", {outputs}, raw(layer.bias)});
      parts.push_back({name + ".gain", "F32", {outputs}, raw(layer.gain)});
      parts.push_back({name + ".shift", "F32", {outputs}, raw(layer.shift)});
      inputs = outputs;
    }
    parts.push_back({prefix + "last.weight", "F32", {inputs}, raw(head.last_weight)});
    parts.push_back({prefix + "last.bias", "F32", {1}, bytes_of(std::span<const float>{&head.last_bias, 1})});
  }
  return write_safetensors(parts, std::move(metadata));
}

Result<WakeModel> read_wake_model(const RandomAccess& file, std::uint64_t limit_bytes) {
  const auto reader = TRY(SafetensorsReader::open(file, "wake word", limit_bytes));
  if (const auto format = TRY(reader.text("format")); format != kWakeModelFormat)
    return reader.refused("its format is \"" + printable(format, 40) + "\", and this program reads \"" +
                          std::string{kWakeModelFormat} + "\"");
  WakeModel model;
  model.word = TRY(reader.text("wake_word"));
  model.base = TRY(reader.text("base_model"));
  model.base_digest = TRY(reader.text("base_digest"));
  model.threshold = parse_double(TRY(reader.text("threshold"))).value_or(-1.0);
  if (!(model.threshold > 0.0 && model.threshold <= 1.0)) return reader.refused("its threshold is no probability");
  const auto shape = TRY(shape_in(reader));
  const std::size_t heads = TRY(reader.count("heads"));
  if (heads > kMostHeads) return reader.refused("it has more heads than a wake word has");
  for (std::size_t h = 0; h < heads; ++h) model.heads.push_back(TRY(head_in(reader, shape, std::to_string(h) + ".")));
  return model;
}

}  // namespace weighhouse::learners::wake
