#include "encoders/zero_shot.h"

#include <atomic>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <numeric>

namespace weighhouse::encoders {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::Lt;

// Sees three words, and counts how often it looked.
class ThreeWords final : public TextEncoder {
 public:
  std::size_t dimensions() const override { return 3; }
  std::uint64_t size_bytes() const override { return 12; }
  Result<> encode(std::string_view text, std::span<float> vector) const override {
    ++looked;
    const std::array<std::string_view, 3> words{"rain", "music", "about"};
    for (std::size_t i = 0; i < words.size(); ++i)
      vector[i] = text.find(words[i]) != std::string_view::npos ? 1.0F : 0.0F;
    return {};
  }
  mutable std::atomic<int> looked = 0;
};

class ZeroShotTest : public testing::Test {
 protected:
  std::vector<float> judge(std::string_view text, const ZeroShot::Question& question) {
    const auto scores = judge_.judge(text, question);
    EXPECT_TRUE(scores) << scores.error().message;
    return *scores;
  }
  std::shared_ptr<ThreeWords> words_ = std::make_shared<ThreeWords>();
  ZeroShot judge_{words_};
};

TEST_F(ZeroShotTest, FindsTheLabelThatATextLiesNearestTo) {
  const ZeroShot::Question question{.labels = {"music", "rain"}};
  EXPECT_THAT(judge("rain all day", question), ElementsAre(Lt(0.1F), Gt(0.9F)));
  EXPECT_THAT(judge("louder music", question), ElementsAre(Gt(0.9F), Lt(0.1F)));
}

TEST_F(ZeroShotTest, SharesOneAmongTheLabelsUnlessEachStandsAlone) {
  ZeroShot::Question question{.labels = {"music", "rain", "tax"}};
  const auto shared = judge("music in the rain", question);
  EXPECT_NEAR(std::accumulate(shared.begin(), shared.end(), 0.0F), 1.0F, 1e-5F);
  EXPECT_FLOAT_EQ(shared[0], shared[1]);
  question.each_alone = true;
  EXPECT_THAT(judge("music in the rain", question), ElementsAre(Gt(0.9F), Gt(0.9F), Lt(0.1F)));
}

TEST_F(ZeroShotTest, PutsTheLabelWhereTheBracesStandOrBehind) {
  for (const char* hypothesis : {"It concerns {} alone.", "It concerns"})
    EXPECT_THAT(judge("rain", {.labels = {"music", "rain"}, .hypothesis = hypothesis})[1], Gt(0.9F)) << hypothesis;
}

TEST_F(ZeroShotTest, LooksAtALabelOnce) {
  const ZeroShot::Question question{.labels = {"music", "rain"}};
  for (int i = 0; i < 5; ++i) judge("rain", question);
  EXPECT_EQ(words_->looked, 5 + 2);
}

TEST_F(ZeroShotTest, ATextWithoutAnythingIsNoMistake) {
  EXPECT_THAT(judge("", {.labels = {"music", "rain"}}), Each(0.5F));
}

}  // namespace
}  // namespace weighhouse::encoders
