#include "scales/confusion.h"

#include <gtest/gtest.h>

namespace weighhouse::scales {
namespace {

const std::vector<std::uint32_t> kActual{0, 0, 0, 1, 1, 2, 2, 2, 2, 1};
const std::vector<std::uint32_t> kPredicted{0, 1, 0, 1, 2, 2, 2, 0, 2, 1};

TEST(Confusion, GivesTheMetricsThatScikitLearnGives) {
  const auto confusion = Confusion::count(kActual, kPredicted, 3).value();
  EXPECT_DOUBLE_EQ(confusion.accuracy(), 0.7);
  EXPECT_NEAR(confusion.macro_f1(), 0.6944444444444443, 1e-15);
  EXPECT_NEAR(confusion.of_class(0).precision, 2.0 / 3.0, 1e-15);
  EXPECT_NEAR(confusion.of_class(1).recall, 2.0 / 3.0, 1e-15);
  EXPECT_DOUBLE_EQ(confusion.of_class(2).f1, 0.75);
  EXPECT_EQ(confusion.of_class(2).support, 4U);
}

TEST(Confusion, KeepsOnlyTheCellsThatAreNotEmpty) {
  const auto confusion = Confusion::count(kActual, kPredicted, 1000).value();
  EXPECT_EQ(confusion.cells().size(), 6U);
  EXPECT_EQ(confusion.at(2, 2), 3U);
  EXPECT_EQ(confusion.at(2, 0), 1U);
  EXPECT_EQ(confusion.at(0, 2), 0U);
  EXPECT_EQ(confusion.at(999, 999), 0U);
}

TEST(Confusion, LeavesClassesThatNeverOccurOutOfTheMean) {
  const auto few = Confusion::count(kActual, kPredicted, 3).value();
  const auto many = Confusion::count(kActual, kPredicted, 50).value();
  EXPECT_DOUBLE_EQ(few.macro_f1(), many.macro_f1());
}

TEST(Confusion, CountsAClassNeverPredictedAsZeroAndNotAsAnError) {
  const std::vector<std::uint32_t> actual{0, 1};
  const std::vector<std::uint32_t> predicted{0, 0};
  const auto confusion = Confusion::count(actual, predicted, 2).value();
  EXPECT_EQ(confusion.of_class(1).precision, 0.0);
  EXPECT_EQ(confusion.of_class(1).f1, 0.0);
  EXPECT_NEAR(confusion.macro_f1(), 1.0 / 3.0, 1e-15);
}

TEST(Confusion, HasNoAccuracyToSpeakOfWithoutItems) { EXPECT_EQ(Confusion::count({}, {}, 2).value().accuracy(), 0.0); }

TEST(Confusion, RefusesListsThatDoNotFitTogether) {
  const std::vector<std::uint32_t> one{0};
  EXPECT_EQ(Confusion::count(kActual, one, 3).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(Confusion::count(kActual, kPredicted, 2).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(Confusion::count({}, {}, 0).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace weighhouse::scales
