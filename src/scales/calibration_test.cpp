#include "scales/calibration.h"

#include <gtest/gtest.h>
#include <limits>

namespace weighhouse::scales {
namespace {

TEST(Calibration, GivesTheErrorWorkedOutByHandOverFifteenBins) {
  const std::vector<double> confidences{.95, .9, .8, .65, .62, .3, 1.0, 0.0};
  const std::vector<std::uint8_t> right{1, 1, 0, 1, 0, 0, 1, 0};
  const auto bins = reliability(confidences, right).value();
  ASSERT_EQ(bins.size(), 15U);
  EXPECT_NEAR(expected_calibration_error(bins), 0.19, 1e-12);
}

TEST(Calibration, PutsABinsUpperEdgeIntoThatBinAndZeroIntoTheFirst) {
  const std::vector<double> confidences{0.0, 0.5, 0.50001, 1.0};
  const std::vector<std::uint8_t> right{0, 1, 1, 1};
  const auto bins = reliability(confidences, right, 2).value();
  EXPECT_EQ(bins[0].items, 2U);
  EXPECT_EQ(bins[1].items, 2U);
  EXPECT_DOUBLE_EQ(bins[0].confidence, 0.25);
  EXPECT_DOUBLE_EQ(bins[0].accuracy, 0.5);
}

TEST(Calibration, IsPerfectWhereEightInTenOfTheEightTenthsAreRight) {
  const std::vector<double> confidences(10, 0.8);
  const std::vector<std::uint8_t> right{1, 1, 1, 1, 1, 1, 1, 1, 0, 0};
  EXPECT_NEAR(expected_calibration_error(reliability(confidences, right).value()), 0.0, 1e-12);
}

TEST(Calibration, RefusesWhatIsNoConfidence) {
  const std::vector<std::uint8_t> right{1};
  for (const double wrong : {-0.1, 1.1, std::numeric_limits<double>::quiet_NaN()}) {
    const std::vector<double> confidences{wrong};
    EXPECT_EQ(reliability(confidences, right).error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_FALSE(reliability({}, right).has_value());
  EXPECT_FALSE(reliability({}, {}, 0).has_value());
}

TEST(Brier, IsTheMeanSquaredDistanceToWhatWasSo) {
  const std::vector<float> chances{.7F, .2F, .1F, .1F, .6F, .3F, .3F, .3F, .4F};
  const std::vector<std::uint32_t> actual{0, 2, 2};
  EXPECT_NEAR(brier_score(chances, actual, 3).value(), 0.5133333333333333, 1e-7);
}

TEST(Brier, ReachesFromCertainAndRightToCertainAndWrong) {
  const std::vector<float> chances{1.0F, 0.0F};
  const std::vector<std::uint32_t> right{0};
  const std::vector<std::uint32_t> wrong{1};
  EXPECT_EQ(brier_score(chances, right, 2).value(), 0.0);
  EXPECT_EQ(brier_score(chances, wrong, 2).value(), 2.0);
}

TEST(Brier, RefusesShapesThatDoNotFit) {
  const std::vector<float> chances{1.0F, 0.0F, 1.0F};
  const std::vector<std::uint32_t> actual{0};
  EXPECT_EQ(brier_score(chances, actual, 2).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(brier_score(chances, actual, 0).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace weighhouse::scales
