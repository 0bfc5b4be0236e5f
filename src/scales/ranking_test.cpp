#include "scales/ranking.h"

#include <gtest/gtest.h>
#include <limits>
#include <vector>

namespace weighhouse::scales {
namespace {

TEST(Auroc, CountsTiesHalfAsScikitLearnDoes) {
  const std::vector<double> positives{.9, .8, .4, .4};
  const std::vector<double> negatives{.7, .4, .1};
  EXPECT_DOUBLE_EQ(auroc(positives, negatives).value(), 0.75);
}

TEST(Auroc, IsOneForWhollySeparateHalfForAlikeAndZeroForUpsideDown) {
  const std::vector<double> high{2.0, 3.0};
  const std::vector<double> low{0.0, 1.0};
  EXPECT_EQ(auroc(high, low).value(), 1.0);
  EXPECT_EQ(auroc(low, low).value(), 0.5);
  EXPECT_EQ(auroc(low, high).value(), 0.0);
}

TEST(Auroc, RefusesToRankNothingOrNoNumbers) {
  const std::vector<double> some{1.0};
  const std::vector<double> none{std::numeric_limits<double>::quiet_NaN()};
  EXPECT_EQ(auroc(some, {}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(auroc(none, some).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace weighhouse::scales
