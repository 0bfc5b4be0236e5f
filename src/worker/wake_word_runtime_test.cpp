#include "worker/wake_word_runtime.h"

#include <boost/json.hpp>
#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <numeric>
#include <sys/mman.h>
#include <unistd.h>

#include "encoders/audio/audio_encoder.h"
#include "learners/wake_word/log_mel_base.h"
#include "learners/wake_word/wake_model.h"
#include "runtimes/tensor.h"

namespace weighhouse::worker {
namespace {

namespace json = boost::json;
namespace wake = learners::wake;
using ::testing::HasSubstr;

runtimes::ModelFile file_of(const std::string& name, std::string_view bytes) {
  FileDescriptor file{::memfd_create("test", MFD_CLOEXEC)};
  check(::pwrite(file.get(), bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()), "memory holds it");
  return {name, std::move(file)};
}

// Says the same of everything: the log-odds `says`.
wake::WakeModel constant_model(float says) {
  const wake::HeadShape shape{.frames = 10, .width = 32, .hidden = {2}};
  wake::Head head{.shape = shape, .layers = {}, .last_weight = {0, 0}, .last_bias = says};
  head.layers.push_back(
      {.weight = std::vector<float>(2 * shape.inputs(), 0.0F), .bias = {0, 0}, .gain = {1, 1}, .shift = {0, 0}});
  return {.word = "jarvis", .base = std::string{wake::kLogMelBase}, .threshold = 0.5, .heads = {head}};
}

// An ONNX model that hears the last sample of its window.
class LastSample final : public runtimes::TensorModel {
 public:
  explicit LastSample(std::size_t outputs) : outputs_(outputs) {}
  std::uint64_t size_bytes() const override { return 1; }
  std::string describe() const override { return "{}"; }
  Result<std::vector<runtimes::Value>> run(const std::string&,
                                           const std::vector<runtimes::Value>& inputs) const override {
    const auto& in = std::get<runtimes::Tensor>(inputs.at(0).content);
    EXPECT_EQ(in.shape, (std::vector<std::int64_t>{1, 32'000}));
    float last = 0;
    std::memcpy(&last, in.data.data() + in.data.size() - sizeof last, sizeof last);
    runtimes::Tensor out{.shape = {1, static_cast<std::int64_t>(outputs_)}};
    std::vector<float> values(outputs_, 0.0F);
    values.back() = last;
    out.data.resize(values.size() * sizeof(float));
    std::memcpy(out.data.data(), values.data(), out.data.size());
    std::vector<runtimes::Value> answer;
    answer.push_back({.name = "logits", .content = std::move(out)});
    return answer;
  }

 private:
  std::size_t outputs_;
};

// An encoder of sound: the mean of each window of 80 ms, and its opposite.
class Means final : public runtimes::TensorModel {
 public:
  std::uint64_t size_bytes() const override { return 1; }
  std::string describe() const override { return R"({"inputs":[{"name":"sound","type":"F32","shape":["n","1280"]}]})"; }
  Result<std::vector<runtimes::Value>> run(const std::string&,
                                           const std::vector<runtimes::Value>& inputs) const override {
    const auto& in = std::get<runtimes::Tensor>(inputs.at(0).content);
    const auto windows = static_cast<std::size_t>(in.shape.at(0));
    std::vector<float> samples(windows * 1280);
    std::memcpy(samples.data(), in.data.data(), in.data.size());
    std::vector<float> rows;
    for (std::size_t i = 0; i < windows; ++i) {
      const auto begin = samples.begin() + static_cast<std::ptrdiff_t>(i * 1280);
      rows.push_back(std::accumulate(begin, begin + 1280, 0.0F) / 1280);
      rows.push_back(-rows.back());
    }
    runtimes::Tensor out{.shape = {in.shape.at(0), 2}};
    out.data.resize(rows.size() * sizeof(float));
    std::memcpy(out.data.data(), rows.data(), out.data.size());
    std::vector<runtimes::Value> answer;
    answer.push_back({.name = "rows", .content = std::move(out)});
    return answer;
  }
};

// Of the word "jarvis" on an imported encoder: as loud as it is probable.
wake::WakeModel loudness_model() {
  const wake::HeadShape shape{.frames = 2, .width = 2, .hidden = {2}};
  wake::Head head{.shape = shape, .layers = {}, .last_weight = {4, -4}, .last_bias = 0};
  head.layers.push_back({.weight = {0, 0, 1, 0, 0, 0, 0, 1}, .bias = {0, 0}, .gain = {1, 1}, .shift = {0, 0}});
  return {.word = "jarvis", .base = "google/ear", .base_digest = "sha256:1234", .threshold = 0.5, .heads = {head}};
}

class FakeOnnx final : public runtimes::Runtime {
 public:
  std::string_view name() const override { return "onnx"; }
  Result<std::shared_ptr<const runtimes::LoadedModel>> load(std::vector<runtimes::ModelFile> files) const override {
    if (files.front().name == "base.onnx") return std::make_shared<const Means>();
    return std::make_shared<const LastSample>(outputs);
  }
  std::size_t outputs = 2;
};

std::string pcm(const std::vector<std::int16_t>& samples,
                const std::string& head = R"({"encoding":"pcm16","rate":16000})") {
  std::string request = head + "\n";
  request.append(reinterpret_cast<const char*>(samples.data()), samples.size() * sizeof(std::int16_t));
  return request;
}

std::string wav(const std::vector<std::int16_t>& samples) {
  const auto word = [](std::uint32_t value, std::size_t bytes) {
    std::string text;
    for (std::size_t i = 0; i < bytes; ++i) text += static_cast<char>((value >> (8 * i)) & 0xFFU);
    return text;
  };
  const auto size = static_cast<std::uint32_t>(samples.size() * 2);
  std::string file = "RIFF" + word(36 + size, 4) + "WAVEfmt " + word(16, 4) + word(1, 2) + word(1, 2) +
                     word(16'000, 4) + word(32'000, 4) + word(2, 2) + word(16, 2) + "data" + word(size, 4);
  return file.append(reinterpret_cast<const char*>(samples.data()), size);
}

class WakeWordRuntimeTest : public ::testing::Test {
 protected:
  std::shared_ptr<const runtimes::LoadedModel> own(float says) {
    std::vector<runtimes::ModelFile> files;
    files.push_back(file_of("wake_word.safetensors", wake::to_safetensors(constant_model(says))));
    return runtime->load(std::move(files)).take();
  }
  std::shared_ptr<const runtimes::LoadedModel> imported() {
    std::vector<runtimes::ModelFile> files;
    files.push_back(file_of("model.onnx", "graph"));
    return runtime->load(std::move(files)).take();
  }
  static json::object ask(const runtimes::LoadedModel& model, const std::string& request) {
    const auto answer = model.answer(request);
    EXPECT_TRUE(answer) << (answer ? "" : answer.error().message);
    return answer ? json::parse(*answer).as_object() : json::object{};
  }

  std::shared_ptr<FakeOnnx> onnx = std::make_shared<FakeOnnx>();
  std::shared_ptr<const runtimes::Runtime> runtime = wake_word_runtime(onnx);
};

TEST_F(WakeWordRuntimeTest, ScoresTheTailOfAStream) {
  const auto model = own(2);
  std::vector<std::int16_t> samples(40'000, 0);
  std::fill(samples.end() - 8'000, samples.end(), std::int16_t{16'384});
  const auto answer = ask(*model, pcm(samples, R"({"encoding":"pcm16","rate":16000,"tail_ms":500})"));
  const double stride = answer.at("stride_seconds").as_double();
  EXPECT_EQ(answer.at("scores").as_array().size(), static_cast<std::size_t>(std::ceil(0.5 / stride)));
  EXPECT_NEAR(answer.at("scores").as_array().front().as_double(), 1 / (1 + std::exp(-2.0)), 1e-6);
  EXPECT_NEAR(answer.at("rms").as_double(), 0.5, 1e-3) << "of the tail alone";
  EXPECT_NEAR(answer.at("seconds").as_double(), 2.5, 1e-9);
}

TEST_F(WakeWordRuntimeTest, ScoresEveryMomentOfARecording) {
  const auto model = own(-2);
  const auto answer = ask(*model, R"({"encoding":"file"})"
                                  "\n" +
                                      wav(std::vector<std::int16_t>(16'000, 3'000)));
  const double stride = answer.at("stride_seconds").as_double();
  EXPECT_NEAR(answer.at("seconds").as_double(), 1, 1e-9);
  EXPECT_GE(static_cast<double>(answer.at("scores").as_array().size()), 1 / stride) << "also its first word";
}

TEST_F(WakeWordRuntimeTest, TakesSoundOfAnotherRate) {
  const auto answer = ask(*own(0), pcm(std::vector<std::int16_t>(44'100, 100), R"({"encoding":"pcm16","rate":44100})"));
  EXPECT_NEAR(answer.at("seconds").as_double(), 1, 1e-3);
}

TEST_F(WakeWordRuntimeTest, RefusesWhatItCannotRead) {
  const auto model = own(0);
  for (const std::string request : {"", "{}", "{}\n", "nonsense\nxx", "{\"encoding\":\"pcm16\"}\nodd"}) {
    EXPECT_EQ(model->answer(request).error().code, ErrorCode::kInvalidArgument) << request;
  }
  EXPECT_EQ(model->answer("{\"encoding\":\"file\"}\nnot a recording").error().code, ErrorCode::kInvalidArgument);
}

TEST_F(WakeWordRuntimeTest, RunsOnnxModelsThatTakeSound) {
  std::vector<std::int16_t> samples(16'000, 0);
  samples.back() = 32'767;
  const auto logits = ask(*imported(), pcm(samples)).at("scores").as_array();
  ASSERT_EQ(logits.size(), 1U);
  EXPECT_NEAR(logits.front().as_double(), 1 / (1 + std::exp(-1.0)), 1e-3);
  onnx->outputs = 1;
  EXPECT_NEAR(ask(*imported(), pcm(samples)).at("scores").as_array().front().as_double(), 1, 1e-3);
  onnx->outputs = 3;
  EXPECT_THAT(imported()->answer(pcm(samples)).error().message, HasSubstr("two logits"));
}

TEST_F(WakeWordRuntimeTest, SlidesAnOnnxModelOverALongSound) {
  const auto scores = ask(*imported(), pcm(std::vector<std::int16_t>(48'000, 0))).at("scores").as_array();
  EXPECT_EQ(scores.size(), 11U) << "a second more than one window, in steps of a tenth";
}

TEST_F(WakeWordRuntimeTest, HearsThroughAnImportedEncoder) {
  std::vector<runtimes::ModelFile> files;
  files.push_back(file_of("wake_word.safetensors", wake::to_safetensors(loudness_model())));
  files.push_back(file_of("base.onnx", "graph"));
  const auto model = runtime->load(std::move(files)).take();
  std::vector<std::int16_t> samples(4 * 1280, -8'000);
  std::fill(samples.end() - 1280, samples.end(), std::int16_t{8'000});
  const auto scores = ask(*model, pcm(samples)).at("scores").as_array();
  ASSERT_EQ(scores.size(), 3U) << "one for each pair of its rows";
  EXPECT_LT(scores[0].as_double(), 0.1);
  EXPECT_GT(scores[2].as_double(), 0.9);
}

TEST_F(WakeWordRuntimeTest, AModelWhoseBaseIsAbsentOrAnotherSaysSo) {
  std::vector<runtimes::ModelFile> files;
  files.push_back(file_of("wake_word.safetensors", wake::to_safetensors(loudness_model())));
  EXPECT_THAT(runtime->load(std::move(files)).error().message, HasSubstr("no base \"google/ear\""));

  auto older = constant_model(0);
  older.base = encoders::kBuiltinAudioEncoder;
  older.base_digest = "sha256:1234";
  files.clear();
  files.push_back(file_of("wake_word.safetensors", wake::to_safetensors(older)));
  const auto refused = runtime->load(std::move(files));
  EXPECT_EQ(refused.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_THAT(refused.error().message, HasSubstr("sha256:1234"));
}

TEST_F(WakeWordRuntimeTest, RefusesWeightsOfAnotherKind) {
  std::vector<runtimes::ModelFile> files;
  files.push_back(file_of("wake_word.safetensors", "no weights"));
  EXPECT_EQ(runtime->load(std::move(files)).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace weighhouse::worker
