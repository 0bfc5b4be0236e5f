#include "features/examples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/review.h"

namespace weighhouse::features {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result<std::vector<Example>> read(std::string text, ExampleFormat format, const ExampleOptions& options = {}) {
  MemorySource source{std::move(text)};
  return read_examples(source, format, options);
}

std::vector<std::string> faults_of(const Error& error) {
  for (const auto& [key, detail] : error.details) {
    if (key == "faults") return std::get<std::vector<std::string>>(detail);
  }
  return {};
}

TEST(Jsonl, GivesTextsAndLabelsAndPassesOverTheRest) {
  const auto examples =
      read("{\"text\": \"hi\", \"label\": \" greet \", \"id\": 7}\n\n{\"Label\":3,\"TEXT\":\"so\\nlong\"}",
           ExampleFormat::kJsonl)
          .value();
  ASSERT_EQ(examples.size(), 2U);
  EXPECT_EQ(examples[0].label, "greet");
  EXPECT_EQ(examples[1].text, "so\nlong");
  EXPECT_EQ(examples[1].label, "3");
}

TEST(Jsonl, NamesEveryFaultWithItsLine) {
  const auto result = read(
      "{\"text\": \"hi\", \"label\": \"a\"}\n{oops\n[1]\n{\"label\": \"a\"}\n{\"text\": \"x\"}\n{\"text\": \" \", "
      "\"label\": \"a\"}\n"
      "{\"text\": \"x\", \"label\": 1.5}\n",
      ExampleFormat::kJsonl);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(faults_of(result.error()),
              ElementsAre(HasSubstr("line 2: this is not JSON"), "line 3: this is not a JSON object",
                          "line 4: \"text\" is missing", "line 5: \"label\" is missing", "line 6: the text is empty",
                          "line 7: \"label\" is not a text"));
}

TEST(Csv, ReadsQuotesNewlinesAndColumnsInAnyOrder) {
  const auto examples =
      read("\xEF\xBB\xBFid,label,text\r\n1,a,\"hello, \"\"you\"\"\nthere\"\r\n2,b,plain\r\n", ExampleFormat::kCsv)
          .value();
  ASSERT_EQ(examples.size(), 2U);
  EXPECT_EQ(examples[0].text, "hello, \"you\"\nthere");
  EXPECT_EQ(examples[0].label, "a");
  EXPECT_EQ(examples[1].text, "plain");
}

TEST(Csv, GoesOnBehindAFaultAndCountsTheLinesInsideQuotes) {
  const auto result =
      read("text,label\n\"two\nlines\",a\nonly one\nx,a,b\nq\"x,a\n\"y\"z,a\nfine,b\n\"open,a\n", ExampleFormat::kCsv);
  ASSERT_FALSE(result.has_value());
  EXPECT_THAT(faults_of(result.error()), ElementsAre("line 4: there are 1 fields where the first line has 2",
                                                     "line 5: there are 3 fields where the first line has 2",
                                                     HasSubstr("line 6: there is a quotation mark inside"),
                                                     HasSubstr("line 7: there is text behind a closing"),
                                                     HasSubstr("line 9: a quotation mark opened")));
}

TEST(Csv, TakesTheColumnsTheCallerNames) {
  ExampleOptions options;
  options.label_column = "category";
  const auto examples = read("text,category\nhi,greet\n", ExampleFormat::kCsv, options).value();
  EXPECT_EQ(examples[0].label, "greet");
  EXPECT_THAT(read("text,category\nhi,greet\n", ExampleFormat::kCsv).error().message, HasSubstr("no column \"label\""));
}

TEST(Tsv, TakesQuotationMarksAsTheyAre) {
  const auto examples = read("label\ttext\na\tthe \"thing\"\n", ExampleFormat::kTsv).value();
  EXPECT_EQ(examples[0].text, "the \"thing\"");
}

TEST(Examples, NeedNoLabelWhereThereIsSomethingToPredict) {
  ExampleOptions options;
  options.labels = Labels::kOptional;
  EXPECT_EQ(read("text\nhi\n", ExampleFormat::kCsv, options).value()[0].label, "");
  EXPECT_EQ(read("{\"text\":\"hi\"}", ExampleFormat::kJsonl, options).value()[0].label, "");
}

TEST(Examples, RefuseBrokenTextWithItsLine) {
  EXPECT_THAT(read("text,label\ncaf\xE9,a\n", ExampleFormat::kCsv).error().message,
              HasSubstr("line 2: the text is not UTF-8"));
}

TEST(Examples, StayWithinTheirLimits) {
  ExampleOptions options;
  options.limit_examples = 2;
  options.limit_text_bytes = 10;
  EXPECT_EQ(read("text,label\na,x\nb,x\nc,x\n", ExampleFormat::kCsv, options).error().code,
            ErrorCode::kResourceExhausted);
  EXPECT_THAT(read("text,label\naaaaaaaaaaaaaaa,x\n", ExampleFormat::kCsv, options).error().message,
              HasSubstr("line 2"));
  options.limit_bytes = 5;
  EXPECT_EQ(read("text,label\n", ExampleFormat::kCsv, options).error().code, ErrorCode::kResourceExhausted);
}

TEST(Examples, OfAnEmptyFileAreAFault) {
  EXPECT_EQ(read("", ExampleFormat::kJsonl).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(read("text,label\n", ExampleFormat::kCsv).error().code, ErrorCode::kInvalidArgument);
  EXPECT_FALSE(read("", ExampleFormat::kCsv).has_value());
}

TEST(Examples, HaveAFormatByTheEndOfTheName) {
  EXPECT_EQ(example_format_of("a/B.JSONL"), ExampleFormat::kJsonl);
  EXPECT_EQ(example_format_of("x.csv"), ExampleFormat::kCsv);
  EXPECT_EQ(example_format_of("x.txt"), std::nullopt);
}

std::vector<std::string> codes(const std::vector<Example>& examples) {
  std::vector<std::string> result;
  for (const Warning& warning : review_examples(examples).warnings) result.push_back(warning.code);
  return result;
}

TEST(Review, FindsNothingInGoodData) {
  std::vector<Example> examples;
  for (int i = 0; i < 8; ++i) {
    examples.push_back({"apple " + std::to_string(i), "fruit"});
    examples.push_back({"carrot " + std::to_string(i), "root"});
  }
  EXPECT_TRUE(codes(examples).empty());
}

TEST(Review, WarnsOfFewSingleAndUnevenLabels) {
  std::vector<Example> examples{{"lonely", "one"}, {"b1", "two"}, {"b2", "two"}};
  for (int i = 0; i < 20; ++i) examples.push_back({"many " + std::to_string(i), "many"});
  EXPECT_THAT(codes(examples), ElementsAre("single-example", "few-examples", "imbalance"));
}

TEST(Review, WarnsOfLabelsThatDifferInSpellingOnly) {
  std::vector<Example> examples;
  for (int i = 0; i < 8; ++i) {
    examples.push_back({"apple " + std::to_string(i), "Card Lost"});
    examples.push_back({"carrot " + std::to_string(i), "card-lost"});
  }
  EXPECT_THAT(codes(examples), ElementsAre("similar-labels"));
}

TEST(Review, TellsRepetitionFromContradiction) {
  std::vector<Example> examples;
  for (int i = 0; i < 8; ++i) {
    examples.push_back({"apple " + std::to_string(i), "fruit"});
    examples.push_back({"carrot " + std::to_string(i), "root"});
  }
  examples.push_back({"APPLE, 3.", "fruit"});
  examples.push_back({"Carrot 4", "fruit"});
  const Review review = review_examples(examples);
  ASSERT_EQ(review.warnings.size(), 2U);
  EXPECT_EQ(review.warnings[0].code, "duplicate");
  EXPECT_THAT(review.warnings[0].items, ElementsAre(16U));
  EXPECT_EQ(review.warnings[1].code, "contradiction");
  EXPECT_THAT(review.warnings[1].items, ElementsAre(17U));
  EXPECT_THAT(review.warnings[1].message, HasSubstr("\"Carrot 4\" is labelled both \"root\" and \"fruit\""));
}

TEST(Review, FindsTestTextsThatWereTrainedOn) {
  const std::vector<Example> training{{"Lost my card", "a"}, {"Where is it?", "b"}};
  const std::vector<Example> test{{"something else", "a"}, {"lost MY card!!", "a"}, {"lost, my card", "a"}};
  const Warning overlap = review_overlap(training, test);
  EXPECT_THAT(overlap.items, ElementsAre(2U));
  EXPECT_THAT(overlap.message, HasSubstr("1 of 3"));
}

}  // namespace
}  // namespace weighhouse::features
