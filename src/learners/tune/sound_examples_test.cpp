#include "learners/tune/sound_examples.h"

#include <cmath>
#include <gmock/gmock.h>
#include <set>

#include "features/testing/sounds.h"
#include "learners/tune/voice_activity.h"

namespace weighhouse::learners::tune {
namespace {

using features::testing::tone;
using runtimes::TuneExample;
using runtimes::TuneTask;
using ::testing::Each;
using ::testing::HasSubstr;

constexpr int kRate = 8000;

// Each a tone of its own; the label tells it.
std::vector<KnownSound> tones(std::size_t count) {
  std::vector<KnownSound> sounds;
  for (std::size_t i = 0; i < count; ++i) {
    KnownSound sound{.samples = tone(200 + 50 * static_cast<double>(i), 0.3, kRate, 1.0)};
    sound.label = static_cast<std::int64_t>(i);
    sounds.push_back(std::move(sound));
  }
  return sounds;
}

double energy(std::span<const float> samples) {
  double sum = 0;
  for (const float sample : samples) sum += static_cast<double>(sample) * sample;
  return sum;
}

TEST(SoundExamples, KeepsEveryFileOnOneSideAndShowsEachOncePerEpoch) {
  const auto examples =
      SoundExamples::make(tones(10), {}, {.task = TuneTask::kClassification, .samples = 1000}).value();
  ASSERT_EQ(examples.training_count(), 8U);
  ASSERT_EQ(examples.validation_count(), 2U);
  std::set<std::int64_t> held;
  for (std::size_t i = 0; i < 2; ++i) held.insert(examples.validation(i).label);
  for (int epoch = 1; epoch <= 3; ++epoch) {
    std::set<std::int64_t> seen;
    for (std::size_t i = 0; i < 8; ++i) seen.insert(examples.training(i, epoch).label);
    EXPECT_EQ(seen.size(), 8U);
    for (const auto label : held) EXPECT_FALSE(seen.contains(label));
  }
}

TEST(SoundExamples, AreTheSameForTheSameSeedAndOthersInTheNextEpoch) {
  const ExamplePlan plan{.task = TuneTask::kSeparation, .samples = 1000, .voices = 2, .seed = 7};
  const auto once = SoundExamples::make(tones(20), {}, plan).value();
  const auto again = SoundExamples::make(tones(20), {}, plan).value();
  EXPECT_EQ(once.training(3, 2).sound, again.training(3, 2).sound);
  EXPECT_EQ(once.validation(1).target, again.validation(1).target);
  EXPECT_NE(once.training(3, 2).sound, once.training(3, 3).sound);
}

TEST(SoundExamples, MixesFilesWithEachOtherSoThatTheVoicesAddUpToTheSound) {
  const auto examples =
      SoundExamples::make(tones(10), {}, {.task = TuneTask::kSeparation, .samples = 1000, .voices = 2}).value();
  const TuneExample one = examples.training(0, 1);
  ASSERT_EQ(one.target.size(), 2000U);
  double most = 0;
  for (std::size_t i = 0; i < 1000; ++i)
    most = std::max(most, std::abs(static_cast<double>(one.sound[i] - one.target[i] - one.target[1000 + i])));
  EXPECT_LT(most, 1e-5);
  const double snr =
      10 * std::log10(energy(std::span{one.target}.first(1000)) / energy(std::span{one.target}.last(1000)));
  EXPECT_GT(snr, -5.1);
  EXPECT_LT(snr, 10.1);
}

TEST(SoundExamples, AModelOfOneVoiceIsToGiveTheSoundWithoutTheNoise) {
  const std::vector<std::vector<float>> noise{tone(1000, 0.2, kRate, 2.0)};
  const auto examples =
      SoundExamples::make(tones(4), noise, {.task = TuneTask::kSeparation, .samples = 8000, .voices = 1}).value();
  const TuneExample one = examples.validation(0);
  ASSERT_EQ(one.target.size(), 8000U);
  EXPECT_NEAR(energy(one.target), 8000 * 0.3 * 0.3 / 2, 40);
  EXPECT_NE(one.sound, one.target);
}

TEST(SoundExamples, CutsReferencesWhereItCutsTheSound) {
  auto sounds = tones(2);
  for (auto& sound : sounds) {
    sound.samples.resize(2000);
    for (std::size_t i = 0; i < 2000; ++i) sound.samples[i] = static_cast<float>(i);
    sound.voices = {sound.samples};
  }
  const auto examples =
      SoundExamples::make(sounds, {}, {.task = TuneTask::kSeparation, .samples = 500, .voices = 1}).value();
  for (int epoch = 1; epoch < 5; ++epoch) {
    const auto one = examples.training(0, epoch);
    EXPECT_EQ(one.sound, one.target);
  }
}

TEST(SoundExamples, PadsWhatIsShorterWithSilence) {
  const auto examples = SoundExamples::make(tones(2), {}, {.task = TuneTask::kRegression, .samples = 10'000}).value();
  const auto one = examples.training(0, 1);
  ASSERT_EQ(one.sound.size(), 10'000U);
  EXPECT_THAT(std::vector<float>(one.sound.begin() + kRate, one.sound.end()), Each(0.0F));
}

TEST(SoundExamples, SaysHowManyFilesItWouldTake) {
  const auto alone = SoundExamples::make(tones(1), {}, {.samples = 100});
  ASSERT_FALSE(alone);
  EXPECT_THAT(alone.error().message, HasSubstr("two files"));
  const auto few = SoundExamples::make(tones(5), {}, {.samples = 100, .voices = 2});
  ASSERT_FALSE(few);
  EXPECT_THAT(few.error().message, HasSubstr("Give 10 or more"));
}

TEST(VoicedShare, TellsSpeechFromHumAndSilence) {
  EXPECT_EQ(voiced_share(std::vector<float>(kRate, 0.0F), kRate), 0);
  EXPECT_EQ(voiced_share(tone(300, 0.3, kRate, 1), kRate), 0);
  // Syllables: sound and quiet in turns.
  auto syllables = tone(300, 0.3, kRate, 2);
  for (std::size_t i = 0; i < syllables.size(); ++i)
    if (i / 1600 % 2 == 1) syllables[i] *= 0.01F;
  EXPECT_NEAR(voiced_share(syllables, kRate), 0.5, 0.05);
}

}  // namespace
}  // namespace weighhouse::learners::tune
