#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"
#include "workers/scratch.h"

namespace weighhouse::workers {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class JobWorkerTest : public WorkerTest {
 protected:
  Result<services::WorkResult> run(std::string kind, std::chrono::seconds deadline = 30s) {
    services::WorkOrder order{.job = "01TEST", .kind = std::move(kind), .parameters = R"({"seed":7})"};
    order.inputs.push_back({"data", file_with("some words")});
    order.deadline = deadline;
    JobWorker worker{settings};
    return worker.run(std::move(order), control);
  }
  Error error_of(std::string kind, std::chrono::seconds deadline = 30s) {
    auto result = run(std::move(kind), deadline);
    EXPECT_FALSE(result.has_value());
    expect_nothing_left();
    return result ? Error{} : std::move(result).error();
  }
  FakeControl control;
};

std::string text_of(const services::WorkOutput& output) {
  std::string text(output.size_bytes, '\0');
  EXPECT_EQ(::read(output.file.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  return text;
}

TEST_F(JobWorkerTest, RunsAnOrderAndHandsOverItsResultAndOutputs) {
  const auto done = run("echo");
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->result, R"({"seed":7})");
  ASSERT_EQ(done->outputs.size(), 2U);
  EXPECT_EQ(done->outputs[0].name, "copy.txt");
  EXPECT_EQ(text_of(done->outputs[0]), "some words");
  EXPECT_EQ(text_of(done->outputs[1]), "some wordssome words");
  EXPECT_THAT(control.reports, ElementsAre("0.25 echoing: a quarter", "1.00 echoing: done"));
  expect_nothing_left();
}

TEST_F(JobWorkerTest, TellsWhatTheWorkItselfRefuses) {
  const auto error = error_of("refuse");
  EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(error.message, "There are fewer than two labels.");
  EXPECT_EQ(reason_of(error), "");
}

TEST_F(JobWorkerTest, TellsWhatTheWorkThrows) {
  const auto error = error_of("throw");
  EXPECT_EQ(error.code, ErrorCode::kInternal);
  EXPECT_THAT(error.message, HasSubstr("thrown for a test"));
}

TEST_F(JobWorkerTest, NamesTheSignalOfACrashAndTheLastWords) {
  EXPECT_THAT(error_of("segfault").message, HasSubstr("signal 11 (Segmentation fault)"));
  EXPECT_THAT(error_of("kill").message, HasSubstr("signal 9 (Killed)"));
  const auto error = error_of("abort");
  EXPECT_EQ(error.code, ErrorCode::kInternal);
  EXPECT_EQ(reason_of(error), "crashed");
  EXPECT_THAT(error.message, HasSubstr("signal 6 (Aborted)"));
  EXPECT_THAT(error.message, HasSubstr("terminate called for a test"));
  EXPECT_THAT(error_of("leave").message, HasSubstr("ended by itself with status 7"));
}

TEST_F(JobWorkerTest, TakesNoOutputsOfAProcessThatCrashed) { EXPECT_EQ(reason_of(error_of("half")), "crashed"); }

TEST_F(JobWorkerTest, EndsAProcessThatGivesNoSignOfLife) {
  settings.silence = 600ms;
  const auto error = error_of("freeze");
  EXPECT_EQ(reason_of(error), "hung");
  EXPECT_THAT(error.message, HasSubstr("no sign of life for 0.6 s"));
}

TEST_F(JobWorkerTest, EndsWorkThatMakesNoProgress) {
  settings.stall = 500ms;
  const auto error = error_of("stall");
  EXPECT_EQ(reason_of(error), "hung");
  EXPECT_THAT(error.message, HasSubstr("no progress for 0.5 s"));
}

TEST_F(JobWorkerTest, EndsAProcessThatTakesMoreMemoryThanItsLimitAndNamesIt) {
  settings.job_memory_bytes = 200U << 20U;
  const auto error = error_of("grow");
  EXPECT_EQ(error.code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(reason_of(error), "out_of_memory");
  EXPECT_THAT(error.message, HasSubstr("more than its limit of 210 MB"));
}

TEST_F(JobWorkerTest, EndsWorkAtItsDeadline) {
  const auto error = error_of("linger", 1s);
  EXPECT_EQ(error.code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(reason_of(error), "deadline");
}

TEST_F(JobWorkerTest, CancelsWorkThatListens) {
  control.on_report = [this] { control.cancel = true; };
  const auto began = std::chrono::steady_clock::now();
  const auto error = error_of("linger");
  EXPECT_EQ(error.code, ErrorCode::kCancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
}

TEST_F(JobWorkerTest, CancelsWorkThatDoesNotListen) {
  control.on_report = [this] { control.cancel = true; };
  EXPECT_EQ(error_of("deaf").code, ErrorCode::kCancelled);
}

TEST_F(JobWorkerTest, EndsAProcessThatBreaksTheRulesOfTheChannel) {
  EXPECT_EQ(reason_of(error_of("babble")), "broke_rules");
}

TEST_F(JobWorkerTest, TakesNoOutputOfAnotherSizeThanTold) {
  EXPECT_THAT(error_of("boast").message, HasSubstr("\"model.bin\" has 0 bytes and should have 12"));
}

TEST_F(JobWorkerTest, SaysWhenTheProgramKnowsNoSuchWork) {
  EXPECT_EQ(error_of("paint").code, ErrorCode::kFailedPrecondition);
}

TEST_F(JobWorkerTest, SaysWhenTheProgramIsNotThere) {
  settings.program = "/nowhere/weigh-worker";
  const auto error = error_of("echo");
  EXPECT_EQ(error.code, ErrorCode::kFailedPrecondition);
  EXPECT_THAT(error.message, HasSubstr("/nowhere/weigh-worker"));
}

TEST_F(JobWorkerTest, RunsSeveralOrdersAtATime) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      JobWorker worker{settings};
      FakeControl own;
      services::WorkOrder order{.job = "01TEST", .kind = "echo", .parameters = "{}"};
      order.inputs.push_back({"data", file_with("some words")});
      EXPECT_TRUE(worker.run(std::move(order), own));
    });
  }
  threads.clear();
  expect_nothing_left();
}

bool is_alive(pid_t process) {
  const auto status = read_file("/proc/" + std::to_string(process) + "/stat");
  return status && status->find(") Z ") == std::string::npos;
}

TEST_F(JobWorkerTest, DiesWithinASecondOfAParentThatIsKilled) {
  // The parent is a process of its own; its worker's id comes over a pipe.
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t parent = ::fork();
  if (parent == 0) {
    control.on_report = [&] {
      const auto mine = children();
      [[maybe_unused]] const auto written = ::write(ends[1], mine.at(0).data(), mine.at(0).size());
      std::this_thread::sleep_for(1h);
    };
    static_cast<void>(run("linger"));
    ::_exit(0);
  }
  char text[32] = {};
  ASSERT_GT(::read(ends[0], text, sizeof text - 1), 0);
  const pid_t worker = std::atoi(text);
  ASSERT_GT(worker, 1);
  EXPECT_TRUE(is_alive(worker));
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  for (int i = 0; i < 100 && is_alive(worker); ++i) std::this_thread::sleep_for(10ms);
  EXPECT_FALSE(is_alive(worker));
  // What it left on the disk is removed by the next start.
  EXPECT_THAT(list_directory(settings.work_directory).value(), ::testing::SizeIs(1));
  ASSERT_TRUE(clear_leftovers(settings.work_directory));
  expect_nothing_left();
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_F(JobWorkerTest, TakesOnlyPlainFilesAsOutputs) {
  const auto scratch = Scratch::create(settings.work_directory).take();
  const auto at = [&](const char* name) { return join_path(scratch.path(), name); };
  ASSERT_TRUE(replace_file(at("plain"), "1234"));
  ASSERT_TRUE(replace_file(at("shared"), "1234"));
  ASSERT_EQ(::link(at("shared").c_str(), at("second").c_str()), 0);
  ASSERT_EQ(::symlink("/etc/passwd", at("link").c_str()), 0);
  ASSERT_EQ(::mkfifo(at("pipe").c_str(), 0600), 0);
  ASSERT_TRUE(make_directories(at("folder")));
  EXPECT_TRUE(scratch.take({{"plain", 4}}, 4));
  EXPECT_EQ(scratch.take({{"plain", 4}}, 3).error().code, ErrorCode::kResourceExhausted);
  for (const char* name : {"shared", "link", "pipe", "folder", "absent"})
    EXPECT_EQ(scratch.take({{"plain", 4}, {name, 4}}, 100).error().code, ErrorCode::kInternal) << name;
}

}  // namespace
}  // namespace weighhouse::workers
