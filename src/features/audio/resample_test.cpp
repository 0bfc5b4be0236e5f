#include "features/audio/resample.h"

#include <cmath>
#include <gtest/gtest.h>
#include <numbers>

#include "features/testing/sounds.h"

namespace weighhouse::features {
namespace {

// The largest difference from the same tone at the new rate, without the ends, where the filter meets silence.
double error_of_tone(double hz, int from, int to) {
  const auto made = resample(testing::tone(hz, 0.8, from, 0.2), from, to);
  const auto wanted = testing::tone(hz, 0.8, to, 0.2);
  double worst = 0;
  for (std::size_t i = made.size() / 8; i < made.size() * 7 / 8; ++i)
    worst = std::max(worst, static_cast<double>(std::abs(made[i] - wanted[i])));
  return worst;
}

double rms_in_the_middle(const std::vector<float>& samples) {
  double sum = 0;
  const std::size_t eighth = samples.size() / 8;
  for (std::size_t i = eighth; i < samples.size() - eighth; ++i) sum += static_cast<double>(samples[i]) * samples[i];
  return std::sqrt(sum / static_cast<double>(samples.size() - 2 * eighth));
}

TEST(Resampler, KeepsTonesAsTheyAre) {
  for (const int from : {8'000, 22'050, 44'100})
    for (const double hz : {100.0, 3'000.0}) EXPECT_LT(error_of_tone(hz, from, 16'000), 1e-3) << from << ' ' << hz;
  EXPECT_LT(error_of_tone(6'500, 44'100, 16'000), 1e-3);
  EXPECT_LT(error_of_tone(440, 16'000, 14'567), 1e-3);
}

TEST(Resampler, LetsNothingFoldBack) {
  // 10 kHz would appear as a tone of 6 kHz.
  const auto made = resample(testing::tone(10'000, 1, 48'000, 0.2), 48'000, 16'000);
  EXPECT_LT(rms_in_the_middle(made), 1e-4);
}

TEST(Resampler, GivesAsManySamplesAsTheTimeTakes) {
  EXPECT_EQ(resample(std::vector<float>(22'050), 22'050, 16'000).size(), 16'000U);
  EXPECT_EQ(resample(std::vector<float>(44'101), 44'100, 16'000).size(), 16'001U);
  EXPECT_EQ(resample(std::vector<float>(1), 8'000, 16'000).size(), 2U);
  EXPECT_TRUE(resample({}, 8'000, 16'000).empty());
}

TEST(Resampler, IsTheSameInWhateverPiecesTheSamplesCome) {
  const auto samples = testing::tone(700, 0.5, 44'100, 0.2);
  const auto whole = resample(samples, 44'100, 16'000);
  for (const std::size_t piece : {1U, 100U, 8'192U}) {
    Resampler resampler{44'100, 16'000};
    std::vector<float> out;
    for (std::size_t start = 0; start < samples.size(); start += piece)
      resampler.push(std::span{samples}.subspan(start, std::min(piece, samples.size() - start)), out);
    resampler.finish(out);
    EXPECT_EQ(out, whole) << piece;
  }
}

TEST(Resampler, HandsOnSamplesOfTheSameRate) {
  const auto samples = testing::tone(700, 0.5, 16'000, 0.1);
  EXPECT_EQ(resample(samples, 16'000, 16'000), samples);
}

}  // namespace
}  // namespace weighhouse::features
