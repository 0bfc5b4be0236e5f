#include "features/audio/log_mel.h"

#include <cmath>
#include <gtest/gtest.h>
#include <numbers>

#include "features/audio/fourier.h"
#include "features/testing/sounds.h"

namespace weighhouse::features {
namespace {

// A second of a tone, a rising tone and a little noise.
std::vector<float> reference_sound() {
  std::vector<float> samples(16'000);
  std::uint32_t state = 12'345;
  for (std::size_t n = 0; n < samples.size(); ++n) {
    state = state * 1'664'525U + 1'013'904'223U;
    const double time = static_cast<double>(n) / 16'000;
    const double tone = 0.3 * std::sin(2 * std::numbers::pi * 440 * time);
    const double rising = 0.2 * std::sin(2 * std::numbers::pi * (500 * time + 600 * time * time));
    samples[n] = static_cast<float>(tone + rising + 0.01 * (state / 2147483648.0 - 1));
  }
  return samples;
}

TEST(Fourier, HasThePowerOfTheDefinition) {
  Fourier fourier{16};
  std::vector<float> frame(16);
  for (std::size_t i = 0; i < 16; ++i) frame[i] = static_cast<float>((i * 7 + 3) % 11) - 5;
  std::vector<float> power(9);
  fourier.power(frame, power);
  for (std::size_t k = 0; k <= 8; ++k) {
    std::complex<double> sum;
    for (std::size_t i = 0; i < 16; ++i)
      sum += std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(k * i) / 16) * static_cast<double>(frame[i]);
    EXPECT_NEAR(power[k], std::norm(sum), 1e-3) << k;
  }
}

// The figures were computed with NumPy, in double precision, from the front end's definition; its published ONNX graph
// gives the same to within 2e-5.
TEST(LogMel, HasTheNumbersOfTheReference) {
  const auto frames = log_mel(reference_sound());
  ASSERT_EQ(frames.size(), 97 * kMelBands);
  struct Figure {
    std::size_t frame, band;
    double value;
  };
  for (const auto& figure :
       {Figure{0, 0, 7.662577}, Figure{0, 5, 12.373732}, Figure{10, 3, 9.832082}, Figure{50, 12, 7.684100},
        Figure{50, 20, 7.789964}, Figure{96, 31, 7.230009}, Figure{33, 17, 6.998598}, Figure{75, 9, 7.098396}})
    EXPECT_NEAR(frames[figure.frame * kMelBands + figure.band], figure.value, 1e-4) << figure.frame;
  double sum = 0;
  for (const float number : frames) sum += number;
  EXPECT_NEAR(sum / static_cast<double>(frames.size()), 8.123264, 1e-4);
}

TEST(LogMel, IsTheSameInWhateverPiecesTheSoundComes) {
  auto samples = reference_sound();
  samples.resize(4'000);
  const auto whole = log_mel(samples);
  for (const std::size_t piece : {1U, 159U, 160U, 513U, 4096U}) {
    LogMel mel;
    std::vector<float> frames;
    for (std::size_t start = 0; start < samples.size(); start += piece)
      mel.push(std::span{samples}.subspan(start, std::min(piece, samples.size() - start)), frames);
    EXPECT_EQ(frames, whole) << piece;
  }
}

TEST(LogMel, NeedsAWholeFrame) {
  EXPECT_TRUE(log_mel(std::vector<float>(511)).empty());
  EXPECT_EQ(log_mel(std::vector<float>(512)).size(), kMelBands);
  EXPECT_EQ(mel_frames_in(samples_of_mel_frames(76)), 76U);
  EXPECT_EQ(mel_frames_in(samples_of_mel_frames(76) - 1), 75U);
}

TEST(LogMel, RaisesDigitalSilenceToWhatSixteenBitsLeave) {
  auto samples = testing::tone(1000, 0.5, 16'000, 0.5);
  samples.resize(16'000);
  auto frames = log_mel(samples);
  EXPECT_NEAR(frames.back(), -8, 1e-5);
  const float loudest = *std::max_element(frames.begin(), frames.end());
  raise_floor(frames);
  EXPECT_FLOAT_EQ(frames.back(), kQuietestMel);
  EXPECT_FLOAT_EQ(*std::max_element(frames.begin(), frames.end()), loudest);
}

}  // namespace
}  // namespace weighhouse::features
