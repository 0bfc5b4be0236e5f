#include "learners/text/fit.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <numeric>

#include "learners/text/model_file.h"
#include "learners/text/testing/intents.h"
#include "learners/text/text_model_parts.h"

namespace weighhouse::learners {
namespace {

using features::Example;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::intents;

TextFit fitted(const std::vector<Example>& examples, const TextFitOptions& options = {}) {
  return fit_text_classifier(examples, options).value();
}

std::string label_of(const TextModel& model, std::string_view text) {
  return model.labels()[model.predict(text).label];
}

TEST(Fit, LearnsToTellIntentsApart) {
  const auto fit = fitted(intents(16));
  EXPECT_THAT(fit.model.labels(), ElementsAre("cancel", "locate", "praise"));
  EXPECT_EQ(label_of(fit.model, "Please CANCEL the subscription"), "cancel");
  EXPECT_EQ(label_of(fit.model, "where is the driver?"), "locate");
  EXPECT_EQ(label_of(fit.model, "a wonderful day, thanks"), "praise");
}

TEST(Fit, MeasuresItselfOnExamplesItWasNotTrainedOn) {
  const auto fit = fitted(intents(20));
  ASSERT_TRUE(fit.held_out.has_value());
  EXPECT_EQ(fit.held_out->confusion.items(), 60U);
  EXPECT_GT(fit.held_out->accuracy, 0.9);
  EXPECT_GT(fit.held_out->macro_f1, 0.9);
  EXPECT_LT(fit.held_out->calibration_error, 0.15);
}

TEST(Fit, LearnsFromManyExamplesByTheOtherLearner) {
  TextFitOptions options;
  options.few = 30;
  const auto fit = fitted(intents(40), options);
  EXPECT_EQ(fit.model.record().learner, "margin");
  EXPECT_EQ(fit.held_out->confusion.items(), 12U);
  EXPECT_EQ(label_of(fit.model, "where is the driver?"), "locate");
  EXPECT_GT(fit.held_out->accuracy, 0.9);
}

TEST(Fit, ToMoreLabelsThanOneBlockHoldsKeepsThemApart) {
  TextFitOptions options;
  options.few = 10;
  std::vector<Example> examples;
  for (int label = 0; label < 70; ++label) {
    const std::string word = "topic" + std::to_string(label * 7919);
    for (int i = 0; i < 4; ++i) examples.push_back({word + " item " + std::to_string(i), "l" + std::to_string(label)});
  }
  const auto fit = fitted(examples, options);
  for (int label = 0; label < 70; ++label) {
    EXPECT_EQ(label_of(fit.model, "topic" + std::to_string(label * 7919)), "l" + std::to_string(label));
  }
}

TEST(Fit, GivesTheSameBytesForASeedWhateverTheOrderAndTheThreads) {
  for (const std::size_t few : {3000U, 10U}) {
    auto examples = intents(20);
    TextFitOptions options;
    options.few = few;
    const std::string once = to_safetensors(fitted(examples, options).model);
    std::reverse(examples.begin(), examples.end());
    options.threads = 5;
    EXPECT_EQ(to_safetensors(fitted(examples, options).model), once);
    options.threads = 1;
    EXPECT_EQ(to_safetensors(fitted(examples, options).model), once);
  }
}

TEST(Fit, DiffersWithTheSeedOnlyInWhatIsDrawn) {
  TextFitOptions options;
  options.seed = 1;
  const auto one = fitted(intents(20), options);
  options.seed = 2;
  const auto two = fitted(intents(20), options);
  EXPECT_EQ(one.model.record().data, two.model.record().data);
  EXPECT_NE(to_safetensors(one.model), to_safetensors(two.model));
}

TEST(Fit, RecordsWhatIsNeededToRepeatIt) {
  TextFitOptions options;
  options.seed = 7;
  options.program = "weighhouse 1.2.3";
  options.parameters = {{"num_iterations", "20"}};
  const auto record = fitted(intents(8), options).model.record();
  EXPECT_EQ(record.base, "builtin/ngram-v1");
  EXPECT_EQ(record.learner, "logistic");
  EXPECT_EQ(record.seed, 7U);
  EXPECT_EQ(record.examples, 24U);
  EXPECT_EQ(record.program, "weighhouse 1.2.3");
  EXPECT_EQ(record.parameters.at("num_iterations"), "20");
  EXPECT_EQ(record.data, digest_of_examples(intents(8)));
  EXPECT_FALSE(record.processor.empty());
}

TEST(Fit, HasAnAnswerForTwoExamples) {
  const std::vector<Example> examples{{"good", "yes"}, {"bad", "no"}};
  const auto fit = fitted(examples);
  EXPECT_EQ(label_of(fit.model, "good"), "yes");
  EXPECT_EQ(label_of(fit.model, "bad"), "no");
  EXPECT_THAT(fit.review.warnings.front().code, "single-example");
}

TEST(Fit, SurvivesTextsWithoutWordsAndBrokenBytes) {
  auto examples = intents(8);
  examples.push_back({"...", "punctuation"});
  examples.push_back({"caf\xE9 \xFF", "broken"});
  EXPECT_EQ(label_of(fitted(examples).model, "---"), "punctuation");
}

TEST(Fit, SpeaksAnyLanguage) {
  const std::vector<Example> examples{
      {"我的卡在哪里", "where"},  {"包裹在哪里", "where"},  {"取消订单", "cancel"},       {"请取消我的卡", "cancel"},
      {"где моя карта", "where"}, {"где посылка", "where"}, {"отмените заказ", "cancel"}, {"отменить карту", "cancel"},
  };
  const auto fit = fitted(examples);
  EXPECT_EQ(label_of(fit.model, "钱在哪里"), "where");
  EXPECT_EQ(label_of(fit.model, "ОТМЕНИТЕ подписку"), "cancel");
}

TEST(Fit, TellsHowFarItIsAndNeverFallsBack) {
  std::vector<double> fractions;
  const auto fit = fit_text_classifier(intents(12), {}, [&](const FitProgress& progress) {
    fractions.push_back(progress.fraction);
    return true;
  });
  ASSERT_TRUE(fit.has_value());
  EXPECT_TRUE(std::is_sorted(fractions.begin(), fractions.end()));
  EXPECT_EQ(fractions.front(), 0.0);
  EXPECT_EQ(fractions.back(), 1.0);
}

TEST(Fit, StopsWhenItIsCancelled) {
  for (const std::size_t few : {3000U, 10U}) {
    TextFitOptions options;
    options.few = few;
    int calls = 0;
    const auto fit = fit_text_classifier(intents(20), options, [&](const FitProgress&) { return ++calls < 5; });
    ASSERT_FALSE(fit.has_value());
    EXPECT_EQ(fit.error().code, ErrorCode::kCancelled);
    EXPECT_EQ(calls, 5);
  }
}

TEST(Fit, RefusesWhatNothingCanBeLearnedFrom) {
  const auto message = [](const std::vector<Example>& examples, const TextFitOptions& options = {}) {
    const auto fit = fit_text_classifier(examples, options);
    EXPECT_EQ(fit.error().code, ErrorCode::kInvalidArgument);
    return fit.error().message;
  };
  EXPECT_THAT(message({}), HasSubstr("no examples"));
  EXPECT_THAT(message({{"a", "x"}, {"b", "x"}}), HasSubstr("at least two labels"));
  EXPECT_THAT(message({{"a", "x"}, {" ", "y"}}), HasSubstr("The text of example 2 is empty"));
  EXPECT_THAT(message({{"a", "x"}, {"b", ""}}), HasSubstr("The label of example 2 is empty"));
  TextFitOptions options;
  options.folds = 1;
  EXPECT_THAT(message({{"a", "x"}, {"b", "y"}}, options), HasSubstr("2 to 20 folds"));
  options = {};
  options.c = -1.0;
  EXPECT_THAT(message({{"a", "x"}, {"b", "y"}}, options), HasSubstr("C must be above 0"));
}

TEST(Fit, NamesItsDataWhateverTheirOrder) {
  auto examples = intents(4);
  const Digest digest = digest_of_examples(examples);
  std::reverse(examples.begin(), examples.end());
  EXPECT_EQ(digest_of_examples(examples), digest);
  examples.push_back(examples.front());
  EXPECT_NE(digest_of_examples(examples), digest);
  // The border between label and text counts.
  EXPECT_NE(digest_of_examples(std::vector<Example>{{"bc", "a"}}),
            digest_of_examples(std::vector<Example>{{"c", "ab"}}));
}

TEST(Predict, GivesScoresThatSumToOneAndSaysWhatItCouldNotRead) {
  const auto model = fitted(intents(8)).model;
  const auto prediction = model.predict("where is \xFF my card");
  EXPECT_NEAR(std::accumulate(prediction.scores.begin(), prediction.scores.end(), 0.0), 1.0, 1e-5);
  EXPECT_EQ(prediction.broken_sequences, 1U);
  EXPECT_FALSE(prediction.is_cut);
  EXPECT_TRUE(model.predict(std::string(100'000, 'x')).is_cut);
}

TEST(Predict, IsLessSureOfStrangeTexts) {
  const auto model = fitted(intents(20)).model;
  EXPECT_GT(model.predict("where is my card").score(), 0.8F);
  EXPECT_LT(model.predict("photosynthesis in algae").score(), 0.6F);
}

TEST(Predict, ClaimsNoMoreThanItsExamplesCanSupport) {
  const std::vector<Example> two{{"good", "yes"}, {"bad", "no"}};
  EXPECT_LE(fitted(two).model.predict("good").score(), 0.75F);
  for (const std::size_t of_each : {4U, 16U}) {
    const auto examples = intents(of_each);
    const auto fit = fitted(examples);
    const auto n = static_cast<float>(examples.size());
    float largest = 0.0F;
    for (const Example& example : examples) largest = std::max(largest, fit.model.predict(example.text).score());
    EXPECT_LE(largest, (n + 1.0F) / (n + 2.0F) + 1e-6F) << of_each;
    EXPECT_TRUE(of_each != 16 || largest > 0.9F) << largest;
  }
}

TEST(Predict, WithNothingHeldOutIsBoundedByTheNumberOfExamples) {
  const auto model = fitted(intents(16), {.folds = 0}).model;
  EXPECT_LE(model.predict("Please CANCEL the subscription").score(), 49.0F / 50.0F + 1e-6F);
}

TEST(Explain, GivesTheWordsThatDecidedTheLargestShares) {
  const auto model = fitted(intents(20)).model;
  const std::string text = "Hello, kindly cancel that subscription";
  const auto shares = model.explain(text, 0);
  ASSERT_EQ(shares.size(), 5U);
  const auto most = std::max_element(shares.begin(), shares.end(), [](auto& a, auto& b) { return a.share < b.share; });
  EXPECT_EQ(text.substr(most->begin_bytes, most->end_bytes - most->begin_bytes), "cancel");
}

TEST(Explain, SharesAddUpToTheScoreWithoutTheBias) {
  const auto model = fitted(intents(20)).model;
  const std::string text = "please cancel the card, cancel it";
  const auto odds = [&](std::string_view words, std::uint32_t label) {
    auto scores = model.predict(words).scores;
    const float doubt = model.parts().doubt;  // it is no word's doing
    for (float& score : scores) score = (score - doubt / static_cast<float>(scores.size())) / (1.0F - doubt);
    double mean = 0.0;
    for (const float score : scores) mean += std::log(static_cast<double>(score)) / static_cast<double>(scores.size());
    return std::log(static_cast<double>(scores[label])) - mean;
  };
  for (std::uint32_t label = 0; label < 3; ++label) {
    double sum = 0.0;
    for (const auto& word : model.explain(text, label)) sum += static_cast<double>(word.share);
    EXPECT_NEAR(sum, odds(text, label) - odds("", label), 1e-3);
  }
}

}  // namespace
}  // namespace weighhouse::learners
