#include "worker/wake_word_runtime.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <cstring>

#include "base/bytes.h"
#include "features/audio/audio.h"
#include "features/audio/resample.h"
#include "learners/wake_word/wake_model.h"
#include "runtimes/tensor.h"
#include "worker/wake/orders.h"
#include "worker/wake/sounds.h"

namespace weighhouse::worker {
namespace json = boost::json;
namespace wake = learners::wake;

using features::Audio;
using features::kSampleRateHz;

namespace {

constexpr double kLongestFileSeconds = 60;
constexpr std::string_view kOnnxFile = "model.onnx";
// The end of a recording is often cut close to the word, and the word is recognised shortly after it ended.
constexpr double kAfterglowSeconds = 0.24;

struct Question {
  Audio sound;                // at 16 kHz
  double tail_seconds = 0;    // 0: all of it
  bool is_recording = false;  // whole, so that silence may be thought before and behind it
};

tl::unexpected<Error> wrong() {
  return fail(
      ErrorCode::kInvalidArgument,
      R"(A wake word is asked with a line {"encoding": "pcm16", "rate": 16000} or {"encoding": "file"} and the sound.)");
}

Result<Question> question_of(std::string_view request) {
  constexpr double kFullScale = 32768;
  const auto end_of_line = request.find('\n');
  if (end_of_line == std::string_view::npos) return wrong();
  json::error_code error;
  const auto parsed = json::parse(request.substr(0, end_of_line), error);
  if (error || !parsed.is_object()) return wrong();
  const std::string_view bytes = request.substr(end_of_line + 1);
  const std::string encoding = text_at(parsed.get_object(), "encoding");
  Question question;
  if (encoding == "file") {
    question.sound = TRY(features::decode_audio(MemoryAccess{bytes}, {.max_seconds = kLongestFileSeconds}));
    question.is_recording = true;
  } else if (encoding == "pcm16" && bytes.size() % sizeof(std::int16_t) == 0) {
    question.sound.sample_rate_hz =
        static_cast<int>(std::clamp(number_at(parsed.get_object(), "rate", kSampleRateHz), 8'000.0, 192'000.0));
    question.sound.samples.resize(bytes.size() / sizeof(std::int16_t));
    for (std::size_t i = 0; i < question.sound.samples.size(); ++i) {
      std::int16_t sample = 0;
      std::memcpy(&sample, bytes.data() + i * sizeof sample, sizeof sample);
      question.sound.samples[i] = static_cast<float>(sample / kFullScale);
    }
    question.tail_seconds = std::max(0.0, number_at(parsed.get_object(), "tail_ms", 0) / 1000);
  } else {
    return wrong();
  }
  question.sound = features::resample(std::move(question.sound));
  return question;
}

double rms_of(std::span<const float> samples) {
  double sum = 0;
  for (const float sample : samples) sum += static_cast<double>(sample) * sample;
  return samples.empty() ? 0 : std::sqrt(sum / static_cast<double>(samples.size()));
}

struct Scores {
  std::vector<float> values;
  double stride_seconds;
};

// What is loaded: something that scores the moments of a sound at 16 kHz.
class Hearing : public runtimes::LoadedModel {
 public:
  Result<std::string> answer(std::string_view request) const final {
    auto question = TRY(question_of(request));
    auto& samples = question.sound.samples;
    const double seconds = question.sound.seconds();
    const std::size_t tail =
        question.tail_seconds > 0
            ? std::min(samples.size(), static_cast<std::size_t>(question.tail_seconds * kSampleRateHz))
            : samples.size();
    const double rms = rms_of(std::span{samples}.last(tail));
    // Every moment of a recording stands at the end of a window: silence before it, and a little behind it.
    if (question.is_recording) {
      samples.insert(samples.begin(), window_samples(), 0.0F);
      samples.resize(samples.size() + static_cast<std::size_t>(kAfterglowSeconds * kSampleRateHz));
    }
    auto scores = TRY(listen(samples));
    if (question.tail_seconds > 0) {
      const auto wanted =
          std::max<std::size_t>(1, static_cast<std::size_t>(std::ceil(question.tail_seconds / scores.stride_seconds)));
      if (scores.values.size() > wanted) {
        scores.values.erase(scores.values.begin(), scores.values.end() - static_cast<std::ptrdiff_t>(wanted));
      }
    }
    json::object answer;
    answer["scores"] = json::value_from(scores.values);
    answer["stride_seconds"] = scores.stride_seconds;
    answer["seconds"] = seconds;
    answer["rms"] = rms;
    return json::serialize(answer);
  }

 protected:
  virtual std::size_t window_samples() const = 0;
  virtual Result<Scores> listen(std::span<const float> samples) const = 0;
};

class OwnHearing final : public Hearing {
 public:
  OwnHearing(wake::WakeModel model, std::shared_ptr<const encoders::AudioEncoder> encoder, std::uint64_t size_bytes)
      : model_(std::move(model)), encoder_(std::move(encoder)), size_bytes_(size_bytes) {}

