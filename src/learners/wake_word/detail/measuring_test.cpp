#include "learners/wake_word/detail/measuring.h"

#include <cmath>
#include <gtest/gtest.h>

#include "scales/random.h"

namespace weighhouse::learners::wake::detail {
namespace {

constexpr scales::Listening kListening{.seconds_a_step = 0.08};

// So much speech without the word, of odds around -3 with one moment at `loudest`, beside twenty words at 4.
std::vector<Heard> heard_for(double hours, float loudest) {
  std::vector<Heard> heard;
  for (int i = 0; i < 20; ++i) heard.push_back({Source::kSpoken, {4.0F}});
  scales::Random random{7};
  std::vector<float> odds(static_cast<std::size_t>(hours * 3600 / kListening.seconds_a_step));
  for (float& one : odds) one = -3.0F - static_cast<float>(random.below(1000)) / 1000.0F;
  odds[odds.size() / 2] = loudest;
  heard.push_back({Source::kSpeech, std::move(odds)});
  return heard;
}

Measured judged(double hours, float loudest) {
  return judge(heard_for(hours, loudest), kListening, 0.5, scales::ClipRule{}).take();
}

double probability(double odds) { return 1 / (1 + std::exp(-odds)); }

TEST(Measuring, CarriesTheRuleForClipsWhereThereIsNextToNoSound) {
  const auto measured = judged(0.1, 1);
  EXPECT_EQ(measured.basis, ThresholdBasis::kClips);
  EXPECT_EQ(measured.threshold, measured.clip_threshold);
}

TEST(Measuring, CarriesTheLowestWithoutAlarmWhereTheRateCannotBeCounted) {
  const auto measured = judged(0.3, 1);
  EXPECT_EQ(measured.basis, ThresholdBasis::kNoAlarm);
  EXPECT_NEAR(measured.threshold, probability(1), 1e-3);
  EXPECT_GT(measured.threshold, probability(1)) << "the loudest moment is no alarm";
  EXPECT_EQ(measured.alarms_per_hour, 0);
  EXPECT_TRUE(measured.rate_threshold->is_estimated);
}

TEST(Measuring, NeverCarriesLessThanTheRuleAllows) { EXPECT_EQ(judged(0.3, -3).threshold, scales::ClipRule{}.least); }

TEST(Measuring, CarriesTheRateWhereItIsCounted) {
  const auto measured = judged(7, 3);
  EXPECT_EQ(measured.basis, ThresholdBasis::kAlarmRate);
  EXPECT_FALSE(measured.rate_threshold->is_estimated);
  EXPECT_LE(measured.alarms_per_hour, 0.5);
}

}  // namespace
}  // namespace weighhouse::learners::wake::detail
