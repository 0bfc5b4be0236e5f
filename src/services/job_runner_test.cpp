#include "services/job_runner.h"

#include <condition_variable>
#include <mutex>
#include <thread>

#include "jobs/rules.h"
#include "services/testing/house_fixture.h"

namespace weighhouse::services {
namespace {

using jobs::Job;
using jobs::State;

// Opens once; whoever passes before waits, for a minute at most.
class Gate {
 public:
  void open() {
    const std::lock_guard lock{mutex_};
    open_ = true;
    wake_.notify_all();
  }
  bool pass() {
    std::unique_lock lock{mutex_};
    return wake_.wait_for(lock, std::chrono::minutes{1}, [&] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  bool open_ = false;
};

class JobRunnerTest : public HouseFixture {
 protected:
  static JobRunner::Work done() {
    return [](const Caller&, const std::string&, JobControl&) -> Result<std::string> { return std::string{"{}"}; };
  }
  static JobRunner::Work behind(Gate& gate) {
    return [&gate](const Caller&, const std::string&, JobControl&) -> Result<std::string> {
      gate.pass();
      return std::string{"{}"};
    };
  }
  // Works until it is asked to stop.
  static JobRunner::Work patient(Gate& begun) {
    return [&begun](const Caller&, const std::string&, JobControl& control) -> Result<std::string> {
      begun.open();
      for (int i = 0; i < 6'000 && !control.cancelled(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
      return fail(ErrorCode::kCancelled, "It was cancelled.");
    };
  }

  std::unique_ptr<JobRunner> runner() {
    auto made = std::make_unique<JobRunner>(*metadata, clock);
    made->add_lane("house", {.places = 1, .longest_queue = 2});
    made->add_lane("work", {.places = 1, .longest_queue = 2});
    return made;
  }
  std::string submit(JobRunner& jobs, std::string_view kind) {
    const auto job = jobs.submit(alice, kind, "{}");
    EXPECT_TRUE(job) << (job ? "" : job.error().message);
    return job ? job->id : std::string{};
  }
  Job row(const std::string& id) {
    return metadata->read_value<std::optional<Job>>([&](registry::Transaction& rows) { return rows.find_job(id); })
        .take()
        .value();
  }
  void put(const Job& job) {
    ASSERT_TRUE(metadata->transact([&](registry::Transaction& rows) { return rows.put_job(job); }));
  }
  Job ended(const std::string& id) {
    for (int i = 0; i < 6'000 && !is_final(row(id).state); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    return row(id);
  }
};

TEST_F(JobRunnerTest, AJobThatAnotherLeavesBehindRunsWhenThatHasEnded) {
  Gate gate;
  const auto jobs = runner();
  const auto* all = jobs.get();
  std::string left;
  jobs->add_kind({"fit", "work", 1}, [&](const Caller& caller, const std::string&, JobControl&) -> Result<JobOutcome> {
    gate.pass();
    const auto next = all->draft(caller, "export");
    left = next.id;
    return JobOutcome{[next](registry::Transaction& rows) -> Result<std::string> {
                        TRY(rows.put_job(next));
                        return std::string{"{}"};
                      },
                      next};
  });
  jobs->add_kind({"export", "house", 1}, done());
  ASSERT_TRUE(jobs->start(Unfinished::kTakeUp));
  const auto fit = submit(*jobs, "fit");
  gate.open();
  ASSERT_EQ(ended(fit).state, State::kCompleted);
  EXPECT_EQ(ended(left).state, State::kCompleted);
  EXPECT_EQ(row(left).created_by, alice.identity.name);
}

TEST_F(JobRunnerTest, TellsOfEveryJobThatCompletedAndOfNoneThatFailed) {
  Gate heard;
  std::vector<std::string> kinds;
  auto jobs = runner();
  jobs->add_kind({"good", "work"}, done());
  jobs->add_kind({"bad", "work"}, [](const Caller&, const std::string&, JobControl&) -> Result<std::string> {
    return fail(ErrorCode::kInternal, "No.");
  });
  jobs->on_completed([&](const Job& job) {
    EXPECT_EQ(row(job.id).state, State::kCompleted) << "its end is written";
    kinds.push_back(job.kind);
    if (kinds.size() == 2) heard.open();
  });
  ASSERT_TRUE(jobs->start(Unfinished::kTakeUp));
  for (const char* kind : {"good", "bad", "good"}) {
    const auto id = submit(*jobs, kind);
    for (int i = 0; i < 3'000 && !jobs::is_final(row(id).state); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  ASSERT_TRUE(heard.pass());
  jobs.reset();
  EXPECT_EQ(kinds, (std::vector<std::string>{"good", "good"}));
}

TEST_F(JobRunnerTest, ALongJobOfOneLaneNeverHoldsUpAnother) {
  Gate gate;
  const auto jobs = runner();
  jobs->add_kind({"fit", "work", 1}, behind(gate));
  jobs->add_kind({"verify", "house", 1}, done());
  ASSERT_TRUE(jobs->start(Unfinished::kTakeUp));
  const auto fit = submit(*jobs, "fit");
  EXPECT_EQ(ended(submit(*jobs, "verify")).state, State::kCompleted);
  EXPECT_FALSE(is_final(row(fit).state));
  gate.open();
  EXPECT_EQ(ended(fit).state, State::kCompleted);
}

TEST_F(JobRunnerTest, JobsOfOneLaneRunInTheOrderTheyCame) {
  Gate gate;
  std::mutex mutex;
  std::vector<std::string> order;
  const auto jobs = runner();
  jobs->add_kind({"fit", "work", 1},
                 [&](const Caller&, const std::string& parameters, JobControl&) -> Result<std::string> {
                   gate.pass();
                   const std::lock_guard lock{mutex};
                   order.push_back(parameters);
                   return std::string{"{}"};
                 });
  ASSERT_TRUE(jobs->start(Unfinished::kTakeUp));
  std::string last;
  for (const char* parameters : {R"({"n":1})", R"({"n":2})"}) last = jobs->submit(alice, "fit", parameters)->id;
  gate.open();
  EXPECT_EQ(ended(last).state, State::kCompleted);
  EXPECT_EQ(order, (std::vector<std::string>{R"({"n":1})", R"({"n":2})"}));
}

TEST_F(JobRunnerTest, AFullQueueRefusesTheNextJobAndLeavesNoRowOfIt) {
  const auto jobs = runner();
  jobs->add_kind({"fit", "work", 1}, done());
  submit(*jobs, "fit");
  const auto waiting = submit(*jobs, "fit");
  EXPECT_EQ(jobs->submit(alice, "fit", "{}").error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(jobs->list({})->size(), 2U);
  ASSERT_TRUE(jobs->cancel(waiting));
  EXPECT_TRUE(jobs->submit(alice, "fit", "{}")) << "a cancelled job gives its place in the queue back";
}

TEST_F(JobRunnerTest, AFailureKeepsItsCodeAndItsReason) {
  const auto jobs = runner();
  jobs->add_kind({"fit", "work", 1}, [](const Caller&, const std::string&, JobControl&) -> Result<std::string> {
    return fail(ErrorCode::kResourceExhausted, "The disk is full.");
  });
  jobs->add_kind({"odd", "work", 1}, [](const Caller&, const std::string&, JobControl&) -> Result<std::string> {
    throw std::runtime_error{"unforeseen"};
  });
  ASSERT_TRUE(jobs->start(Unfinished::kTakeUp));
  const Job failed = ended(submit(*jobs, "fit"));
  EXPECT_EQ(failed.state, State::kFailed);
  EXPECT_EQ(failed.error, ErrorCode::kResourceExhausted);
  EXPECT_EQ(failed.message, "The disk is full.");
  EXPECT_EQ(ended(submit(*jobs, "odd")).error, ErrorCode::kInternal);
}

TEST_F(JobRunnerTest, WhatAJobWritesAndItsEndAreThereTogether) {
  const auto jobs = runner();
  jobs->add_kind({"fit", "work", 1}, [](const Caller&, const std::string&, JobControl&) -> Result<JobOutcome> {
    return JobOutcome::Write{[](registry::Transaction& rows) -> Result<std::string> {
      TRY(rows.put_note("fitted", "yes"));
      return std::string{R"({"version":1})"};
    }};
  });
  jobs->add_kind({"misfit", "work", 1}, [](const Caller&, const std::string&, JobControl&) -> Result<JobOutcome> {
    return JobOutcome::Write{[](registry::Transaction& rows) -> Result<std::string> {
      TRY(rows.put_note("half", "written"));
      return fail(ErrorCode::kAlreadyExists, "The label is taken.");
    }};
  });
  ASSERT_TRUE(jobs->start(Unfinished::kTakeUp));
  const auto note = [&](const char* key) {
    return metadata
        ->read_value<std::optional<std::string>>([&](registry::Transaction& rows) { return rows.find_note(key); })
        .take();
  };
  const Job fitted = ended(submit(*jobs, "fit"));
  EXPECT_EQ(fitted.state, State::kCompleted);
  EXPECT_EQ(fitted.result, R"({"version":1})");
  EXPECT_TRUE(note("fitted"));
  const Job failed = ended(submit(*jobs, "misfit"));
  EXPECT_EQ(failed.state, State::kFailed);
  EXPECT_EQ(failed.error, ErrorCode::kAlreadyExists);
  EXPECT_FALSE(note("half"));
}

TEST_F(JobRunnerTest, ARunningJobThatIsCancelledEndsAsCancelled) {
  Gate begun;
  const auto jobs = runner();
  jobs->add_kind({"fit", "work", 1}, patient(begun));
  ASSERT_TRUE(jobs->start(Unfinished::kTakeUp));
  const auto id = submit(*jobs, "fit");
  ASSERT_TRUE(begun.pass());
  EXPECT_TRUE(jobs->cancel(id)->cancel_requested);
  EXPECT_EQ(ended(id).state, State::kCancelled);
  EXPECT_EQ(jobs->cancel(id).error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(jobs->cancel("nobody").error().code, ErrorCode::kNotFound);
}

TEST_F(JobRunnerTest, AJobThatItsServerStoppedGoesOnInTheNextAndLosesNoAttempt) {
  Gate begun;
  auto first = runner();
  first->add_kind({"fit", "work", 1}, patient(begun));
  ASSERT_TRUE(first->start(Unfinished::kTakeUp));
  const auto id = submit(*first, "fit");
  ASSERT_TRUE(begun.pass());
  first.reset();
  EXPECT_EQ(row(id).state, State::kWaiting);
  EXPECT_EQ(row(id).attempts, 0);

  const auto next = runner();
  next->add_kind({"fit", "work", 1}, done());
  ASSERT_TRUE(next->start(Unfinished::kTakeUp));
  EXPECT_EQ(ended(id).state, State::kCompleted);
}

TEST_F(JobRunnerTest, AJobWhoseServerDiedStartsAgainWhileItHasAttemptsLeftAndElseFailsWithTheReason) {
  Job twice{.id = "01A", .kind = "fit", .created_at = clock.now(), .max_attempts = 2};
  Job once{.id = "01B", .kind = "fit", .created_at = clock.now(), .max_attempts = 1};
  Job asked{.id = "01C", .kind = "fit", .created_at = clock.now(), .max_attempts = 2};
  Job strange{.id = "01D", .kind = "alchemy", .created_at = clock.now(), .max_attempts = 2};
  for (Job* job : {&twice, &once, &asked, &strange}) put(jobs::start(*job, clock.now(), std::nullopt).take());
  put(jobs::cancel(row("01C"), clock.now()));

  const auto jobs = runner();
  jobs->add_kind({"fit", "work", 2}, done());
  ASSERT_TRUE(jobs->start(Unfinished::kTakeUp));
  EXPECT_EQ(ended("01A").state, State::kCompleted);
  EXPECT_EQ(row("01A").attempts, 2);
  EXPECT_EQ(row("01B").state, State::kFailed);
  EXPECT_EQ(row("01B").error, ErrorCode::kUnavailable);
  EXPECT_NE(row("01B").message.find("the server stopped"), std::string::npos);
  EXPECT_EQ(row("01C").state, State::kCancelled);
  EXPECT_EQ(row("01D").state, State::kFailed) << "a newer program's job";
}

TEST_F(JobRunnerTest, ACommandLeavesToTheServerWhatItDidNotSubmit) {
  put({.id = "01A", .kind = "fit", .created_at = clock.now()});
  const auto jobs = runner();
  jobs->add_kind({"fit", "work", 1}, done());
  ASSERT_TRUE(jobs->start(Unfinished::kLeave));
  EXPECT_EQ(ended(submit(*jobs, "fit")).state, State::kCompleted);
  EXPECT_EQ(row("01A").state, State::kWaiting);
}

TEST_F(JobRunnerTest, AJobMayTouchWhatItsSubmitterMight) {
  std::string pattern;
  const auto jobs = runner();
  jobs->add_kind({"fit", "work", 1}, [&](const Caller& caller, const std::string&, JobControl&) -> Result<std::string> {
    pattern = caller.identity.name + " in " + caller.identity.namespace_pattern;
    return std::string{"{}"};
  });
  ASSERT_TRUE(jobs->start(Unfinished::kTakeUp));
  const Caller team{{"ci", auth::Identity::local().scopes, "team-*"}, {}};
  ended(jobs->submit(team, "fit", "{}")->id);
  EXPECT_EQ(pattern, "ci in team-*");
}

}  // namespace
}  // namespace weighhouse::services