  std::uint64_t size_bytes() const override { return size_bytes_ + encoder_->size_bytes(); }

 protected:
  std::size_t window_samples() const override { return encoder_->shape().samples_of(model_.shape().frames); }
  Result<Scores> listen(std::span<const float> samples) const override {
    auto scores = TRY(wake::listen(model_, *encoder_, samples));
    return Scores{std::move(scores), static_cast<double>(encoder_->shape().hop_samples) / kSampleRateHz};
  }

 private:
  wake::WakeModel model_;
  std::shared_ptr<const encoders::AudioEncoder> encoder_;
  std::uint64_t size_bytes_;
};

// An ONNX model hears one window at a time, two seconds long.
class OnnxHearing final : public Hearing {
 public:
  explicit OnnxHearing(std::shared_ptr<const runtimes::TensorModel> model) : model_(std::move(model)) {}

  std::uint64_t size_bytes() const override { return model_->size_bytes(); }

 protected:
  static constexpr std::size_t kWindow = 2 * kSampleRateHz;
  static constexpr std::size_t kHop = kSampleRateHz / 10;

  std::size_t window_samples() const override { return kWindow; }
  Result<Scores> listen(std::span<const float> samples) const override {
    std::vector<float> scores;
    const std::size_t windows = samples.size() <= kWindow ? 1 : (samples.size() - kWindow) / kHop + 1;
    for (std::size_t back = windows; back-- > 0;) {
      const auto end = samples.size() - std::min(samples.size(), back * kHop);
      scores.push_back(TRY(score(samples.first(end))));
    }
    return Scores{std::move(scores), static_cast<double>(kHop) / kSampleRateHz};
  }

 private:
  // Of the window at the end of these samples, which silence goes before.
  Result<float> score(std::span<const float> samples) const {
    std::vector<float> window(kWindow, 0.0F);
    const std::size_t count = std::min(kWindow, samples.size());
    const auto last = samples.last(count);
    std::copy(last.begin(), last.end(), window.end() - static_cast<std::ptrdiff_t>(count));
    runtimes::Tensor tensor{.shape = {1, static_cast<std::int64_t>(kWindow)}};
    tensor.data.resize(window.size() * sizeof(float));
    std::memcpy(tensor.data.data(), window.data(), tensor.data.size());
    std::vector<runtimes::Value> inputs;
    inputs.push_back({.name = {}, .content = std::move(tensor)});
    const auto outputs = TRY(model_->run({}, inputs));
    const auto* out = outputs.empty() ? nullptr : std::get_if<runtimes::Tensor>(&outputs.front().content);
    if (out == nullptr || out->type != runtimes::ElementType::kFloat32) return unfit();
    std::vector<float> values(out->data.size() / sizeof(float));
    std::memcpy(values.data(), out->data.data(), values.size() * sizeof(float));
    if (values.size() == 1) return std::clamp(values.front(), 0.0F, 1.0F);
    if (values.size() != 2) return unfit();
    return wake::probability_of(values[1] - values[0]);
  }

  static tl::unexpected<Error> unfit() {
    return fail(
        ErrorCode::kInvalidArgument,
        "This ONNX model does not answer with two logits or one probability, so it is not known what it heard.");
  }

  std::shared_ptr<const runtimes::TensorModel> model_;
};

class WakeWordRuntime final : public runtimes::Runtime {
 public:
  explicit WakeWordRuntime(std::shared_ptr<const runtimes::Runtime> onnx) : onnx_(std::move(onnx)) {}
  std::string_view name() const override { return "wake-word"; }

  Result<std::shared_ptr<const runtimes::LoadedModel>> load(std::vector<runtimes::ModelFile> files) const override {
    if (!files.empty() && files.front().name == kOnnxFile) return load_onnx(std::move(files));
    auto file = TRY(runtimes::only_file(std::move(files), name()));
    const auto info = TRY(stat_file(file.file.get(), file.name));
    const FileAccess bytes{std::move(file.file), info.size_bytes};
    auto model = TRY(wake::read_wake_model(bytes));
    auto encoder = TRY(open_base(model.base));
    return std::make_shared<const OwnHearing>(std::move(model), std::move(encoder), info.size_bytes);
  }

 private:
  Result<std::shared_ptr<const runtimes::LoadedModel>> load_onnx(std::vector<runtimes::ModelFile> files) const {
    auto loaded = TRY(onnx_->load(std::move(files)));
    auto model = std::dynamic_pointer_cast<const runtimes::TensorModel>(std::move(loaded));
    if (!model) return fail(ErrorCode::kInternal, "The runtime of ONNX models gave something that takes no tensors.");
    return std::make_shared<const OnnxHearing>(std::move(model));
  }

  std::shared_ptr<const runtimes::Runtime> onnx_;
};

}  // namespace

std::shared_ptr<const runtimes::Runtime> wake_word_runtime(std::shared_ptr<const runtimes::Runtime> onnx) {
  return std::make_shared<const WakeWordRuntime>(std::move(onnx));
}

}  // namespace weighhouse::worker
