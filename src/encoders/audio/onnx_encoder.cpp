#include <boost/json.hpp>
#include <cstring>

#include "base/text.h"
#include "encoders/audio/audio_encoder.h"
#include "features/audio/audio.h"
#include "features/audio/log_mel.h"
#include "runtimes/tensor.h"

namespace weighhouse::encoders {
namespace {
namespace json = boost::json;

using runtimes::ElementType;
using runtimes::Tensor;
using runtimes::Value;

constexpr std::size_t kUsualHop = 1280;
constexpr std::size_t kWindowsAtOnce = 64;
constexpr std::size_t kMostBatch = 1'024;
constexpr std::size_t kMostFrames = 3'000;     // half a minute
constexpr std::size_t kMostSamples = 480'000;  // the same
constexpr std::size_t kMostDimensions = 65'536;

tl::unexpected<Error> wrong(const std::string& what) {
  return fail(ErrorCode::kInvalidArgument, "The audio encoder's ONNX model cannot be used: " + what);
}

// What goes into the model for one window.
struct Window {
  std::string input{};
  std::size_t frames = 0;    // of log-mel; 0 for samples
  std::size_t samples = 0;   // that the window covers
  bool has_channel = false;  // a last axis of one
  std::size_t batch = 0;     // windows that one question holds, no fewer and no more; 0: as many as one likes

  std::vector<std::int64_t> shape(std::size_t windows) const {
    std::vector<std::int64_t> shape{static_cast<std::int64_t>(windows)};
    if (frames == 0) {
      shape.push_back(static_cast<std::int64_t>(samples));
    } else {
      shape.push_back(static_cast<std::int64_t>(frames));
      shape.push_back(static_cast<std::int64_t>(features::kMelBands));
    }
    if (has_channel) shape.push_back(1);
    return shape;
  }
};

// A size of the graph: a number, or a word for one that is free.
std::optional<std::int64_t> fixed_size(const json::value& size) {
  const auto number = size.is_string() ? parse_int(size.as_string()) : std::nullopt;
  return number && *number > 0 ? number : std::nullopt;
}

Result<Window> read_window(const std::string& description) {
  json::error_code error;
  const auto described = json::parse(description, error);
  if (error) return wrong("it does not say what its inputs are.");
  const auto& inputs = described.at("inputs").as_array();
  if (inputs.size() != 1)
    return wrong("it has " + std::to_string(inputs.size()) + " inputs; one, for windows of sound, is known.");
  const auto& input = inputs[0].as_object();
  Window window{.input = std::string{std::string_view{input.at("name").as_string()}}};
  const std::string named = "its input \"" + printable(window.input, 40) + "\" ";
  const auto* type = input.if_contains("type");
  if (type != nullptr && type->is_string() && type->as_string() != "F32") return wrong(named + "takes no float32.");
  const auto* shape = input.if_contains("shape");
  if (shape == nullptr || !shape->is_array()) return wrong(named + "has no shape.");
  const auto& sizes = shape->as_array();
  const auto size_at = [&](std::size_t i) { return fixed_size(sizes[i]); };
  if (!sizes.empty()) window.batch = static_cast<std::size_t>(size_at(0).value_or(0));
  if (window.batch > kMostBatch)
    return wrong(named + "takes more than " + std::to_string(kMostBatch) + " windows at once.");
  if (sizes.size() == 2 && size_at(1)) {
    window.samples = static_cast<std::size_t>(*size_at(1));
    if (window.samples > kMostSamples) return wrong(named + "takes windows of more than half a minute.");
    return window;
  }
  const bool is_mel = (sizes.size() == 3 || (sizes.size() == 4 && size_at(3) == 1)) && size_at(1) &&
                      size_at(2) == static_cast<std::int64_t>(features::kMelBands);
  if (!is_mel)
    return wrong(named +
                 "is none of [n, samples], [n, frames, 32] and [n, frames, 32, 1], with the window's length fixed.");
  window.frames = static_cast<std::size_t>(*size_at(1));
  if (window.frames > kMostFrames) return wrong(named + "takes windows of more than half a minute.");
  window.samples = features::samples_of_mel_frames(window.frames);
  window.has_channel = sizes.size() == 4;
  return window;
}

class OnnxEncoder final : public AudioEncoder {
 public:
  OnnxEncoder(std::string name, std::shared_ptr<const runtimes::LoadedModel> model, Window window, std::size_t hop)
      : name_(std::move(name)), model_(std::move(model)), window_(std::move(window)) {
    shape_.hop_samples = hop;
    shape_.window_samples = window_.samples;
  }

