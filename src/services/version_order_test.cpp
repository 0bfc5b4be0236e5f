#include "services/version_order.h"

#include <gtest/gtest.h>

#include "services/publications.h"

namespace weighhouse::services {
namespace {

TEST(VersionOrderTest, GoesByNumbersAndNotByTheirFirstDigit) {
  EXPECT_TRUE(order_versions("1.10", "1.9") > 0);
  EXPECT_TRUE(order_versions("1.9.3", "1.10") < 0);
  EXPECT_TRUE(order_versions("2", "1.99") > 0);
  EXPECT_TRUE(order_versions("1.2.1", "1.2") > 0);
  EXPECT_TRUE(order_versions("voice-3.10", "voice-3.9") > 0);
  EXPECT_TRUE(order_versions("voice-3", "wave-1") < 0);
}

TEST(VersionOrderTest, TakesNothingForNought) {
  EXPECT_TRUE(order_versions("1", "1.0.0") == 0);
  EXPECT_TRUE(order_versions("1.02", "1.2") == 0);
  EXPECT_TRUE(order_versions("1.0", "1.0.1") < 0);
  EXPECT_TRUE(order_versions("", "") == 0);
  EXPECT_TRUE(order_versions("", "1") < 0);
}

TEST(VersionOrderTest, DecidesWhichClientsAreNewEnough) {
  EXPECT_TRUE(is_at_least("1.10.0", "1.9"));
  EXPECT_TRUE(is_at_least("1", "1.0"));
  EXPECT_FALSE(is_at_least("1.9", "1.10"));
  EXPECT_FALSE(is_at_least("", "0")) << "who does not say is older than any";
  EXPECT_FALSE(is_at_least("newest", "0.1")) << "what is no number counts as 0";
}

}  // namespace
}  // namespace weighhouse::services
