// Stories of wake words over the real programs: from recordings to the files that a person finds.

#include <boost/json.hpp>
#include <csignal>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <thread>

#include "base/file.h"
#include "base/text.h"
#include "features/testing/sounds.h"
#include "program.h"

namespace weighhouse::e2e {
namespace {

namespace json = boost::json;

using testing::AllOf;
using testing::HasSubstr;

class WakeWords : public testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < 3; ++i) {
      const auto sound = features::testing::tone(400 + 60 * i, 0.4, 16'000, 0.8);
      ASSERT_TRUE(replace_file(at("take " + std::to_string(i) + ".wav"), features::testing::wav_of(sound, 16'000)));
    }
  }
  std::string at(std::string_view name) const { return join_path(folder_.path(), name); }
  Outcome run(const Words& words) const {
    Words all{weigh_path()};
    all.insert(all.end(), words.begin(), words.end());
    return run_program(all, {{"WEIGH_HOME", home_}}, folder_.path(), std::chrono::seconds{180});
  }
  // Small enough for a test: what is learned matters less than that it goes all the way.
  static Words training(const std::string& epochs) {
    return {"train",  "wake-word",          "hey jarvis",  "--recordings", "take 0.wav", "take 1.wav",  "take 2.wav",
            "--base", "builtin/log-mel-v1", "--no-speech", "--epochs",     epochs,       "--positives", "100"};
  }
  static std::vector<pid_t> children_of(pid_t process) {
    std::vector<pid_t> found;
    for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task")) {
      const auto text = read_file(task.path().string() + "/children").value_or("");
      for (const auto word : split(text, ' ')) {
        if (const auto id = parse_int(trim(word))) found.push_back(static_cast<pid_t>(*id));
      }
    }
    return found;
  }

  TemporaryDirectory folder_ = TemporaryDirectory::create().take();
  std::string home_ = join_path(folder_.path(), "home");
};

TEST_F(WakeWords, AreTrainedFromRecordingsIntoAFolderThatOthersCanUse) {
  const auto trained = run(training("2"));
  EXPECT_EQ(trained.code, 0) << trained.error;
  EXPECT_THAT(trained.output,
              AllOf(HasSubstr("custom/hey_jarvis@1"), HasSubstr("builtin/log-mel-v1"), HasSubstr("f1")));
  const auto folder = join_path(home_, "models/custom/hey_jarvis");
  for (const char* name : {"hey_jarvis.pt", "hey_jarvis.onnx", "hey_jarvis.json", "recordings/recording_003.wav"})
    EXPECT_TRUE(std::filesystem::exists(join_path(folder, name))) << name;
  const auto record = json::parse(read_file(join_path(folder, "hey_jarvis.json")).value()).as_object();
  EXPECT_EQ(record.at("wake_word"), "hey jarvis");
  EXPECT_EQ(record.at("training_config").at("epochs_trained"), 2);
  EXPECT_TRUE(record.contains("onnx_parity"));

  const auto bad = run({"train", "wake-word", "r2d2", "--recordings", "take 0.wav"});
  EXPECT_EQ(bad.code, 2);
  EXPECT_THAT(bad.error, HasSubstr("Wake word must contain only letters and spaces"));
}

TEST_F(WakeWords, AWorkerThatIsKilledLeavesNothingHalfMadeAndTheNextTrainingGoesOn) {
  auto server = Server::start(home_).value();
  Outcome killed;
  std::jthread trains{[this, &killed] { killed = run(training("500")); }};
  // The worker that trains stays for longer than the one that looks at the recordings.
  std::map<pid_t, int> seen;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{120};
  for (bool done = false; !done && std::chrono::steady_clock::now() < end;) {
    for (const pid_t child : children_of(server.process_id())) {
      if (++seen[child] < 20) continue;
      ::kill(child, SIGKILL);
      done = true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
  }
  trains.join();
  EXPECT_NE(killed.code, 0);
  EXPECT_THAT(run({"list", "--json"}).output, testing::Not(HasSubstr("hey_jarvis")));
  const auto again = run(training("1"));
  EXPECT_EQ(again.code, 0) << again.error;
}

}  // namespace
}  // namespace weighhouse::e2e
