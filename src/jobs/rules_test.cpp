#include "jobs/rules.h"

#include <gtest/gtest.h>

namespace weighhouse::jobs {
namespace {

using std::chrono::seconds;

const Timestamp kNow = ManualClock{}.now();
constexpr seconds kLease{30};

Job waiting(int max_attempts = 1) {
  return {.id = "01J", .kind = "fit", .created_at = kNow, .max_attempts = max_attempts};
}
Job running(int max_attempts = 1) { return start(waiting(max_attempts), kNow, kLease).take(); }

TEST(JobRulesTest, AStartedJobRunsOnALease) {
  const Job job = running();
  EXPECT_EQ(job.state, State::kRunning);
  EXPECT_EQ(job.attempts, 1);
  EXPECT_EQ(job.started_at, kNow);
  EXPECT_EQ(job.lease_until, kNow + kLease);
  EXPECT_EQ(start(job, kNow, kLease).error().code, ErrorCode::kFailedPrecondition);
}

TEST(JobRulesTest, ARenewedLeaseLastsFromNowAndProgressStaysWithinItsBounds) {
  const Job job = renew(running(), kNow + seconds{20}, kLease, 1.5, "epoch 3").take();
  EXPECT_EQ(job.lease_until, kNow + seconds{50});
  EXPECT_EQ(job.progress, 1.0);
  EXPECT_EQ(job.phase, "epoch 3");
  EXPECT_FALSE(renew(waiting(), kNow, kLease, 0, ""));
}

TEST(JobRulesTest, AJobEndsOnce) {
  const Job done = complete(running(), kNow + seconds{1}, R"({"f1": 1})").take();
  EXPECT_EQ(done.state, State::kCompleted);
  EXPECT_EQ(done.progress, 1.0);
  EXPECT_EQ(done.finished_at, kNow + seconds{1});
  EXPECT_FALSE(done.lease_until);
  EXPECT_FALSE(complete(done, kNow, "{}"));
  EXPECT_FALSE(fail_job(done, kNow, {ErrorCode::kInternal, "late"}));
  EXPECT_EQ(cancel(done, kNow).state, State::kCompleted);
  EXPECT_EQ(expire(done, kNow + seconds{100}).state, State::kCompleted);
}

TEST(JobRulesTest, AFailureGivesItsReason) {
  const Job job = fail_job(running(), kNow, {ErrorCode::kDataLoss, "no data"}).take();
  EXPECT_EQ(job.error, ErrorCode::kDataLoss);
  EXPECT_EQ(job.state, State::kFailed);
  EXPECT_EQ(job.message, "no data");
}

TEST(JobRulesTest, CancellingAWaitingJobEndsItAndARunningOneIsAsked) {
  EXPECT_EQ(cancel(waiting(), kNow).state, State::kCancelled);
  const Job asked = cancel(running(), kNow);
  EXPECT_EQ(asked.state, State::kRunning);
  EXPECT_TRUE(asked.cancel_requested);
  EXPECT_EQ(fail_job(asked, kNow, {ErrorCode::kCancelled, "stopped"}).take().state, State::kCancelled);
  EXPECT_EQ(complete(asked, kNow, "{}").take().state, State::kCompleted);
}

TEST(JobRulesTest, ASilentWorkerIsWaitedForUntilItsLeaseEnds) {
  EXPECT_EQ(expire(running(), kNow + seconds{29}).state, State::kRunning);
  EXPECT_EQ(expire(waiting(), kNow + seconds{99}).state, State::kWaiting);
}

TEST(JobRulesTest, AfterwardsTheJobStartsAgainWhileItHasAttemptsLeft) {
  Job job = waiting(3);
  for (int attempt = 1; attempt < 3; ++attempt) {
    job = expire(start(job, kNow, kLease).take(), kNow + kLease);
    EXPECT_EQ(job.state, State::kWaiting);
    EXPECT_EQ(job.progress, 0);
  }
  job = expire(start(job, kNow, kLease).take(), kNow + kLease);
  EXPECT_EQ(job.state, State::kFailed);
  EXPECT_NE(job.message.find("3 attempts"), std::string::npos);
  EXPECT_EQ(expire(running(1), kNow + kLease).state, State::kFailed);
  EXPECT_EQ(expire(running(1), kNow + kLease).error, ErrorCode::kUnavailable);
}

TEST(JobRulesTest, ASilentJobThatWasAskedToStopIsCancelled) {
  EXPECT_EQ(expire(cancel(running(3), kNow), kNow + kLease).state, State::kCancelled);
}

TEST(JobRulesTest, AJobWithoutALeaseIsExpiredByAnyServerThatFindsIt) {
  Job job = running(2);
  job.lease_until.reset();
  EXPECT_EQ(expire(job, kNow).state, State::kWaiting);
}

TEST(JobRulesTest, HandingAJobBackCostsNoAttempt) {
  const Job job = hand_back(running()).take();
  EXPECT_EQ(job.state, State::kWaiting);
  EXPECT_EQ(job.attempts, 0);
  EXPECT_FALSE(hand_back(job));
}

TEST(JobWordsTest, EveryStateReadsBack) {
  for (const char* word : {"waiting", "running", "completed", "failed", "cancelled"}) {
    EXPECT_EQ(to_string(parse_state(word).take()), word);
  }
  EXPECT_FALSE(parse_state("done"));
}

}  // namespace
}  // namespace weighhouse::jobs
