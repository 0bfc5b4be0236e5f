#include "scales/separation.h"

#include <cmath>
#include <gtest/gtest.h>
#include <numbers>

namespace weighhouse::scales {
namespace {

constexpr std::size_t kSamples = 20'000;
using Sound = std::vector<float>;

// Syllables on three tones, then silence.
Sound speech() {
  Sound sound(kSamples);
  for (std::size_t i = 0; i < sound.size(); ++i) {
    const double t = static_cast<double>(i) / kStoiRateHz;
    const auto tone = [&](double hz) { return std::sin(2 * std::numbers::pi * hz * t); };
    const double swell = t < 1.6 ? std::abs(tone(2.3)) : 0;
    sound[i] = static_cast<float>(swell * (tone(310) + 0.5 * tone(1240) + 0.3 * tone(2700)) * 0.3);
  }
  return sound;
}

// Noise that other languages can make as well: a linear congruential generator.
Sound noise(std::uint32_t seed = 1) {
  Sound sound(kSamples);
  for (float& sample : sound) {
    seed = 1'664'525U * seed + 1'013'904'223U;
    sample = static_cast<float>(seed / 2147483648.0 - 1);
  }
  return sound;
}

Sound mixed(const Sound& a, const Sound& b, float gain) {
  Sound sum = a;
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += gain * b[i];
  return sum;
}

TEST(SiSdr, IsWhatNumPyGives) {
  EXPECT_NEAR(si_sdr(speech(), mixed(speech(), noise(), 0.05F)).take(), 14.521, 1e-2);
  EXPECT_NEAR(si_sdr(speech(), mixed(speech(), noise(), 0.2F)).take(), 2.488, 1e-2);
  EXPECT_NEAR(si_sdr(speech(), mixed(speech(), noise(), 1)).take(), -11.446, 1e-2);
}

TEST(SiSdr, DoesNotCareForVolumeNorOffset) {
  const Sound estimate = mixed(speech(), noise(), 0.1F);
  Sound other = estimate;
  for (float& sample : other) sample = 0.25F * sample + 0.1F;
  EXPECT_NEAR(si_sdr(speech(), other).take(), si_sdr(speech(), estimate).take(), 1e-3);
  EXPECT_EQ(si_sdr(Sound{1, -1, 1, -1}, Sound{2, -2, 2, -2}).take(), 100);
  EXPECT_EQ(si_sdr(Sound{1, -1, 1, -1}, Sound{1, 1, -1, -1}).take(), -100);
}

TEST(SiSdr, RefusesWhatCannotBeCompared) {
  EXPECT_EQ(si_sdr(Sound{}, Sound{}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(si_sdr(Sound{1, 2}, Sound{1}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(si_sdr(Sound{1, 1}, Sound{1, 2}).error().code, ErrorCode::kInvalidArgument) << "nothing but an offset";
  EXPECT_EQ(si_sdr(Sound{1, 2}, Sound{1, std::nanf("")}).error().code, ErrorCode::kInvalidArgument);
}

TEST(SiSdr, TellsWhatWasWonOverTheMixture) {
  const Sound mixture = mixed(speech(), noise(), 0.2F);
  const Sound cleaned = mixed(speech(), noise(), 0.05F);
  EXPECT_NEAR(si_sdr_improvement(speech(), cleaned, mixture).take(), 14.521 - 2.488, 2e-2);
  EXPECT_EQ(si_sdr_improvement(speech(), mixture, mixture).take(), 0);
}

TEST(AssignVoices, FindsWhichVoiceIsWhich) {
  const std::vector<Sound> references{speech(), noise(1), noise(2)};
  const std::vector<Sound> estimates{mixed(noise(2), speech(), 0.1F), mixed(speech(), noise(1), 0.1F),
                                     mixed(noise(1), noise(2), 0.1F)};
  const auto found = assign_voices(references, estimates).take();
  EXPECT_EQ(found.estimate_of, (std::vector<std::size_t>{1, 2, 0}));
  EXPECT_EQ(found.si_sdr.size(), 3U);
  EXPECT_GT(found.mean, 5);
  EXPECT_EQ(assign_voices(references, std::vector<Sound>{speech()}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(assign_voices({}, {}).error().code, ErrorCode::kInvalidArgument);
}

TEST(Stoi, IsWhatTheReferenceImplementationGives) {
  // pystoi 0.4, a plain translation of its authors' program.
  EXPECT_NEAR(stoi(speech(), mixed(speech(), noise(), 0.05F)).take(), 0.38783, 5e-3);
  EXPECT_NEAR(stoi(speech(), mixed(speech(), noise(), 1)).take(), 0.15309, 5e-3);
}

TEST(Stoi, NeedsSomeSpeech) {
  EXPECT_EQ(stoi(Sound(20'000), Sound(20'000)).error().code, ErrorCode::kInvalidArgument) << "silence";
  EXPECT_EQ(stoi(Sound(3'000, 0.1F), Sound(3'000, 0.1F)).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(stoi(Sound(2), Sound(3)).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace weighhouse::scales
