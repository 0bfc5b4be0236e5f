#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <unistd.h>

#include "fixture.h"
#include "workers/prediction_worker.h"
#include "workers/process.h"

namespace weighhouse::workers {
namespace {

using ::testing::HasSubstr;
using Clock = std::chrono::steady_clock;

class PredictionWorkerTest : public WorkerTest {
 protected:
  // A sanitizer keeps freed memory for a while, which is not what is measured here.
  PredictionWorkerTest() { ::setenv("ASAN_OPTIONS", "quarantine_size_mb=0:thread_local_quarantine_size_kb=0", 1); }
  ~PredictionWorkerTest() override { ::unsetenv("ASAN_OPTIONS"); }

  services::ModelSource model(const std::string& bytes) {
    return {.key = "key of " + bytes.substr(0, 16), .runtime = "probe", .open = [this, bytes] {
              ++opened;
              std::vector<services::WorkFile> files;
              files.push_back({"model.bin", file_with(bytes)});
              return Result<std::vector<services::WorkFile>>{std::move(files)};
            }};
  }
  Result<std::string> ask(PredictionWorker& worker, const std::string& request,
                          std::chrono::milliseconds deadline = 30s) {
    return worker.predict(model("a small model"), request, deadline);
  }
  static int process_of(PredictionWorker& worker) { return worker.health().process; }
  std::atomic<int> opened{0};
};

TEST_F(PredictionWorkerTest, LoadsAModelOnceAndAnswers) {
  PredictionWorker worker{settings};
  EXPECT_EQ(worker.health().process, 0);
  EXPECT_EQ(ask(worker, "hello").value(), "hello to a small model");
  const int first = process_of(worker);
  EXPECT_GT(first, 0);
  EXPECT_EQ(ask(worker, "again").value(), "again to a small model");
  EXPECT_EQ(process_of(worker), first);
  EXPECT_EQ(opened, 1);
}

TEST_F(PredictionWorkerTest, PassesOnWhatAModelRefusesOrThrowsAndLivesOn) {
  PredictionWorker worker{settings};
  EXPECT_EQ(ask(worker, "refuse").error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(ask(worker, "throw").error().message, HasSubstr("thrown by the model"));
  EXPECT_EQ(worker.predict(model("broken"), "x", 10s).error().message, "The file is broken.");
  auto unknown = model("m");
  unknown.runtime = "abacus";
  EXPECT_EQ(worker.predict(unknown, "x", 10s).error().code, ErrorCode::kFailedPrecondition);
  unknown.open = []() -> Result<std::vector<services::WorkFile>> { return fail(ErrorCode::kDataLoss, "Damaged."); };
  EXPECT_EQ(worker.predict(unknown, "x", 10s).error().code, ErrorCode::kDataLoss);
  EXPECT_TRUE(ask(worker, "hello"));
  EXPECT_EQ(worker.health().deaths, 0U);
}

TEST_F(PredictionWorkerTest, AnswersSeveralAtATime) {
  PredictionWorker worker{settings};
  ASSERT_TRUE(ask(worker, "warm"));
  const auto began = Clock::now();
  std::vector<std::jthread> askers;
  for (int i = 0; i < 8; ++i)
    askers.emplace_back([&] { EXPECT_EQ(ask(worker, "slow").value(), "slow to a small model"); });
  askers.clear();
  // Two threads, eight questions of 200 ms: about 0.8 s; one by one it would be 1.6.
  EXPECT_LT(Clock::now() - began, 1500ms);
}

TEST_F(PredictionWorkerTest, BlamesTheQuestionThatWasAloneWhenTheProcessDied) {
  PredictionWorker worker{settings};
  ASSERT_TRUE(ask(worker, "warm"));
  const int before = process_of(worker);
  const auto error = ask(worker, "crash").error();
  EXPECT_EQ(error.code, ErrorCode::kUnavailable);
  EXPECT_EQ(reason_of(error), "crashed");
  EXPECT_THAT(error.message, HasSubstr("signal 11"));
  EXPECT_TRUE(ask(worker, "hello"));
  EXPECT_NE(process_of(worker), before);
}

TEST_F(PredictionWorkerTest, AsksTheInnocentAgainWhenTheProcessDiedUnderSeveral) {
  PredictionWorker worker{settings};
  ASSERT_TRUE(ask(worker, "warm"));
  std::atomic<int> answered{0};
  std::vector<std::jthread> askers;
  for (int i = 0; i < 4; ++i) askers.emplace_back([&] { answered += ask(worker, "slow").has_value() ? 1 : 0; });
  std::this_thread::sleep_for(50ms);
  const auto guilty = ask(worker, "crash");
  askers.clear();
  ASSERT_FALSE(guilty);
  EXPECT_EQ(reason_of(guilty.error()), "crashed");
  EXPECT_EQ(answered, 4);
}

TEST_F(PredictionWorkerTest, EndsAProcessWhoseQuestionHangsAndAnswersTheNext) {
  settings.prediction_stall = 500ms;
  PredictionWorker worker{settings};
  ASSERT_TRUE(ask(worker, "warm"));
  EXPECT_EQ(reason_of(ask(worker, "hang").error()), "hung");
  EXPECT_TRUE(ask(worker, "hello"));
}

TEST_F(PredictionWorkerTest, TellsWhoeverWaitsLongerThanItsDeadline) {
  PredictionWorker worker{settings};
  ASSERT_TRUE(ask(worker, "warm"));
  const auto began = Clock::now();
  EXPECT_EQ(reason_of(ask(worker, "slow", 50ms).error()), "deadline");
  EXPECT_LT(Clock::now() - began, 190ms);
  EXPECT_TRUE(ask(worker, "hello"));
  EXPECT_EQ(worker.health().deaths, 0U);
}

TEST_F(PredictionWorkerTest, RefusesMoreThanMayWait) {
  settings.waiting_predictions = 2;
  PredictionWorker worker{settings};
  ASSERT_TRUE(ask(worker, "warm"));
  std::vector<std::jthread> askers;
  for (int i = 0; i < 2; ++i) askers.emplace_back([&] { EXPECT_TRUE(ask(worker, "slow")); });
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(reason_of(ask(worker, "hello").error()), "busy");
}

TEST_F(PredictionWorkerTest, PausesAfterTooManyDeathsAndSaysWhy) {
  PredictionWorker worker{settings};
  for (int i = 0; i < 3; ++i) {  // each is asked once more
    const auto answer = ask(worker, "crash");
    ASSERT_FALSE(answer) << i << *answer;
    EXPECT_EQ(reason_of(answer.error()), "crashed");
  }
  const auto began = Clock::now();
  const auto error = ask(worker, "hello").error();
  EXPECT_EQ(reason_of(error), "restarting");
  EXPECT_THAT(error.message, HasSubstr("6 times within a minute"));
  EXPECT_THAT(error.message, HasSubstr("signal 11"));
  EXPECT_LT(Clock::now() - began, 1s);
}

TEST_F(PredictionWorkerTest, EndsTheProcessWhenNobodyAsks) {
  settings.idle = 100ms;
  PredictionWorker worker{settings};
  ASSERT_TRUE(ask(worker, "hello"));
  for (int i = 0; i < 300 && process_of(worker) != 0; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(process_of(worker), 0);
  EXPECT_TRUE(ask(worker, "hello again"));
  EXPECT_EQ(worker.health().deaths, 0U);
}

TEST_F(PredictionWorkerTest, SaysWhenTheProgramIsNotThere) {
  settings.program = "/nowhere/weigh-worker";
  PredictionWorker worker{settings};
  EXPECT_THAT(ask(worker, "hello").error().message, HasSubstr("/nowhere/weigh-worker"));
}

TEST_F(PredictionWorkerTest, LetsTheLeastUsedModelGoAndGivesItsMemoryBack) {
  constexpr std::size_t kModel = std::size_t{40} << 20U;
  settings.models_bytes = 100U << 20U;
  PredictionWorker worker{settings};
  const auto load = [&](char name) {
    EXPECT_TRUE(worker.predict(model(std::string(kModel, name)), "hello", 30s));
    return own_memory_bytes(process_of(worker));
  };
  ASSERT_TRUE(ask(worker, "warm"));
  const auto bare = own_memory_bytes(process_of(worker));
  const auto one = load('a');
  EXPECT_GT(one, bare + kModel * 9 / 10);
  const auto two = load('b');
  EXPECT_GT(two, one + kModel * 9 / 10);
  for (const char name : {'c', 'd', 'e', 'f'}) EXPECT_LT(load(name), two + kModel / 4) << name;
  for (int i = 0; i < 100 && worker.health().models_bytes < 2 * kModel; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_LE(worker.health().models_bytes, settings.models_bytes);

  worker.forget(model(std::string(kModel, 'f')).key);
  worker.forget(model(std::string(kModel, 'e')).key);
  for (int i = 0; i < 300 && own_memory_bytes(process_of(worker)) > bare + kModel / 4; ++i)
    std::this_thread::sleep_for(10ms);
  EXPECT_LT(own_memory_bytes(process_of(worker)), bare + kModel / 4);

  const auto error = worker.predict(model(std::string(110U << 20U, 'z')), "hello", 30s).error();
  EXPECT_EQ(error.code, ErrorCode::kResourceExhausted);
}

TEST_F(PredictionWorkerTest, SurvivesAProcessThatIsKilledAgainAndAgainUnderLoad) {
  PredictionWorker worker{settings};
  ASSERT_TRUE(ask(worker, "warm"));
  std::atomic<int> answered{0};
  std::atomic<int> told{0};
  {
    std::vector<std::jthread> askers;
    for (int i = 0; i < 4; ++i) {
      askers.emplace_back([&] {
        for (int n = 0; n < 60; ++n) {
          const auto answer = ask(worker, n % 10 == 0 ? "slow" : "hello", 20s);
          answer ? ++answered : ++told;
          std::this_thread::sleep_for(2ms);
        }
      });
    }
    for (int i = 0; i < 4; ++i) {
      std::this_thread::sleep_for(150ms);
      if (const int process = process_of(worker)) ::kill(process, SIGKILL);
    }
  }
  EXPECT_EQ(answered + told, 240);
  EXPECT_GE(answered, 230);
}

}  // namespace
}  // namespace weighhouse::workers
