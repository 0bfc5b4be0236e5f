#include "scales/paired.h"

#include <gtest/gtest.h>

#include "scales/paired_mean.h"

namespace weighhouse::scales {
namespace {

TEST(McNemar, IsExactForFewDiscordantItems) {
  const auto result = mcnemar({3, 10});
  EXPECT_EQ(result.method, McNemarMethod::kExact);
  EXPECT_NEAR(result.p_value, 0.09228515625, 1e-12);
  EXPECT_NEAR(result.mid_p_value, 0.057373046875, 1e-12);
  EXPECT_EQ(result.statistic, 3.0);
}

TEST(McNemar, SaysNothingFromOneItem) {
  EXPECT_DOUBLE_EQ(mcnemar({0, 1}).p_value, 1.0);
  EXPECT_DOUBLE_EQ(mcnemar({0, 0}).p_value, 1.0);
  EXPECT_DOUBLE_EQ(mcnemar({0, 0}).mid_p_value, 1.0);
  EXPECT_NEAR(mcnemar({0, 6}).p_value, 0.03125, 1e-12);
}

TEST(McNemar, IsCorrectedChiSquaredForMany) {
  const auto result = mcnemar({15, 30});
  EXPECT_EQ(result.method, McNemarMethod::kChiSquared);
  EXPECT_NEAR(result.statistic, 4.355555555555555, 1e-12);
  EXPECT_NEAR(result.p_value, 0.036888425707049914, 1e-12);
  EXPECT_NEAR(result.mid_p_value, 0.02589608179323478, 1e-10);
  EXPECT_NEAR(mcnemar({12, 13}).p_value, 1.0, 1e-12);
}

TEST(McNemar, DoesNotTireOfManyItems) {
  const auto result = mcnemar({3'000'000, 3'010'000});
  EXPECT_NEAR(result.p_value, result.mid_p_value, 1e-3);
  EXPECT_LT(result.p_value, 0.001);
}

TEST(McNemar, IsTheSameWhicheverModelIsNamedFirst) {
  EXPECT_EQ(mcnemar({3, 10}).p_value, mcnemar({10, 3}).p_value);
  EXPECT_EQ(mcnemar({15, 30}).statistic, mcnemar({30, 15}).statistic);
}

TEST(Bootstrap, OfOneModelsMacroF1HoldsItAndNarrowsWithMoreItems) {
  const auto of = [](std::size_t items) {
    std::vector<std::uint32_t> actual(items);
    std::vector<std::uint32_t> predicted(items);
    for (std::size_t i = 0; i < items; ++i) {
      actual[i] = static_cast<std::uint32_t>(i % 2);
      predicted[i] = i % 5 == 0 ? 1 - actual[i] : actual[i];  // four in five are right, evenly in both classes
    }
    return bootstrap_macro_f1(actual, predicted, 2).value();
  };
  const auto few = of(50);
  const auto many = of(5000);
  for (const auto& interval : {few, many}) {
    EXPECT_LT(interval.lower, 0.8);
    EXPECT_GT(interval.upper, 0.8);
  }
  // Two standard errors of a share of 0.8 of 5,000 are 0.0113; macro-F1 of two even classes differs little from it.
  EXPECT_NEAR(many.upper - many.lower, 0.0222, 0.002);
  EXPECT_GT(few.upper - few.lower, 0.15);
  EXPECT_EQ(bootstrap_macro_f1({}, {}, 2).error().code, ErrorCode::kInvalidArgument);
}

TEST(Discordant, CountsWhereOneWasRightAndTheOtherWrong) {
  const std::vector<std::uint8_t> first{1, 1, 0, 0, 1};
  const std::vector<std::uint8_t> second{1, 0, 1, 0, 0};
  const auto counts = discordant(first, second).value();
  EXPECT_EQ(counts.only_first, 2U);
  EXPECT_EQ(counts.only_second, 1U);
  EXPECT_EQ(discordant(first, {}).error().code, ErrorCode::kInvalidArgument);
}

// A hundred items of two classes; the first model misses every fourth, the second every tenth.
struct Sample {
  std::vector<std::uint32_t> actual;
  std::vector<std::uint32_t> first;
  std::vector<std::uint32_t> second;

