#include "workers/restart_policy.h"

#include <gtest/gtest.h>

namespace weighhouse::workers {
namespace {

using namespace std::chrono_literals;

struct Restarts : ::testing::Test {
  RestartPolicy policy;
  RestartPolicy::Time now = RestartPolicy::Time{} + 1h;
};

TEST_F(Restarts, StartAtOnceAfterTheFirstDeath) {
  policy.died(now);
  EXPECT_LE(policy.next_start(), now);
}

TEST_F(Restarts, WaitLongerEachTimeAProcessKeepsDying) {
  auto before = 0ms;
  for (int i = 0; i < 5; ++i) {
    policy.died(now);
    const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(policy.next_start() - now);
    if (i > 0) {
      EXPECT_GT(wait, before);
    }
    EXPECT_FALSE(policy.paused(now));
    before = i > 0 ? wait : 0ms;
    now += wait > 0ms ? wait : 1ms;
  }
  EXPECT_LE(before, 2s);
}

TEST_F(Restarts, PauseWhenItDiesTooOftenAndGoOnAfterThePause) {
  for (int i = 0; i < 6; ++i) policy.died(now);
  EXPECT_TRUE(policy.paused(now));
  EXPECT_TRUE(policy.paused(now + 29s));
  EXPECT_FALSE(policy.paused(now + 30s));
  EXPECT_EQ(policy.deaths(now), 6U);
}

TEST_F(Restarts, ForgetDeathsAfterAMinute) {
  for (int i = 0; i < 5; ++i) policy.died(now);
  now += 61s;
  EXPECT_EQ(policy.deaths(now), 0U);
  policy.died(now);
  EXPECT_LE(policy.next_start(), now);
}

}  // namespace
}  // namespace weighhouse::workers
