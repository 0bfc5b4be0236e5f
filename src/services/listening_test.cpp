#include "services/listening.h"

#include <gtest/gtest.h>

namespace weighhouse::services {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kRate = 16'000;

std::vector<std::int16_t> seconds_of(double seconds, std::int16_t value = 0) {
  return std::vector<std::int16_t>(static_cast<std::size_t>(seconds * kRate), value);
}

// Hears what is loud: the highest sample of the tail, as a share.
Result<double> loudest(const Sound& sound, std::chrono::milliseconds tail) {
  const auto count = std::min<std::size_t>(sound.samples.size(), static_cast<std::size_t>(kRate * tail.count() / 1000));
  const auto end = sound.samples.last(count);
  return *std::max_element(end.begin(), end.end()) / 32767.0;
}

TEST(Listening, JudgesTheFirstSecondAndThenEveryHalf) {
  Listening stream{kRate, 0.5, 0ms};
  std::vector<double> lengths;
  const auto score = [&](const Sound& sound, std::chrono::milliseconds tail) -> Result<double> {
    lengths.push_back(static_cast<double>(sound.samples.size()) / kRate);
    lengths.push_back(static_cast<double>(tail.count()) / 1000);
    return 0.0;
  };
  EXPECT_TRUE(stream.hear(seconds_of(0.99), score).take().empty());
  EXPECT_EQ(stream.hear(seconds_of(0.02), score).take().size(), 1U);
  const auto rest = stream.hear(seconds_of(2.5), score).take();
  ASSERT_EQ(rest.size(), 5U);
  EXPECT_DOUBLE_EQ(rest.front().at_seconds, 1.5);
  EXPECT_DOUBLE_EQ(rest.back().at_seconds, 3.5);
  const std::vector<double> expected{1, 1, 1.5, 0.5, 2, 0.5, 2.5, 0.5, 2.5, 0.5, 2.5, 0.5};
  EXPECT_EQ(lengths, expected) << "the first window whole, then the new half with what came before it";
}

TEST(Listening, HearsTheSameHoweverTheSoundArrives) {
  auto sound = seconds_of(3.2);
  for (std::size_t i = 20'000; i < 21'000; ++i) sound[i] = 32767;
  const auto whole = Listening{kRate, 0.5, 1000ms}.hear(sound, loudest).take();
  Listening parts{kRate, 0.5, 1000ms};
  std::vector<Detection> heard;
  for (std::size_t begin = 0; begin < sound.size(); begin += 777) {
    const auto piece = std::span{sound}.subspan(begin, std::min<std::size_t>(777, sound.size() - begin));
    for (const auto& detection : parts.hear(piece, loudest).take()) heard.push_back(detection);
  }
  ASSERT_EQ(heard.size(), whole.size());
  for (std::size_t i = 0; i < heard.size(); ++i) {
    EXPECT_EQ(heard[i].confidence, whole[i].confidence);
    EXPECT_EQ(heard[i].detected, whole[i].detected);
  }
}

TEST(Listening, CountsAWordOnceUntilThePauseIsOver) {
  Listening stream{kRate, 0.5, 1000ms};
  const auto heard = stream.hear(seconds_of(4, 30'000), loudest).take();
  std::vector<bool> detected;
  std::vector<bool> paused;
  for (const auto& one : heard) {
    detected.push_back(one.detected);
    paused.push_back(one.in_cooldown);
  }
  EXPECT_EQ(detected, (std::vector<bool>{true, false, true, false, true, false, true}));
  EXPECT_EQ(paused, (std::vector<bool>{false, true, false, true, false, true, false}));
}

TEST(Listening, TakesANewThresholdAndPauseAtOnce) {
  Listening stream{kRate, 0.99, 1000ms};
  EXPECT_FALSE(stream.hear(seconds_of(1, 30'000), loudest).take().front().detected);
  stream.set_threshold(0.5);
  stream.set_cooldown(0ms);
  for (const auto& one : stream.hear(seconds_of(1.5, 30'000), loudest).take()) EXPECT_TRUE(one.detected);
}

TEST(Listening, BeginsAnewAfterAReset) {
  Listening stream{kRate, 0.5, 60'000ms};
  EXPECT_TRUE(stream.hear(seconds_of(1, 30'000), loudest).take().front().detected);
  stream.reset();
  const auto again = stream.hear(seconds_of(1, 30'000), loudest).take();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_TRUE(again.front().detected);
  EXPECT_DOUBLE_EQ(again.front().at_seconds, 1);
}

TEST(Listening, GoesOnAfterAWindowThatCouldNotBeJudged) {
  Listening stream{kRate, 0.5, 0ms};
  const auto broken = [](const Sound&, std::chrono::milliseconds) -> Result<double> {
    return fail(ErrorCode::kUnavailable, "The process ended.");
  };
  EXPECT_FALSE(stream.hear(seconds_of(1), broken));
  const auto heard = stream.hear(seconds_of(0.5), loudest).take();
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_DOUBLE_EQ(heard.front().at_seconds, 1.5);
}

}  // namespace
}  // namespace weighhouse::services
