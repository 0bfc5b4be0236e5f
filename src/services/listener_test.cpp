#include "services/listener.h"

#include "services/testing/house_fixture.h"
#include "services/testing/stand_ins.h"

namespace weighhouse::services {
namespace {

using namespace std::chrono_literals;

constexpr const char* kAnswer = R"({"scores":[0.1,0.9,0.4],"stride_seconds":0.08,"seconds":1.5,"rms":0.1})";

class ListenerTest : public HouseFixture {
 protected:
  void publish_wake_word(const std::vector<std::pair<std::string, std::string>>& contents, const std::string& record) {
    auto version = files(contents, alice);
    version.kind = registry::Kind::kWakeWord;
    version.metadata = record;
    const auto published = publisher.publish(alice, ref("jarvis"), version);
    ASSERT_TRUE(published) << published.error().message;
  }
  Result<Ear> ear(ListenWith with = ListenWith::kOwn) { return listener.get_ear(alice, ref("jarvis"), {}, with); }

  void SetUp() override {
    jobs.add_lane("work", {});
    jobs.add_kind({.name = "listen", .lane = "work"},
                  [](const Caller&, const std::string&, JobControl&) -> Result<JobOutcome> { return std::string{}; });
  }

  JobRunner jobs{*metadata, clock};
  ScriptedWork work;
  ScriptedPredictor predictor;
  QuietControl control;
  Listener listener{{*metadata, blobs, clock}, predictor, intake, work, jobs, {.file_bytes = 100}};
};

TEST_F(ListenerTest, KnowsWordAndThresholdFromTheRecord) {
  publish_wake_word({{"wake_word.safetensors", "weights"}}, R"({"wake_word":"Hey Jarvis","threshold":0.65})");
  const auto found = ear().take();
  EXPECT_EQ(found.wake_word, "Hey Jarvis");
  EXPECT_EQ(found.threshold, 0.65);
  EXPECT_EQ(found.file.path.text(), "wake_word.safetensors");
}

TEST_F(ListenerTest, AsksTheModelAboutTheEndOfTheSound) {
  publish_wake_word({{"wake_word.safetensors", "weights"}}, "{}");
  predictor.answer = std::string{kAnswer};
  const std::vector<std::int16_t> samples{1, -2};
  const auto heard = listener.hear(ear().take(), {samples, 16'000}, 500ms).take();
  EXPECT_EQ(heard.confidence, 0.9);
  EXPECT_EQ(heard.scores.size(), 3U);
  EXPECT_EQ(heard.stride_seconds, 0.08);
  EXPECT_EQ(predictor.requests.at(0), std::string(R"({"encoding":"pcm16","rate":16000,"tail_ms":500})") + "\n" +
                                          std::string("\x01\x00\xFE\xFF", 4));
  EXPECT_EQ(predictor.loaded.at(0), (std::pair<std::string, std::string>{"wake_word.safetensors", "weights"}));
}

TEST_F(ListenerTest, HearsNothingInSilence) {
  publish_wake_word({{"wake_word.safetensors", "weights"}}, "{}");
  predictor.answer = std::string{R"({"scores":[0.99],"stride_seconds":0.08,"seconds":1,"rms":0.004})"};
  EXPECT_EQ(listener.hear_file(ear().take(), "RIFF").take().confidence, 0);
}

TEST_F(ListenerTest, BoundsWhatItTakes) {
  publish_wake_word({{"wake_word.safetensors", "weights"}}, "{}");
  const auto one = ear().take();
  EXPECT_EQ(listener.hear_file(one, "").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(listener.hear_file(one, std::string(101, 'x')).error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(listener.hear(one, {{}, 7'999}, 500ms).error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(predictor.requests.empty());
}

TEST_F(ListenerTest, DoesNotBelieveAnAnswerThatIsNone) {
  publish_wake_word({{"wake_word.safetensors", "weights"}}, "{}");
  for (const char* wrong : {"", "[]", "{}", R"({"scores":["x"],"stride_seconds":1,"seconds":1,"rms":1})"}) {
    predictor.answer = std::string{wrong};
    EXPECT_EQ(listener.hear_file(ear().take(), "RIFF").error().code, ErrorCode::kInternal) << wrong;
  }
}

TEST_F(ListenerTest, RunsTheExportWhereAsked) {
  publish_wake_word({{"wake_word.safetensors", "weights"}, {"jarvis.onnx", "graph"}}, "{}");
  predictor.answer = std::string{kAnswer};
  EXPECT_TRUE(listener.hear_file(ear(ListenWith::kOnnx).take(), "RIFF"));
  EXPECT_EQ(predictor.loaded.at(0), (std::pair<std::string, std::string>{"model.onnx", "graph"}));
}

TEST_F(ListenerTest, RunsAnImportedModelByItsOnnxFile) {
  publish_wake_word({{"jarvis.onnx", "graph"}}, "{}");
  EXPECT_EQ(ear().take().file.path.text(), "jarvis.onnx");
}

TEST_F(ListenerTest, SaysWhyAModelCannotListen) {
  publish_wake_word({{"jarvis.pt", "weights"}}, "{}");
  EXPECT_NE(ear().error().message.find("wake_word.safetensors"), std::string::npos);
  EXPECT_NE(ear(ListenWith::kOnnx).error().message.find("weigh export"), std::string::npos);
  ASSERT_TRUE(publish("other", {{"x.bin", "x"}}));
  const auto refused = listener.get_ear(alice, ref("other"), {});
  EXPECT_EQ(refused.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_NE(refused.error().message.find("only a wake-word listens"), std::string::npos);
}

TEST_F(ListenerTest, ListensToALongRecordingAsAJob) {
  publish_wake_word({{"wake_word.safetensors", "weights"}}, R"({"wake_word":"Hey Jarvis","threshold":0.65})");
  const auto sound = take("hours of sound", alice).digest;
  const auto job = listener.listen(alice, {.model = ref("jarvis"), .sound = sound, .sound_name = "night.wav"}).take();
  work.answers.push_back(
      ScriptedWork::Answer{R"({"seconds":7200,"detections":[{"at_seconds":3.5,"confidence":0.9}],"more":0})", {}});
  const auto outcome = listener.run_listen(alice, job.parameters, control).take();
  const auto result =
      metadata->transact_value<std::string>([&](registry::Transaction& rows) { return outcome.write(rows); }).take();
  EXPECT_NE(result.find(R"("seconds":7200)"), std::string::npos);
  EXPECT_NE(result.find(R"("sound_name":"night.wav")"), std::string::npos);
  EXPECT_NE(result.find(R"("wake_word":"Hey Jarvis")"), std::string::npos);
  ASSERT_EQ(work.asked.size(), 1U);
  EXPECT_EQ(work.asked[0].parameters, R"({"threshold":6.5E-1,"cooldown_seconds":2E0})");
  EXPECT_EQ(work.asked[0].inputs[0].first, "wake_word.safetensors");
  EXPECT_EQ(work.asked[0].inputs[1], (std::pair<std::string, std::string>{"sound", "hours of sound"}));
}

TEST_F(ListenerTest, RefusesAJobThatCannotBegin) {
  publish_wake_word({{"wake_word.safetensors", "weights"}}, "{}");
  const auto sound = take("sound", alice).digest;
  ListenRequest request{.model = ref("jarvis"), .sound = sound};
  request.threshold = 1.5;
  EXPECT_EQ(listener.listen(alice, request).error().code, ErrorCode::kInvalidArgument);
  request.threshold.reset();
  request.cooldown_seconds = -1;
  EXPECT_EQ(listener.listen(alice, request).error().code, ErrorCode::kInvalidArgument);
  request.cooldown_seconds = 2;
  request.sound = Digest::of("never sent");
  EXPECT_EQ(listener.listen(alice, request).error().code, ErrorCode::kFailedPrecondition);
}

TEST_F(ListenerTest, ListsWhatCanListen) {
  EXPECT_TRUE(listener.list_ears(alice).take().empty());
  publish_wake_word({{"wake_word.safetensors", "weights"}}, R"({"wake_word":"jarvis"})");
  ASSERT_TRUE(publish("other", {{"x.bin", "x"}}));
  const auto ears = listener.list_ears(alice).take();
  ASSERT_EQ(ears.size(), 1U);
  EXPECT_EQ(ears[0].wake_word, "jarvis");
  EXPECT_TRUE(listener.list_ears(bob).take().empty()) << "of another namespace";
}

}  // namespace
}  // namespace weighhouse::services