  // Asks it about silence, to see what comes out.
  Result<> probe() {
    const std::vector<float> silence(window_.samples);
    const auto row = TRY(ask(silence, 1));
    if (row.empty() || row.size() > kMostDimensions) return wrong("what comes out is no vector for each window.");
    shape_.dimensions = row.size();
    return {};
  }

  std::string_view name() const override { return name_; }
  const AudioShape& shape() const override { return shape_; }
  std::uint64_t size_bytes() const override { return model_->size_bytes(); }

  Result<std::vector<float>> encode(std::span<const float> samples) const override {
    std::vector<float> rows;
    const std::size_t count = shape_.rows_in(samples.size());
    rows.reserve(count * shape_.dimensions);
    const std::size_t at_once = window_.batch > 0 ? window_.batch : kWindowsAtOnce;
    for (std::size_t first = 0; first < count; first += at_once) {
      const std::size_t windows = std::min(at_once, count - first);
      const auto made = TRY(ask(samples.subspan(first * shape_.hop_samples, shape_.samples_of(windows)), windows));
      if (made.size() != windows * shape_.dimensions) return wrong("its answer has another shape than before.");
      rows.insert(rows.end(), made.begin(), made.end());
    }
    return rows;
  }

 private:
  Result<std::vector<float>> ask(std::span<const float> samples, std::size_t windows) const {
    std::vector<float> input;
    if (window_.frames == 0) {
      for (std::size_t i = 0; i < windows; ++i) {
        const auto window = samples.subspan(i * shape_.hop_samples, window_.samples);
        input.insert(input.end(), window.begin(), window.end());
      }
    } else {
      add_frames(samples, windows, input);
    }
    // Silence takes the places that are left.
    const std::size_t asked = std::max(windows, window_.batch);
    input.resize(input.size() / windows * asked);
    std::vector<Value> given(1);
    given[0].name = window_.input;
    Tensor tensor{.type = ElementType::kFloat32, .shape = window_.shape(asked), .data = {}};
    tensor.data.resize(input.size() * sizeof(float));
    std::memcpy(tensor.data.data(), input.data(), tensor.data.size());
    given[0].content = std::move(tensor);
    const auto outputs = TRY(static_cast<const runtimes::TensorModel&>(*model_).run("", given));
    const auto* output = outputs.empty() ? nullptr : std::get_if<Tensor>(&outputs.front().content);
    if (output == nullptr || output->type != ElementType::kFloat32 || output->shape.empty() ||
        output->shape[0] != static_cast<std::int64_t>(asked))
      return wrong("its first output is no float32 vector for each window.");
    std::vector<float> rows(output->data.size() / sizeof(float) / asked * windows);
    std::memcpy(rows.data(), output->data.data(), rows.size() * sizeof(float));
    return rows;
  }

  // Frames are shared by windows where a window begins with one, and made anew for each where it does not.
  void add_frames(std::span<const float> samples, std::size_t windows, std::vector<float>& input) const {
    const bool is_shared = shape_.hop_samples % features::kMelHop == 0;
    const auto shared = is_shared ? features::log_mel(samples) : std::vector<float>{};
    const std::size_t numbers = window_.frames * features::kMelBands;
    for (std::size_t i = 0; i < windows; ++i) {
      const std::size_t begin = i * shape_.hop_samples;
      if (is_shared) {
        const auto* frames = shared.data() + begin / features::kMelHop * features::kMelBands;
        input.insert(input.end(), frames, frames + numbers);
      } else {
        const auto frames = features::log_mel(samples.subspan(begin, window_.samples));
        input.insert(input.end(), frames.begin(), frames.end());
      }
    }
    features::raise_floor(input);
  }

  std::string name_;
  std::shared_ptr<const runtimes::LoadedModel> model_;
  Window window_;
  AudioShape shape_{};
};

}  // namespace

Result<std::shared_ptr<const AudioEncoder>> open_audio_encoder(std::string name, std::vector<runtimes::ModelFile> files,
                                                               const runtimes::Runtime& onnx, std::size_t hop_samples) {
  auto model = TRY(onnx.load(std::move(files)));
  const auto* tensors = dynamic_cast<const runtimes::TensorModel*>(model.get());
  if (tensors == nullptr) return wrong("its runtime takes no tensors.");
  auto window = TRY(read_window(tensors->describe()));
  auto encoder = std::make_shared<OnnxEncoder>(std::move(name), std::move(model), std::move(window),
                                               hop_samples == 0 ? kUsualHop : hop_samples);
  TRY(encoder->probe());
  return std::shared_ptr<const AudioEncoder>{std::move(encoder)};
}

}  // namespace weighhouse::encoders
