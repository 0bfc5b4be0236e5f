#include "workers/speech/speaking_programs.h"

#include <cstdlib>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <thread>

#include "base/file.h"
#include "workers/speech/spoken_wav.h"

namespace weighhouse::workers {
namespace {

using services::SpokenClip;
using services::Utterance;
using ::testing::HasSubstr;

class SpeakingProgramsTest : public ::testing::Test {
 protected:
  SpeakingPrograms speaking(std::string espeak = "espeak-ng", std::string flite = "flite") {
    return SpeakingPrograms{{.work_directory = folder_.path() + "/work",
                             .processes = 2,
                             .nice = 0,
                             .espeak = std::move(espeak),
                             .flite = std::move(flite)}};
  }
  // A program in the place of espeak-ng.
  std::string script(const std::string& text) {
    const auto path = folder_.path() + "/program";
    std::ofstream{path} << "#!/bin/sh\n" << text;
    ::chmod(path.c_str(), 0755);
    return path;
  }

  TemporaryDirectory folder_ = TemporaryDirectory::create().take();
  std::atomic<bool> cancelled_{false};
};

class WithEspeak : public SpeakingProgramsTest {
 protected:
  void SetUp() override {
    if (!speaking().require()) GTEST_SKIP() << "espeak-ng is not installed";
  }
};

double seconds(const SpokenClip& clip) { return static_cast<double>(clip.samples.size()) / clip.sample_rate_hz; }

TEST_F(SpeakingProgramsTest, SaysWhatToInstallWhereNothingCanSpeak) {
  const auto programs = speaking("no-such-program");
  const auto result = programs.require();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_THAT(result.error().message, HasSubstr("apt install espeak-ng"));
  EXPECT_FALSE(programs.has_voice("en-us"));
  EXPECT_FALSE(programs.speak(std::vector{Utterance{.text = "hello"}}, {}, cancelled_));
}

TEST_F(WithEspeak, SpeaksEachUtteranceWithItsVoiceSpeedAndPitch) {
  const std::vector<Utterance> utterances{{.text = "butterfly", .variant = "m3", .pitch = 80, .speed = 140},
                                          {.text = "butterfly", .variant = "m3", .pitch = 20, .speed = 280},
                                          {.text = "keyboard & <mouse>!", .voice = "en-gb-scotland", .variant = "f3"}};
  std::size_t told = 0;
  const auto clips = speaking().speak(utterances, [&](std::size_t done, std::size_t) { told = done; }, cancelled_);
  ASSERT_TRUE(clips) << clips.error().message;
  ASSERT_EQ(clips->size(), 3U);
  EXPECT_EQ(told, 3U);
  EXPECT_GT(seconds((*clips)[0]), 0.4);
  EXPECT_LT(seconds((*clips)[1]), seconds((*clips)[0]) * 0.7);
  for (const auto& clip : *clips) {
    EXPECT_GT(std::abs(int{clip.samples.front()}), 2);
    EXPECT_GT(std::abs(int{clip.samples.back()}), 2);
  }
}

TEST_F(WithEspeak, SpeaksTheSameListTheSameWay) {
  std::vector<Utterance> utterances;
  for (int i = 0; i < 70; ++i) utterances.push_back({.text = "number " + std::to_string(i), .pitch = i});
  const auto first = speaking().speak(utterances, {}, cancelled_);
  const auto second = speaking().speak(utterances, {}, cancelled_);
  ASSERT_TRUE(first) << first.error().message;
  ASSERT_TRUE(second);
  ASSERT_EQ(first->size(), 70U);
  for (std::size_t i = 0; i < 70; ++i) EXPECT_EQ((*first)[i].samples, (*second)[i].samples) << i;
}

TEST_F(WithEspeak, SpeaksTextsWithLongPausesAsOne) {
  const std::vector<Utterance> utterances{{.text = "one. two. three", .speed = 80}, {.text = "four"}};
  const auto clips = speaking().speak(utterances, {}, cancelled_);
  ASSERT_TRUE(clips) << clips.error().message;
  ASSERT_EQ(clips->size(), 2U);
  EXPECT_GT(seconds((*clips)[0]), 1.5);
  EXPECT_LT(seconds((*clips)[1]), 1);
}

TEST_F(WithEspeak, SpeaksWithFliteWhereItIsInstalled) {
  const auto programs = speaking();
  const std::vector<Utterance> utterances{{.text = "butterfly", .voice = "flite/slt"}, {.text = "butterfly"}};
  const auto clips = programs.speak(utterances, {}, cancelled_);
  if (!programs.has_voice("flite/slt")) {
    ASSERT_FALSE(clips);
    EXPECT_THAT(clips.error().message, HasSubstr("apt install flite"));
    return;
  }
  ASSERT_TRUE(clips) << clips.error().message;
  EXPECT_EQ((*clips)[0].sample_rate_hz, 16'000);
  EXPECT_EQ((*clips)[1].sample_rate_hz, 22'050);
}

TEST_F(WithEspeak, RefusesWhatNoVoiceCanSay) {
  for (const auto& utterance : {Utterance{.text = " "}, Utterance{.text = "hello", .voice = "../../etc"},
                                Utterance{.text = "hello", .voice = "flite/nobody"},
                                Utterance{.text = "hello", .pitch = 100}, Utterance{.text = "hello", .speed = 5}}) {
    const auto clips = speaking().speak(std::vector{utterance}, {}, cancelled_);
    ASSERT_FALSE(clips);
    EXPECT_EQ(clips.error().code, ErrorCode::kInvalidArgument) << clips.error().message;
  }
}

TEST_F(WithEspeak, SpellsOutHowTextsSound) {
  const std::vector<std::string> texts{"jarvis", "night", "knight", "hey jarvis"};
  const auto sounds = speaking().pronounce(texts);
  ASSERT_TRUE(sounds) << sounds.error().message;
  ASSERT_EQ(sounds->size(), 4U);
  EXPECT_EQ((*sounds)[1], (*sounds)[2]);
  EXPECT_EQ((*sounds)[0].back(), "s");
  EXPECT_EQ((*sounds)[3].size(), (*sounds)[0].size() + 2);
}

TEST_F(SpeakingProgramsTest, EndsWhatRunsWhenItIsCancelled) {
  const auto programs = speaking(script("sleep 60\n"));
  std::jthread canceller{[&] {
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
    cancelled_ = true;
  }};
  const auto begin = std::chrono::steady_clock::now();
  const auto clips = programs.speak(std::vector{Utterance{.text = "hello"}}, {}, cancelled_);
  ASSERT_FALSE(clips);
  EXPECT_EQ(clips.error().code, ErrorCode::kCancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{20});
}

TEST_F(SpeakingProgramsTest, TellsTheLastWordsOfAProgramThatFails) {
  const auto clips = speaking(script("echo no voice today >&2\nexit 3\n"))
                         .speak(std::vector{Utterance{.text = "hello"}}, {}, cancelled_);
  ASSERT_FALSE(clips);
  EXPECT_EQ(clips.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(clips.error().message, HasSubstr("status 3"));
  EXPECT_THAT(clips.error().message, HasSubstr("no voice today"));
  EXPECT_TRUE(list_directory(folder_.path() + "/work")->empty());
}

TEST(SpokenWav, RefusesWhatIsNone) {
  EXPECT_FALSE(read_spoken_wav(""));
  EXPECT_FALSE(read_spoken_wav(std::string(100, 'x')));
  EXPECT_FALSE(read_spoken_wav("RIFF1234WAVEdata"));
}

TEST(SpokenWav, IsCutAtPausesAndOnlyThere) {
  SpokenClip clip{1'000, std::vector<std::int16_t>(3'000)};
  for (const std::size_t i : {500U, 700U, 900U, 1'900U, 2'000U}) clip.samples[i] = 100;
  const auto pieces = cut_at_pauses(clip, 0.5);
  ASSERT_EQ(pieces.size(), 2U);
  EXPECT_EQ(pieces[0].samples.size(), 401U);
  EXPECT_EQ(pieces[1].samples.size(), 101U);
  EXPECT_TRUE(cut_at_pauses({1'000, std::vector<std::int16_t>(10, 1)}, 0.5).empty());
}

}  // namespace
}  // namespace weighhouse::workers
