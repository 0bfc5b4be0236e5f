#include "encoders/audio/audio_encoder.h"

#include <array>
#include <bit>
#include <boost/json.hpp>
#include <cmath>
#include <cstring>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <random>

#include "encoders/detail/sound_network.h"
#include "features/audio/log_mel.h"
#include "features/testing/sounds.h"
#include "runtimes/tensor.h"

namespace weighhouse::encoders {
namespace {

using ::testing::HasSubstr;

constexpr std::array<detail::Convolution, 8> kLayers{{{1, 16, 5, 5, 2, 2, 2, true},
                                                      {16, 24, 3, 3, 1, 2, 1, true},
                                                      {24, 40, 3, 3, 2, 2, 1, true},
                                                      {40, 128, 3, 4, 1, 1, 0, true},
                                                      {128, 128, 3, 1, 2, 1, 0, true},
                                                      {128, 128, 3, 1, 1, 1, 0, true},
                                                      {128, 128, 3, 1, 1, 1, 0, true},
                                                      {128, 96, 3, 1, 1, 1, 0, false}}};

// A network of these layers with weights made by rule: number i of layer n is a sine of 0.7 i + n, of the size that
// keeps what passes through about as large as it was.
std::string ruled_weights() {
  boost::json::object metadata;
  boost::json::object header;
  std::string data;
  const auto add = [&](const std::string& name, const std::vector<std::size_t>& shape, const auto& value_at) {
    std::size_t count = 1;
    for (const auto side : shape) count *= side;
    const std::size_t begin = data.size();
    for (std::size_t i = 0; i < count; ++i) {
      const auto value = static_cast<float>(value_at(static_cast<double>(i)));
      data.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    header[name] = boost::json::object{{"dtype", "F32"},
                                       {"shape", boost::json::value_from(shape)},
                                       {"data_offsets", boost::json::value_from(std::pair{begin, data.size()})}};
  };
  double number = 0;
  for (const auto& layer : kLayers) {
    const std::string name = "conv." + std::to_string(static_cast<int>(number));
    const double scale = std::sqrt(3.0 / static_cast<double>(layer.in * layer.time * layer.bands));
    add(name + ".weight", {layer.out, layer.in, layer.time, layer.bands},
        [&](double i) { return std::sin(i * 0.7 + number) * scale; });
    metadata[name] = std::to_string(layer.time_step) + " " + std::to_string(layer.band_step) + " " +
                     std::to_string(layer.band_padding) + (layer.is_rectified ? " 1" : " 0");
    add(name + ".bias", {layer.out}, [&](double i) { return std::cos(i + number) * 0.1; });
    ++number;
  }
  header["__metadata__"] = metadata;
  const std::string text = boost::json::serialize(header);
  const std::uint64_t size = text.size();
  return std::string{reinterpret_cast<const char*>(&size), sizeof size} + text + data;
}

// The figures come from a convolution written out in NumPy, in double precision.
TEST(SoundNetwork, GivesTheNumbersOfTheDefinition) {
  const auto weights = ruled_weights();
  const auto network = detail::SoundNetwork::load(MemoryAccess{weights});
  ASSERT_TRUE(network) << network.error().message;
  std::vector<float> frames;
  for (int t = 0; t < 100; ++t)
    for (int band = 0; band < 32; ++band) frames.push_back(static_cast<float>(8 + std::sin(0.37 * t + 0.9 * band) * 3));
  const auto rows = network->run(frames);
  ASSERT_EQ(rows.size(), 3U * 96);
  EXPECT_NEAR(rows[0], 0.10222, 2e-5);
  EXPECT_NEAR(rows[1], -0.00975, 2e-5);
  EXPECT_NEAR(rows[50], 0.11597, 2e-5);
  EXPECT_NEAR(rows[2 * 96 + 0], 0.10218, 2e-5);
  EXPECT_NEAR(rows[2 * 96 + 95], 0.02159, 2e-5);
  EXPECT_EQ(network->window(), 77U);
  EXPECT_EQ(network->step(), 8U);
  EXPECT_TRUE(network->run(std::span{frames}.first(76 * 32)).empty());
}

TEST(SoundNetwork, RefusesWeightsOfAnotherNetwork) {
  const auto said = [](std::string_view from, std::string_view to) {
    auto weights = ruled_weights();
    weights.replace(weights.find(from), from.size(), to);
    const auto network = detail::SoundNetwork::load(MemoryAccess{weights});
    if (network) return std::string{};
    EXPECT_EQ(network.error().code, ErrorCode::kInvalidArgument);
    return network.error().message;
  };
  EXPECT_THAT(said("\"conv.7.bias", "\"konv.7.bias"), HasSubstr("conv.7.bias"));
  EXPECT_THAT(said("[128,40,3,4]", "[40,128,3,4]"), HasSubstr("conv.3 does not follow"));
  EXPECT_THAT(said("\"2 2 2 1\"", "\"0 2 2 1\""), HasSubstr("how conv.0 steps"));
}

TEST(BuiltinAudioEncoder, GivesARowEvery80MillisecondsOfItsWindowAlone) {
  const auto encoder = builtin_audio_encoder();
  const auto& shape = encoder->shape();
  EXPECT_EQ(shape.dimensions, 96U);
  EXPECT_EQ(shape.hop_samples, 1280U);
  EXPECT_EQ(shape.window_samples, features::samples_of_mel_frames(77));
  auto sound = features::testing::tone(700, 0.3, 16'000, 2);
  for (std::size_t i = 0; i < sound.size(); i += 3) sound[i] *= 0.5F;
  const auto rows = encoder->encode(sound);
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), shape.rows_in(sound.size()) * shape.dimensions);
  const auto window = encoder->encode(std::span{sound}.subspan(5 * shape.hop_samples, shape.window_samples));
  ASSERT_TRUE(window);
  ASSERT_EQ(window->size(), shape.dimensions);
  for (std::size_t i = 0; i < shape.dimensions; ++i)
    EXPECT_NEAR((*window)[i], (*rows)[5 * shape.dimensions + i], 1e-4) << i;
  EXPECT_TRUE(encoder->encode(std::span{sound}.first(shape.window_samples - 1))->empty());
}

TEST(AudioStream, GivesTheRowsOfTheWholeInWhateverPiecesItComes) {
  const auto encoder = builtin_audio_encoder();
  const auto sound = features::testing::tone(500, 0.3, 16'000, 1.5);
  const auto whole = encoder->encode(sound);
  ASSERT_TRUE(whole);
  for (const std::size_t piece : {1'280U, 5'000U}) {
    AudioStream stream{*encoder};
    std::vector<float> rows;
    for (std::size_t start = 0; start < sound.size(); start += piece) {
      const auto made = stream.push(std::span{sound}.subspan(start, std::min(piece, sound.size() - start)));
      ASSERT_TRUE(made);
      rows.insert(rows.end(), made->begin(), made->end());
    }
    ASSERT_EQ(rows.size(), whole->size()) << piece;
    EXPECT_EQ(stream.rows(), rows.size() / 96);
    for (std::size_t i = 0; i < rows.size(); ++i) ASSERT_NEAR(rows[i], (*whole)[i], 1e-4) << piece;
  }
}

// A model in the place of ONNX Runtime: for each window the sum of its first and its last number, and their difference.
class FakeModel final : public runtimes::TensorModel {
 public:
  static inline std::size_t most_windows = 0;  // that were asked for at once

  explicit FakeModel(std::string description) : description_(std::move(description)) { most_windows = 0; }
  std::uint64_t size_bytes() const override { return 1; }
  std::string describe() const override { return description_; }
  Result<std::vector<runtimes::Value>> run(const std::string&,
                                           const std::vector<runtimes::Value>& inputs) const override {
    const auto& tensor = std::get<runtimes::Tensor>(inputs.at(0).content);
    std::vector<float> numbers(tensor.data.size() / sizeof(float));
    std::memcpy(numbers.data(), tensor.data.data(), tensor.data.size());
    const auto windows = static_cast<std::size_t>(tensor.shape[0]);
    most_windows = std::max(most_windows, windows);
    const std::size_t each = numbers.size() / windows;
    std::vector<float> rows;
    for (std::size_t i = 0; i < windows; ++i) {
      rows.push_back(numbers[i * each] + numbers[i * each + each - 1]);
      rows.push_back(numbers[i * each] - numbers[i * each + each - 1]);
    }
    runtimes::Tensor made{.shape = {tensor.shape[0], 1, 1, 2}};
    made.data.resize(rows.size() * sizeof(float));
    std::memcpy(made.data.data(), rows.data(), made.data.size());
    return std::vector<runtimes::Value>{{"rows", std::move(made)}};
  }

 private:
  std::string description_;
};

class FakeRuntime final : public runtimes::Runtime {
 public:
  explicit FakeRuntime(std::string inputs) : inputs_(std::move(inputs)) {}
  std::string_view name() const override { return "fake"; }
  Result<std::shared_ptr<const runtimes::LoadedModel>> load(std::vector<runtimes::ModelFile>) const override {
    return std::make_shared<FakeModel>("{\"inputs\":" + inputs_ + ",\"outputs\":[]}");
  }

 private:
  std::string inputs_;
};

TEST(OnnxAudioEncoder, TakesWindowsOfLogMelFrames) {
  const FakeRuntime runtime{R"([{"name":"x","type":"F32","shape":["n","76","32","1"]}])"};
  const auto encoder = open_audio_encoder("speech", {}, runtime);
  ASSERT_TRUE(encoder) << encoder.error().message;
  const auto& shape = (*encoder)->shape();
  EXPECT_EQ(shape.dimensions, 2U);
  EXPECT_EQ(shape.window_samples, features::samples_of_mel_frames(76));
  EXPECT_EQ(shape.hop_samples, 1'280U);
  const auto sound = features::testing::tone(700, 0.3, 16'000, 1);
  const auto rows = (*encoder)->encode(sound);
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 2 * shape.rows_in(sound.size()));
  auto frames = features::log_mel(std::span{sound}.subspan(shape.hop_samples, shape.window_samples));
  features::raise_floor(frames);
  EXPECT_NEAR((*rows)[2], frames.front() + frames.back(), 1e-4);
}

TEST(OnnxAudioEncoder, HearsDigitalSilenceAsTheQuietestSoundOf16Bits) {
  const FakeRuntime runtime{R"([{"name":"x","type":"F32","shape":["n","76","32","1"]}])"};
  const auto encoder = open_audio_encoder("speech", {}, runtime);
  ASSERT_TRUE(encoder) << encoder.error().message;
  std::vector<float> sound(16'000);
  const auto silent = (*encoder)->encode(sound).take();
  // Half a step of 16 bits to either side, as rounding leaves it.
  std::minstd_rand random{3};
  for (float& sample : sound) sample = (static_cast<float>(random() % 1'000) / 1'000 - 0.5F) / 32'768;
  const auto rounded = (*encoder)->encode(sound).take();
  EXPECT_NEAR(silent[0], rounded[0], 1.5);
  EXPECT_GT(silent[0], 2);
}

TEST(OnnxAudioEncoder, TakesWindowsOfSamples) {
  const FakeRuntime runtime{R"([{"name":"x","type":"F32","shape":["1","8000"]}])"};
  const auto encoder = open_audio_encoder("speech", {}, runtime, 400);
  ASSERT_TRUE(encoder) << encoder.error().message;
  const auto sound = features::testing::tone(333, 0.3, 16'000, 1);
  const auto rows = (*encoder)->encode(sound);
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 2U * 21);
  EXPECT_FLOAT_EQ((*rows)[2 * 3], sound[1'200] + sound[9'199]);
}

TEST(OnnxAudioEncoder, AsksForAsManyWindowsAsTheGraphIsMadeFor) {
  const auto sound = features::testing::tone(333, 0.3, 16'000, 1);
  std::vector<float> expected;
  for (const auto& [batch, most] : std::map<std::string, std::size_t>{{"n", 21}, {"1", 1}, {"4", 4}}) {
    const FakeRuntime runtime{R"([{"name":"x","type":"F32","shape":[")" + batch + R"(","8000"]}])"};
    const auto encoder = open_audio_encoder("speech", {}, runtime, 400);
    ASSERT_TRUE(encoder) << encoder.error().message;
    const auto rows = (*encoder)->encode(sound);
    ASSERT_TRUE(rows) << rows.error().message;
    EXPECT_EQ(rows->size(), 2U * 21);
    EXPECT_EQ(FakeModel::most_windows, most) << batch;
    if (expected.empty()) expected = *rows;
    EXPECT_EQ(*rows, expected) << batch;
  }
}

TEST(OnnxAudioEncoder, NamesTheInputThatDoesNotFit) {
  for (const char* inputs : {R"([{"name":"pixels","type":"F32","shape":["1","3","224","224"]}])",
                             R"([{"name":"pixels","type":"I64","shape":["1","8000"]}])",
                             R"([{"name":"pixels","type":"F32","shape":["1","n"]}])",
                             R"([{"name":"pixels","type":"F32","shape":["1","999999999"]}])",
                             R"([{"name":"pixels","type":"F32","shape":["5000","8000"]}])"}) {
    const auto encoder = open_audio_encoder("speech", {}, FakeRuntime{inputs});
    ASSERT_FALSE(encoder) << inputs;
    EXPECT_EQ(encoder.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(encoder.error().message, HasSubstr("\"pixels\""));
  }
  EXPECT_THAT(open_audio_encoder("speech", {}, FakeRuntime{"[]"}).error().message, HasSubstr("0 inputs"));
}

}  // namespace
}  // namespace weighhouse::encoders
