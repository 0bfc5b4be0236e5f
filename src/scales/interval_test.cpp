#include "scales/interval.h"

#include <gtest/gtest.h>

namespace weighhouse::scales {
namespace {

TEST(NormalQuantile, AgreesWithScipy) {
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-9);
  EXPECT_NEAR(normal_quantile(0.001), -3.090232306167813, 1e-9);
  EXPECT_NEAR(normal_quantile(0.8), 0.8416212335729143, 1e-9);
  EXPECT_NEAR(normal_quantile(0.5), 0.0, 1e-12);
}

TEST(Wilson, AgreesWithScipy) {
  const auto some = wilson_interval(8, 10).value();
  EXPECT_NEAR(some.lower, 0.4901624715366418, 1e-9);
  EXPECT_NEAR(some.upper, 0.9433178485456248, 1e-9);
  const auto many = wilson_interval(903, 1000, 0.99).value();
  EXPECT_NEAR(many.lower, 0.8761697593628585, 1e-9);
  EXPECT_NEAR(many.upper, 0.9245177617249957, 1e-9);
}

TEST(Wilson, LeavesRoomForDoubtWhereNothingOrEverythingWasHit) {
  const auto none = wilson_interval(0, 20).value();
  EXPECT_EQ(none.lower, 0.0);
  EXPECT_NEAR(none.upper, 0.16112515805281935, 1e-9);
  EXPECT_EQ(wilson_interval(20, 20).value().upper, 1.0);
}

TEST(Wilson, RefusesSharesThatCannotBe) {
  EXPECT_EQ(wilson_interval(0, 0).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(wilson_interval(3, 2).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(wilson_interval(1, 2, 1.0).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace weighhouse::scales
