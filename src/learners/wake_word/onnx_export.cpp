#include "learners/wake_word/onnx_export.h"

#include <array>
#include <boost/json.hpp>
#include <cmath>
#include <initializer_list>
#include <numbers>

#include "base/text.h"
#include "features/audio/log_mel.h"
#include "learners/files/protobuf.h"

namespace weighhouse::learners::wake {
namespace {

constexpr std::uint64_t kFloat = 1;
constexpr std::uint64_t kInt64 = 7;

template <class T>
std::string_view raw(std::span<const T> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

// The numbers of fields are those of onnx.proto.
Message integer_attribute(std::string_view name, std::uint64_t value) {
  return Message{}.text(1, name).number(3, value).number(20, 2);
}
Message list_attribute(std::string_view name, std::initializer_list<std::uint64_t> values) {
  Message attribute = Message{}.text(1, name);
  for (const auto value : values) attribute.number(8, value);
  return attribute.number(20, 7);
}

// A chain: each operation takes what the one before gave, and tensors by name.
class Chain {
 public:
  explicit Chain(std::string_view input) : last_(input) {}

  const std::string& last() const { return last_; }
  void use(std::string name) { last_ = std::move(name); }

  // Inputs named "." are what came before.
  Chain& node(std::string_view operation, std::initializer_list<std::string_view> inputs,
              std::initializer_list<Message> attributes = {}, std::string_view output = {}) {
    Message message;
    for (const auto input : inputs) message.text(1, input == "." ? std::string_view{last_} : input);
    std::string name{output};
    if (name.empty()) name = "t" + std::to_string(made_++);
    message.text(2, name).text(3, name).text(4, operation);
    for (const auto& attribute : attributes) message.message(5, attribute);
    graph_.message(1, message);
    last_ = std::move(name);
    return *this;
  }

  // A tensor of the graph; gives its name back.
  std::string floats(std::string name, std::initializer_list<std::size_t> shape, std::span<const float> values) {
    Message message;
    for (const std::size_t side : shape) message.number(1, side);
    graph_.message(5, message.number(2, kFloat).text(8, name).text(9, raw(values)));
    return name;
  }
  std::string number(std::string name, float value) {
    return floats(std::move(name), {}, std::span<const float>{&value, 1});
  }
  std::string integers(std::string name, std::initializer_list<std::int64_t> values) {
    const std::vector<std::int64_t> list{values};
    graph_.message(5, Message{}
                          .number(1, list.size())
                          .number(2, kInt64)
                          .text(8, name)
                          .text(9, raw(std::span<const std::int64_t>{list})));
    return name;
  }

  Message& graph() { return graph_; }

 private:
  Message graph_;
  std::string last_;
  std::size_t made_ = 0;
};

Message port(std::string_view name, std::initializer_list<Message> sides) {
  Message shape;
  for (const auto& side : sides) shape.message(1, side);
  const Message type = Message{}.message(1, Message{}.number(1, kFloat).message(2, shape));
  return Message{}.text(1, name).message(2, type);
}

// Silence before what is shorter than a window.
void pad(Chain& chain, std::size_t window_samples) {
  const auto window = chain.integers("window_samples", {static_cast<std::int64_t>(window_samples)});
  const auto zero = chain.integers("zero", {0});
  const auto one = chain.integers("one", {1});
  chain.node("Shape", {"audio"}).node("Gather", {".", one}).node("Sub", {window, "."}).node("Max", {".", zero});
  const std::string missing = chain.last();
  chain.node("Concat", {zero, missing, zero, zero}, {integer_attribute("axis", 0)});
  chain.node("Pad", {"audio", "."}).node("Unsqueeze", {".", one});
}

// Sound to log-mel frames, as pictures of one channel: [N, 1, frames, bands].
void add_mel(Chain& chain, const ExportParts& parts) {
  using features::kMelBands;
  using features::kMelFrame;
  constexpr std::size_t kBins = kMelFrame / 2 + 1;
  const auto cosines = chain.floats("cosines", {kBins, 1, kMelFrame}, parts.cosines);
  const auto sines = chain.floats("sines", {kBins, 1, kMelFrame}, parts.sines);
  const auto bands = chain.floats("bands", {kMelBands, kBins}, parts.bands);
  const auto step = list_attribute("strides", {features::kMelHop});
  const std::string sound = chain.last();
  chain.node("Conv", {sound, cosines}, {step}).node("Mul", {".", "."});
  const std::string real = chain.last();
  chain.node("Conv", {sound, sines}, {step}).node("Mul", {".", "."}).node("Add", {real, "."});
  chain.node("MatMul", {bands, "."});
  chain.node("Max", {".", chain.number("least_power", features::kLeastMelPower)}).node("Log", {"."});
  chain.node("Mul", {".", chain.number("by_ten", 1.0F / std::numbers::ln10_v<float>)});
  chain.node("Add", {".", chain.number("two", 2.0F)});
  chain.node("Transpose", {"."}, {list_attribute("perm", {0, 2, 1})}).node("Unsqueeze", {".", "one"});
}

void add_encoder(Chain& chain, const encoders::SoundLayers& sound) {
  chain.node("Max", {".", chain.number("floor", sound.floor)});
  chain.node("Sub", {".", chain.number("middle", sound.middle)});
  chain.node("Div", {".", chain.number("spread", sound.spread)});
  for (std::size_t i = 0; i < sound.layers.size(); ++i) {
    const auto& layer = sound.layers[i];
    const std::string name = "encoder." + std::to_string(i);
    const auto weight = chain.floats(name + ".weight", {layer.out, layer.in, layer.time, layer.bands}, layer.weights);
    const auto bias = chain.floats(name + ".bias", {layer.out}, layer.bias);
    chain.node("Conv", {".", weight, bias},
               {list_attribute("strides", {layer.time_step, layer.band_step}),
                list_attribute("pads", {0, layer.band_padding, 0, layer.band_padding})});
    if (layer.is_rectified) chain.node("Relu", {"."});
  }
  chain.node("Squeeze", {".", chain.integers("three", {3})});
}

void add_heads(Chain& chain, const ExportParts& parts) {
  const auto epsilon = chain.number("epsilon", kNormEpsilon);
  for (std::size_t i = 0; i < parts.layers.size(); ++i) {
    const auto& layer = parts.layers[i];
    const std::string name = "head." + std::to_string(i);
    const auto weight =
        chain.floats(name + ".weight", {layer.out, layer.in / layer.groups, layer.width}, layer.weights);
    const auto bias = chain.floats(name + ".bias", {layer.out}, layer.bias);
    chain.node("Conv", {".", weight, bias}, {integer_attribute("group", layer.groups)});
    if (layer.gain.empty()) break;
    const auto heads = static_cast<std::int64_t>(parts.heads);
    const auto out = static_cast<std::int64_t>(layer.out);
    const auto mean_of_each = list_attribute("axes", {2});
    chain.node("Reshape", {".", chain.integers(name + ".apart", {0, heads, out / heads, -1})});
    const std::string apart = chain.last();
    chain.node("ReduceMean", {apart}, {mean_of_each}).node("Sub", {apart, "."});
    const std::string centred = chain.last();
    chain.node("Mul", {centred, centred}).node("ReduceMean", {"."}, {mean_of_each});
    chain.node("Add", {".", epsilon}).node("Sqrt", {"."}).node("Div", {centred, "."});
    chain.node("Reshape", {".", chain.integers(name + ".together", {0, out, -1})});
    chain.node("Mul", {".", chain.floats(name + ".gain", {layer.out, 1}, layer.gain)});
    chain.node("Add", {".", chain.floats(name + ".shift", {layer.out, 1}, layer.shift)}).node("Relu", {"."});
  }
  // The heads' mean at every moment, of which the most word-like is the answer.
  chain.node("ReduceMean", {"."}, {list_attribute("axes", {1}), integer_attribute("keepdims", 0)});
  chain.node("ReduceMax", {"."}, {list_attribute("axes", {1}), integer_attribute("keepdims", 1)});
  const std::string odds = chain.last();
  chain.node("Sub", {odds, odds}).node("Concat", {".", odds}, {integer_attribute("axis", 1)}, "logits");
}

}  // namespace

std::string to_onnx(const WakeModel& model, const ExportParts& parts, const std::string& record) {
  constexpr std::uint64_t kIrVersion = 8;
  constexpr std::uint64_t kOpset = 13;
  Chain chain{"audio"};
  pad(chain, parts.window_samples);
  add_mel(chain, parts);
  add_encoder(chain, parts.sound);
  add_heads(chain, parts);
  Message& graph = chain.graph();
  graph.text(2, "wake_word");
  graph.message(11, port("audio", {Message{}.text(2, "N"), Message{}.text(2, "samples")}));
  graph.message(12, port("logits", {Message{}.text(2, "N"), Message{}.number(1, 2)}));
  Message file;
  file.number(1, kIrVersion).text(2, "weighhouse").message(7, graph);
  file.message(8, Message{}.text(1, "").number(2, kOpset));
  const auto note = [&](std::string_view key, std::string_view value) {
    file.message(14, Message{}.text(1, key).text(2, value));
  };
  boost::json::array labels;
  for (const auto& label : export_labels(model)) labels.emplace_back(label);
  note("task", "audio-classification");
  note("labels", boost::json::serialize(labels));
  note("wake_word", model.word);
  note("threshold", format_number(model.threshold));
  note("sample_rate", std::to_string(features::kMelHop * 100));
  note("window_samples", std::to_string(parts.window_samples));
  note("base_model", model.base);
  note("record", record);
  return std::move(file).take();
}

}  // namespace weighhouse::learners::wake
