#include "learners/wake_word/fit.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

#include "learners/wake_word/log_mel_base.h"
#include "learners/wake_word/testing/tones.h"

namespace weighhouse::learners::wake {
namespace {

WakeFitOptions quick() {
  WakeFitOptions options;
  options.epochs = 15;
  options.rate = 5e-3;
  options.hidden = {16, 16};
  options.batch = 128;
  options.words = 160;
  options.per_recording = 20;
  options.noise_minutes = 0.3;
  options.frames = 10;
  return options;
}

// For what does not depend on how well it learns.
WakeFitOptions tiny() {
  auto options = quick();
  options.words = 30;
  options.per_recording = 3;
  options.hidden = {8};
  return options;
}

Result<WakeFit> fit_tones(const WakeFitOptions& options, const WakeObserver& observer = {}) {
  WakeLearner learner{*log_mel_base(), options};
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_TRUE(learner.add_word(Source::kRecording, {"recording " + std::to_string(i), testing::word(i * 7)}));
  for (std::size_t i = 0; i < 20; ++i)
    EXPECT_TRUE(learner.add_word(Source::kSpoken, {"voice " + std::to_string(i % 10), testing::word(i)}));
  for (std::size_t i = 0; i < 20; ++i)
    EXPECT_TRUE(learner.add_other(Source::kSimilar, {"voice " + std::to_string(i % 10), testing::other(i)}));
  for (std::uint64_t i = 0; i < 4; ++i)
    EXPECT_TRUE(learner.add_other(Source::kReal, {"file " + std::to_string(i), testing::babble(15, i)}));
  return learner.train(observer);
}

TEST(WakeFit, LearnsAWordOfTonesAndHearsItInAStream) {
  std::vector<Epoch> epochs;
  std::set<std::string> stages;
  const auto fit = fit_tones(quick(), [&](const WakeProgress& progress) {
                     stages.emplace(progress.stage);
                     if (progress.epoch != nullptr) epochs.push_back(*progress.epoch);
                     return true;
                   }).take();
  EXPECT_EQ(stages, (std::set<std::string>{"augmenting", "calibrating", "training"}));
  EXPECT_EQ(epochs.size(), fit.history.size());
  EXPECT_EQ(fit.heads.size(), 3U);
  EXPECT_LT(fit.history.back().val_loss, fit.history.front().val_loss);
  EXPECT_GT(fit.measured.at_threshold.f1, 0.9);
  EXPECT_GE(fit.measured.threshold, 0.6);
  EXPECT_TRUE(fit.measured.frr_recordings.has_value());
  EXPECT_EQ(fit.counts.recordings, 3U);
  // A minute is too few to count false alarms in.
  EXPECT_EQ(fit.measured.basis, ThresholdBasis::kClips);
  EXPECT_TRUE(fit.measured.rate_threshold->is_estimated);
  EXPECT_NEAR(fit.measured.hours_by_source.at("real"), 1.0 / 60, 0.003);

  Samples stream = testing::babble(10, 99);
  const Samples said = testing::word(11);
  std::copy(said.begin(), said.end(), stream.begin() + 80'000);
  const auto odds = log_odds(fit.heads, log_mel_base()->encode(stream).take());
  const auto loudest = static_cast<std::size_t>(std::max_element(odds.begin(), odds.end()) - odds.begin());
  const auto& shape = log_mel_base()->shape();
  const double heard_at = static_cast<double>(loudest * shape.hop_samples + shape.samples_of(10)) / 16'000.0;
  EXPECT_NEAR(heard_at, 5.0 + 0.7 + 0.15, 0.35);
}

TEST(WakeFit, TheSameSeedGivesTheSameWeightsWithAnyNumberOfThreads) {
  auto options = tiny();
  options.epochs = 1;
  options.threads = 1;
  const auto alone = fit_tones(options).take();
  options.threads = 3;
  const auto together = fit_tones(options).take();
  ASSERT_EQ(alone.heads.size(), together.heads.size());
  for (std::size_t i = 0; i < alone.heads.size(); ++i) {
    EXPECT_EQ(alone.heads[i].layers.front().weight, together.heads[i].layers.front().weight);
    EXPECT_EQ(alone.heads[i].last_bias, together.heads[i].last_bias);
  }
  options.seed = 7;
  EXPECT_NE(fit_tones(options)->heads.front().last_weight, alone.heads.front().last_weight);
}

TEST(WakeFit, StopsWhereNothingGetsBetterAndKeepsTheBest) {
  auto options = tiny();
  options.epochs = 40;
  options.patience = 2;
  options.rate = 0.05;
  const auto fit = fit_tones(options).take();
  EXPECT_TRUE(fit.stopped_early);
  EXPECT_LT(fit.history.size(), 40U);
}

TEST(WakeFit, LearnsFromSingleWordsThatAreShorterThanAWindow) {
  WakeLearner learner{*log_mel_base(), tiny()};
  for (std::size_t i = 0; i < 6; ++i) {
    const auto voice = "voice " + std::to_string(i);
    ASSERT_TRUE(learner.add_word(Source::kSpoken, {voice, testing::word(i)}));
    ASSERT_TRUE(learner.add_other(Source::kSpeech, {voice, testing::other(i)}));
  }
  const auto fit = learner.train({}).take();
  EXPECT_GT(fit.measured.hours_by_source.at("speech") * 3600, 6 * 0.5);
}

TEST(WakeFit, StopsWhenItIsToldTo) {
  const auto fit = fit_tones(tiny(), [](const WakeProgress& progress) { return progress.epoch == nullptr; });
  ASSERT_FALSE(fit.has_value());
  EXPECT_EQ(fit.error().code, ErrorCode::kCancelled);
}

TEST(WakeFit, NeedsTheWordItself) {
  WakeLearner learner{*log_mel_base(), quick()};
  EXPECT_EQ(learner.train({}).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace weighhouse::learners::wake
