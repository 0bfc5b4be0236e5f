#include "scales/detection.h"

#include <cmath>
#include <gtest/gtest.h>

namespace weighhouse::scales {
namespace {

const std::vector<double> kWith{0.9, 0.8, 0.7, 0.4};
const std::vector<double> kWithout{0.1, 0.2, 0.3, 0.75, 0.05};

TEST(Detection, CountsMissesAndAlarmsAtEachThreshold) {
  const std::vector<double> thresholds{0.5};
  const auto table = detection_rates(kWith, kWithout, thresholds).take();
  ASSERT_EQ(table.size(), 1U);
  EXPECT_DOUBLE_EQ(table[0].far, 0.2);
  EXPECT_DOUBLE_EQ(table[0].frr, 0.25);
  EXPECT_DOUBLE_EQ(table[0].accuracy, 7.0 / 9.0);
  EXPECT_DOUBLE_EQ(table[0].precision, 0.75);
  EXPECT_DOUBLE_EQ(table[0].recall, 0.75);
  EXPECT_DOUBLE_EQ(table[0].f1, 0.75);
}

TEST(Detection, AScoreAtTheThresholdIsADetection) {
  const std::vector<double> thresholds{0.9};
  const auto table = detection_rates(kWith, kWithout, thresholds).take();
  EXPECT_DOUBLE_EQ(table[0].recall, 0.25);
}

TEST(Detection, RefusesRatesWithoutClipsOfBothKinds) {
  const std::vector<double> thresholds{0.5};
  EXPECT_EQ(detection_rates({}, kWithout, thresholds).error().code, ErrorCode::kInvalidArgument);
  const std::vector<double> broken{std::nan("")};
  EXPECT_EQ(detection_rates(broken, kWithout, thresholds).error().code, ErrorCode::kInvalidArgument);
}

TEST(Detection, ChoosesTheCheapestThresholdWithFewAlarmsAndNoneBelowTheLeast) {
  const auto thresholds = even_thresholds(0.01, 0.99, 100);
  EXPECT_DOUBLE_EQ(thresholds.front(), 0.01);
  EXPECT_DOUBLE_EQ(thresholds.back(), 0.99);
  const auto table = detection_rates(kWith, kWithout, thresholds).take();
  // Only above 0.75 is no clip of the five an alarm; just there half of the words are heard.
  const double chosen = choose_threshold(table);
  EXPECT_GT(chosen, 0.75);
  EXPECT_LE(chosen, 0.8);
  const std::vector<double> easy{0.9, 0.95};
  const std::vector<double> quiet{0.01, 0.02};
  EXPECT_DOUBLE_EQ(choose_threshold(detection_rates(easy, quiet, thresholds).take()), 0.6);
}

TEST(Detection, TakesTheFewestAlarmsWhereNoThresholdKeepsThemFew) {
  const std::vector<double> loud{0.995, 0.995};
  const auto table = detection_rates(kWith, loud, even_thresholds(0.01, 0.99, 100)).take();
  EXPECT_DOUBLE_EQ(choose_threshold(table), 0.6);
}

TEST(Detection, AnAlarmKeepsQuietForItsRefractoryTime) {
  const Listening listening{.seconds_a_step = 0.5, .refractory_seconds = 2.0};
  const std::vector<ScoreStream> streams{{0, 5, 5, 5, 5, 5, 0, 0}, {5, 0, 0, 0}};
  EXPECT_EQ(count_alarms(streams, 1.0, listening), 3U);
  EXPECT_EQ(count_alarms(streams, 6.0, listening), 0U);
  EXPECT_DOUBLE_EQ(hours_of(streams, listening), 6.0 / 3600.0);
}

// An hour in which one moment in a hundred is louder than the rest, each by another amount.
std::vector<ScoreStream> an_hour() {
  ScoreStream stream(45'000, -5.0F);
  for (std::size_t i = 0; i < 400; ++i) stream[i * 100 + 50] = -4.0F + 0.01F * static_cast<float>(i);
  return {stream};
}

TEST(Detection, FindsTheThresholdOfARateThatCanBeCounted) {
  const auto streams = an_hour();
  const Listening listening{};
  const auto found = threshold_for_rate(streams, 10.0, listening).take();
  EXPECT_FALSE(found.is_estimated);
  EXPECT_DOUBLE_EQ(found.hours, 1.0);
  EXPECT_LE(count_alarms(streams, found.threshold, listening), 10U);
  EXPECT_GE(count_alarms(streams, found.threshold, listening), 9U);
}

TEST(Detection, ContinuesTheTailWhereTheHoursAreTooFew) {
  const auto streams = an_hour();
  const auto one = threshold_for_rate(streams, 1.0, {}).take();
  const auto tenth = threshold_for_rate(streams, 0.1, {}).take();
  EXPECT_TRUE(one.is_estimated);
  EXPECT_TRUE(tenth.is_estimated);
  EXPECT_GT(tenth.threshold, one.threshold);
  EXPECT_GT(one.threshold, -0.2);
}

TEST(Detection, NeedsSoundAndARateToFindAThreshold) {
  EXPECT_EQ(threshold_for_rate({}, 1.0, {}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(threshold_for_rate(an_hour(), 0.0, {}).error().code, ErrorCode::kInvalidArgument);
}

TEST(Detection, ATradeOffMissesMoreWhereItAlarmsLess) {
  const auto streams = an_hour();
  const std::vector<double> positives{-3.0, -1.0, 0.0, 2.0, 3.0};
  const auto curve = trade_off(streams, positives, {}, 30).take();
  ASSERT_GT(curve.size(), 10U);
  for (std::size_t i = 1; i < curve.size(); ++i) {
    EXPECT_GT(curve[i].threshold, curve[i - 1].threshold);
    EXPECT_LE(curve[i].alarms_per_hour, curve[i - 1].alarms_per_hour);
    EXPECT_GE(curve[i].frr, curve[i - 1].frr);
  }
  EXPECT_DOUBLE_EQ(curve.back().alarms_per_hour, 0.0);
  EXPECT_NEAR(curve.back().alarms_interval.upper, 2.9957, 1e-4);
  EXPECT_EQ(trade_off(streams, {}, {}).error().code, ErrorCode::kInvalidArgument);
}

TEST(Detection, TheMeanOfCountedEventsLiesWhereTheTablesSay) {
  EXPECT_NEAR(poisson_interval(0)->upper, 2.9957, 1e-4);
  EXPECT_NEAR(poisson_interval(1)->lower, 0.0253, 1e-4);
  EXPECT_NEAR(poisson_interval(1)->upper, 5.5716, 1e-4);
  EXPECT_NEAR(poisson_interval(10)->lower, 4.7954, 1e-4);
  EXPECT_NEAR(poisson_interval(10)->upper, 18.3904, 1e-4);
  EXPECT_FALSE(poisson_interval(1, 1.0).has_value());
}

}  // namespace
}  // namespace weighhouse::scales
