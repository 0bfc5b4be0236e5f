#include "cli/commands/text_file.h"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

#include "cli/commands/prediction_output.h"

namespace weighhouse::cli {
namespace {

namespace json = boost::json;

using testing::ElementsAre;
using testing::HasSubstr;

// "LINE TEXT" of each record, and at the end what was wrong.
std::vector<std::string> read(const std::string& content, TextFormat format) {
  TextReader reader{std::make_unique<std::istringstream>(content), format};
  std::vector<std::string> records;
  for (;;) {
    const auto record = reader.next();
    if (!record) {
      EXPECT_EQ(record.error().code, ErrorCode::kInvalidArgument);
      records.push_back(record.error().message);
      return records;
    }
    if (!*record) return records;
    records.push_back(std::to_string((*record)->line) + " " + (*record)->text);
  }
}

json::object fields_of_first(const std::string& content, TextFormat format) {
  TextReader reader{std::make_unique<std::istringstream>(content), format};
  return reader.next().take().value().fields;
}

TEST(TextReader, TakesALineForATextAndPassesOverBlankOnes) {
  EXPECT_THAT(read("\xEF\xBB\xBFone\r\n\n  \nfour, \"quoted\"", TextFormat::kLines),
              ElementsAre("1 one", "4 four, \"quoted\""));
  EXPECT_THAT(read("", TextFormat::kLines), ElementsAre());
}

TEST(TextReader, TakesObjectsWithAllTheirFields) {
  EXPECT_THAT(read("{\"text\":\"a\"}\n{\"id\":2,\"Text\":\"b\\nc\"}\n", TextFormat::kJsonl),
              ElementsAre("1 a", "2 b\nc"));
  EXPECT_EQ(fields_of_first(R"({"id":7,"text":"a","tags":[1]})", TextFormat::kJsonl),
            json::parse(R"({"id":7,"text":"a","tags":[1]})"));
}

TEST(TextReader, NamesTheLineOfAnObjectThatIsNone) {
  EXPECT_THAT(read("{\"text\":\"a\"}\n\n{\"text\":\"b\"}\n", TextFormat::kJsonl),
              ElementsAre("1 a", HasSubstr("Line 2")));
  for (const char* bad : {"[1]", "{", "{\"txt\":\"a\"}", "{\"text\":1}", "{\"text\":\" \"}"}) {
    EXPECT_THAT(read(bad, TextFormat::kJsonl), ElementsAre(HasSubstr("Line 1"))) << bad;
  }
}

TEST(TextReader, ReadsRowsAsAFitDoes) {
  const std::string rows = "id,Text\n1,\"a, \"\"b\"\"\nand more\"\r\n\n2,c\n";
  EXPECT_THAT(read(rows, TextFormat::kCsv), ElementsAre("2 a, \"b\"\nand more", "5 c"));
  EXPECT_EQ(fields_of_first("id,text,\n1,a,\n", TextFormat::kCsv), json::parse(R"({"id":"1","text":"a","":""})"));
  EXPECT_THAT(read("text\tid\na \"b\t1\n", TextFormat::kTsv), ElementsAre("2 a \"b"));
}

TEST(TextReader, NamesTheLineOfARowThatIsNone) {
  EXPECT_THAT(read("id,text\n1,a\n2\n", TextFormat::kCsv), ElementsAre("2 a", HasSubstr("Line 3")));
  EXPECT_THAT(read("text\n\"a\n\nb", TextFormat::kCsv), ElementsAre(HasSubstr("Line 2")));
  EXPECT_THAT(read("text\n\"a\"b\n", TextFormat::kCsv), ElementsAre(HasSubstr("Line 2")));
  EXPECT_THAT(read("text\na\"b\n\"\n", TextFormat::kCsv), ElementsAre(HasSubstr("Line 2")));
  EXPECT_THAT(read("id,words\n1,a\n", TextFormat::kCsv), ElementsAre(HasSubstr("no column \"text\"")));
  EXPECT_THAT(read("", TextFormat::kTsv), ElementsAre(HasSubstr("empty")));
}

TEST(TextReader, RefusesWhatNoServerTakesBeforeItIsSent) {
  EXPECT_THAT(read("fine\n" + std::string((1U << 20U) + 1, 'x'), TextFormat::kLines),
              ElementsAre("1 fine", HasSubstr("the limit is")));
  EXPECT_THAT(read(std::string((8U << 20U) + 1, 'x'), TextFormat::kLines), ElementsAre(HasSubstr("Line 1")));
  EXPECT_THAT(read("fine\ncaf\xE9\n", TextFormat::kLines), ElementsAre("1 fine", HasSubstr("not UTF-8")));
}

TEST(TextReader, KnowsAFormatByTheEndOfTheName) {
  EXPECT_EQ(text_format_of("a.JSONL"), TextFormat::kJsonl);
  EXPECT_EQ(text_format_of("a.ndjson"), TextFormat::kJsonl);
  EXPECT_EQ(text_format_of("a.csv"), TextFormat::kCsv);
  EXPECT_EQ(text_format_of("a.tsv"), TextFormat::kTsv);
  EXPECT_EQ(text_format_of("-"), TextFormat::kLines);
}

TEST(PredictionOutput, KeepsWhatStoodBesideATextAndLosesNothingOfTheSameName) {
  EXPECT_EQ(merged(json::parse(R"({"id":1,"text":"a","label":"bug"})").as_object(),
                   json::parse(R"({"label":"feature","score":0.5})").as_object()),
            json::parse(R"({"id":1,"text":"a","input_label":"bug","label":"feature","score":0.5})"));
}

}  // namespace
}  // namespace weighhouse::cli
