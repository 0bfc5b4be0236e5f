#include "cli/progress.h"

#include <gtest/gtest.h>

#include "cli/width.h"

namespace weighhouse::cli {
namespace {

TEST(Progress, TellsSharesBytesRateAndTimeLeft) {
  EXPECT_EQ(render_progress({.label = "sending jarvis.pt", .done = 25'000'000, .total = 100'000'000, .rate = 5e6}, 100),
            "sending jarvis.pt   25 %  25.0 MB of 100 MB  5.00 MB/s  15 s left");
}

TEST(Progress, TellsOnlyWhatIsKnown) {
  EXPECT_EQ(render_progress({.label = "receiving", .done = 5'000'000, .rate = 1e6}, 100),
            "receiving  5.00 MB  1.00 MB/s");
  EXPECT_EQ(render_progress({.label = "sending", .done = 0, .total = 100}, 100), "sending    0 %  0 B of 100 B");
}

TEST(Progress, TellsThePercentOfAJobWithoutBytes) {
  EXPECT_EQ(render_progress(
                {.label = "verify: reading", .unit = Unit::kPercent, .done = 4'200, .total = 10'000, .rate = 580}, 100),
            "verify: reading   42 %  10 s left");
}

TEST(Progress, CountsThingsThatAreNoBytes) {
  EXPECT_EQ(
      render_progress({.label = "predicting", .unit = Unit::kCount, .done = 2'000, .total = 8'000, .rate = 1'500}, 100),
      "predicting   25 %  2,000 of 8,000  1,500/s  4.0 s left");
  EXPECT_EQ(render_progress({.label = "predicting", .unit = Unit::kCount, .done = 500, .rate = 1'500}, 100),
            "predicting  500  1,500/s");
}

TEST(Progress, NeverClaimsToBeDoneEarly) {
  EXPECT_EQ(render_progress({.label = "x", .unit = Unit::kPercent, .done = 9'999, .total = 10'000}, 100), "x   99 %");
}

TEST(Progress, CutsTheLabelBeforeTheFigures) {
  const ProgressState state{.label = "sending a-file-with-a-very-long-name.safetensors",
                            .done = 25'000'000,
                            .total = 100'000'000,
                            .rate = 5e6};
  EXPECT_EQ(render_progress(state, 60), "sending a-f…   25 %  25.0 MB of 100 MB  5.00 MB/s  15 s left");
  for (std::size_t width = 1; width < 100; ++width) EXPECT_LE(display_width(render_progress(state, width)), width);
}

TEST(RateMeter, SettlesAtASteadyRate) {
  RateMeter meter;
  for (int i = 0; i <= 100; ++i) meter.add(0.1 * i, static_cast<std::uint64_t>(i) * 1000);
  EXPECT_NEAR(meter.rate(), 10'000, 1);
}

TEST(RateMeter, FallsWhenNothingMoves) {
  RateMeter meter;
  meter.add(0, 0);
  meter.add(1, 1000);
  for (int i = 1; i <= 10; ++i) meter.add(1 + i, 1000);
  EXPECT_LT(meter.rate(), 50);
}

TEST(RateMeter, IsNotConfusedByBytesThatMoveAgain) {
  RateMeter meter;
  meter.add(0, 0);
  meter.add(1, 1000);
  meter.add(2, 500);
  EXPECT_GE(meter.rate(), 0);
}

}  // namespace
}  // namespace weighhouse::cli
