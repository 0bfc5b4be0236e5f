#include "worker/wake_word_runtime.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <cstring>

#include "base/bytes.h"
#include "features/audio/audio.h"
#include "features/audio/resample.h"
#include "worker/wake/hearing.h"
#include "worker/wake/sounds.h"

namespace weighhouse::worker {
namespace json = boost::json;

using features::Audio;
using features::kSampleRateHz;

namespace {

constexpr double kLongestFileSeconds = 60;
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

class LoadedHearing final : public runtimes::LoadedModel {
 public:
  explicit LoadedHearing(std::shared_ptr<const Hearing> hearing) : hearing_(std::move(hearing)) {}
  std::uint64_t size_bytes() const override { return hearing_->size_bytes(); }

  Result<std::string> answer(std::string_view request) const override {
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
      samples.insert(samples.begin(), hearing_->window_samples(), 0.0F);
      samples.resize(samples.size() + static_cast<std::size_t>(kAfterglowSeconds * kSampleRateHz));
    }
    auto scores = TRY(hearing_->listen(samples));
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

 private:
  std::shared_ptr<const Hearing> hearing_;
};

class WakeWordRuntime final : public runtimes::Runtime {
 public:
  explicit WakeWordRuntime(std::shared_ptr<const runtimes::Runtime> onnx) : onnx_(std::move(onnx)) {}
  std::string_view name() const override { return "wake-word"; }

  Result<std::shared_ptr<const runtimes::LoadedModel>> load(std::vector<runtimes::ModelFile> files) const override {
    auto hearing = TRY(open_hearing(std::move(files), *onnx_));
    return std::make_shared<const LoadedHearing>(std::move(hearing));
  }

 private:
  std::shared_ptr<const runtimes::Runtime> onnx_;
};

}  // namespace

std::shared_ptr<const runtimes::Runtime> wake_word_runtime(std::shared_ptr<const runtimes::Runtime> onnx) {
  return std::make_shared<const WakeWordRuntime>(std::move(onnx));
}

}  // namespace weighhouse::worker