  Sample() {
    for (std::uint32_t i = 0; i < 100; ++i) {
      const std::uint32_t label = i / 2 % 2;
      actual.push_back(label);
      first.push_back(i % 4 == 0 ? 1 - label : label);
      second.push_back(i % 10 == 0 ? 1 - label : label);
    }
  }
};

TEST(Bootstrap, GivesTheDifferenceOnAllItemsAndAnIntervalAroundIt) {
  const Sample sample;
  const auto result = bootstrap_accuracy(sample.actual, sample.first, sample.second, 2).value();
  EXPECT_DOUBLE_EQ(result.difference, 0.15);
  // Of 25 and 10 misses 5 are shared: the standard error of the mean of 20 gains and 5 losses is 0.0477.
  EXPECT_NEAR(result.interval.lower, 0.15 - 1.96 * 0.0477, 0.02);
  EXPECT_NEAR(result.interval.upper, 0.15 + 1.96 * 0.0477, 0.02);
  EXPECT_EQ(verdict(result.interval), Verdict::kBetter);
}

TEST(Bootstrap, DependsOnItsSeedAlone) {
  const Sample sample;
  const auto once = bootstrap_accuracy(sample.actual, sample.first, sample.second, 2, {.seed = 7}).value();
  const auto again = bootstrap_accuracy(sample.actual, sample.first, sample.second, 2, {.seed = 7}).value();
  const auto other = bootstrap_macro_f1(sample.actual, sample.first, sample.second, 2, {.seed = 8}).value();
  const auto same = bootstrap_macro_f1(sample.actual, sample.first, sample.second, 2, {.seed = 7}).value();
  EXPECT_EQ(once.interval.lower, again.interval.lower);
  EXPECT_EQ(once.interval.upper, again.interval.upper);
  EXPECT_NE(other.interval.lower, same.interval.lower);
}

TEST(Bootstrap, SeesNoDifferenceBetweenAModelAndItself) {
  const Sample sample;
  const auto result = bootstrap_macro_f1(sample.actual, sample.first, sample.first, 2).value();
  EXPECT_EQ(result.difference, 0.0);
  EXPECT_EQ(result.interval.lower, 0.0);
  EXPECT_EQ(verdict(result.interval), Verdict::kNoEvidence);
}

TEST(Bootstrap, FindsTheSecondWorseWhenTheTwoAreExchanged) {
  const Sample sample;
  const auto result = bootstrap_macro_f1(sample.actual, sample.second, sample.first, 2).value();
  EXPECT_LT(result.difference, 0.0);
  EXPECT_EQ(verdict(result.interval), Verdict::kWorse);
}

TEST(Bootstrap, RefusesWhatCannotBeCompared) {
  const Sample sample;
  EXPECT_FALSE(bootstrap_accuracy({}, {}, {}, 2).has_value());
  EXPECT_FALSE(bootstrap_accuracy(sample.actual, sample.first, {}, 2).has_value());
  EXPECT_FALSE(bootstrap_accuracy(sample.actual, sample.first, sample.second, 1).has_value());
  EXPECT_FALSE(bootstrap_accuracy(sample.actual, sample.first, sample.second, 2, {.resamples = 5}).has_value());
}

TEST(Holm, StepsDownAndNeverLetsALargerValueComeOutSmaller) {
  const std::vector<double> values{0.01, 0.04, 0.03, 0.005};
  const auto corrected = holm(values).value();
  EXPECT_NEAR(corrected[3], 0.02, 1e-15);
  EXPECT_NEAR(corrected[0], 0.03, 1e-15);
  EXPECT_NEAR(corrected[2], 0.06, 1e-15);
  EXPECT_NEAR(corrected[1], 0.06, 1e-15);
}

TEST(Holm, StopsAtOneAndRefusesWhatIsNoChance) {
  const std::vector<double> values{0.9, 0.8};
  EXPECT_EQ(holm(values).value()[0], 1.0);
  const std::vector<double> wrong{1.5};
  EXPECT_EQ(holm(wrong).error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(holm({}).value().empty());
}

TEST(BootstrapMean, TellsAGainThatEveryItemHasFromOneByChance) {
  const std::vector<double> first{1, 5, 3, 8, 2, 9};
  const std::vector<double> second{2, 6.5, 4, 9, 3.5, 10};
  const auto gain = bootstrap_mean(first, second).value();
  EXPECT_NEAR(gain.difference, 7.0 / 6, 1e-9);
  EXPECT_GE(gain.interval.lower, 1);
  EXPECT_LE(gain.interval.upper, 1.5);
  EXPECT_EQ(verdict(gain.interval), Verdict::kBetter);
  const auto chance = bootstrap_mean(first, std::vector<double>{9, 2, 8, 3, 5, 1}).value();
  EXPECT_EQ(verdict(chance.interval), Verdict::kNoEvidence);
  EXPECT_FALSE(bootstrap_mean(first, std::vector<double>{1}));
}

}  // namespace
}  // namespace weighhouse::scales
