#include "learners/wake_word/augment.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

#include "learners/wake_word/testing/tones.h"

namespace weighhouse::learners::wake {
namespace {

// How loud it is before the word, against the loudest of the whole: in decibels, or -200 for digital silence.
double floor_of(const Samples& sound) {
  const double before = root_mean_square(std::span{sound}.first(4'000));
  double loudest = 0;
  for (std::size_t i = 0; i + 1'600 <= sound.size(); i += 1'600)
    loudest = std::max(loudest, root_mean_square(std::span{sound}.subspan(i, 1'600)));
  return before > 0 ? 20 * std::log10(before / loudest) : -200;
}

TEST(OtherCircumstances, RangeFromALoudRoomToAClosedGate) {
  const auto word = testing::word(1);
  Variety variety;
  variety.in_a_room = 0;
  std::size_t silent = 0;
  std::size_t hushed = 0;
  std::size_t loud = 0;
  constexpr std::size_t kTimes = 400;
  for (std::uint64_t seed = 0; seed < kTimes; ++seed) {
    scales::Random random{seed};
    const auto sound = in_other_circumstances(word, 32'000, {}, variety, random);
    const double floor = floor_of(sound);
    if (floor <= -200) ++silent;
    if (floor > -200 && floor < -45) ++hushed;
    if (floor > -15) ++loud;
    EXPECT_LE(std::abs(*std::max_element(sound.begin(), sound.end())), 1.0F);
  }
  EXPECT_NEAR(static_cast<double>(silent) / kTimes, variety.gated, 0.06);
  EXPECT_GT(hushed, kTimes / 10);
  EXPECT_GT(loud, kTimes / 10);
}

TEST(OtherCircumstances, EndWithTheWord) {
  const auto word = testing::word(2);
  Variety variety;
  variety.gated = 1;
  variety.in_a_room = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    scales::Random random{seed};
    const auto sound = in_other_circumstances(word, 32'000, {}, variety, random);
    const auto said = trimmed(sound);
    const auto after = static_cast<std::size_t>(sound.data() + sound.size() - (said.data() + said.size()));
    EXPECT_LE(after, static_cast<std::size_t>(variety.latest_seconds * 16'000) + 1'600);
  }
}

}  // namespace
}  // namespace weighhouse::learners::wake
