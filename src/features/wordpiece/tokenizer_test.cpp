#include "features/wordpiece/tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/wordpiece/characters.h"

namespace weighhouse::features {
namespace {

using Ids = std::vector<std::int64_t>;
using ::testing::HasSubstr;

// The number of a piece is its place.
constexpr std::string_view kPieces =
    "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nweigh\n##house\n##hou\n##s\nthe\n.\ncafe\n水\nı\ni\n$\n##a\na\n";
enum : std::int64_t {
  kUnknown = 1,
  kBegin,
  kEnd,
  kMask,
  kWeigh,
  kHouse,
  kHou,
  kS,
  kThe,
  kDot,
  kCafe,
  kWater,
  kDotless,
  kI,
  kDollar,
  kMoreA,
  kA
};

std::string file(std::string_view normalizer = R"({"type":"BertNormalizer"})", std::string_view more = "") {
  return R"({"model":{"type":"WordPiece","unk_token":"[UNK]","vocab":{"[PAD]":0,"[UNK]":1,"[CLS]":2,"[SEP]":3,)"
         R"("weigh":5,"##house":6,"É":7,"é":8,"e":9}},"pre_tokenizer":{"type":"BertPreTokenizer"},)"
         R"("added_tokens":[{"id":3,"content":"[SEP]","normalized":false}],"post_processor":{"type":"TemplateProcessing",)"
         R"("single":[{"SpecialToken":{"id":"[CLS]"}},{"Sequence":{"id":"A"}},{"SpecialToken":{"id":"[SEP]"}}],)"
         R"("special_tokens":{"[CLS]":{"ids":[2]},"[SEP]":{"ids":[3]}}},"normalizer":)" +
         std::string{normalizer} + std::string{more} + "}";
}

WordPieceTokenizer small() { return WordPieceTokenizer::from_vocabulary(kPieces, "").take(); }

Ids encode(const WordPieceTokenizer& tokenizer, std::string_view text, std::size_t most = 100) {
  Ids ids;
  tokenizer.encode(text, most, ids);
  return ids;
}
// Without the marks of beginning and end.
Ids inner(std::string_view text) {
  auto ids = encode(small(), text);
  return {ids.begin() + 1, ids.end() - 1};
}

TEST(WordPieceTokenizer, TakesTheLongestPieceThatTheWordBeginsWithThenTheLongestThatGoesOn) {
  EXPECT_EQ(inner("weighhouse"), (Ids{kWeigh, kHouse}));
  EXPECT_EQ(inner("weighhous"), (Ids{kWeigh, kHou, kS}));
  EXPECT_EQ(encode(small(), "weigh"), (Ids{kBegin, kWeigh, kEnd}));
}

TEST(WordPieceTokenizer, KnowsNothingOfAWordWhoseRestNoPieceFits) {
  EXPECT_EQ(inner("weighing the"), (Ids{kUnknown, kThe}));
  EXPECT_EQ(inner("house"), (Ids{kUnknown}));
}

TEST(WordPieceTokenizer, KnowsNothingOfWordsThatAreTooLong) {
  EXPECT_EQ(encode(small(), std::string(100, 'a'), 200).size(), 102U);
  EXPECT_EQ(inner(std::string(101, 'a')), (Ids{kUnknown}));
}

TEST(WordPieceTokenizer, DividesWordsAtSpacesSignsAndIdeographs) {
  EXPECT_EQ(inner(" the\t\nthe\u00A0the\u3000"), (Ids{kThe, kThe, kThe}));
  EXPECT_EQ(inner("the.the$"), (Ids{kThe, kDot, kThe, kDollar}));
  EXPECT_EQ(inner("the水the"), (Ids{kThe, kWater, kThe}));
}

TEST(WordPieceTokenizer, FoldsCaseAndAccentsCharacterByCharacter) {
  EXPECT_EQ(inner("CAFÉ Cafe\u0301"), (Ids{kCafe, kCafe}));
  EXPECT_EQ(inner("İ ı I"), (Ids{kI, kDotless, kI}));
}

TEST(WordPieceTokenizer, DropsWhatCannotBeSeen) {
  EXPECT_EQ(inner(std::string{"we\0igh", 6}), (Ids{kWeigh}));
  EXPECT_EQ(inner("we\u200Bigh\u00AD \xFF\xFE"), (Ids{kWeigh}));
  EXPECT_EQ(inner("\u000B"), Ids{});
}

TEST(WordPieceTokenizer, TakesMarksInATextForWhatTheyAre) {
  EXPECT_EQ(inner("the [MASK]the[SEP]."), (Ids{kThe, kMask, kThe, kEnd, kDot}));
  EXPECT_EQ(inner("[mask]").size(), 3U);
}

TEST(WordPieceTokenizer, CutsAtTheEndAndKeepsTheMarks) {
  Ids ids;
  EXPECT_TRUE(small().encode("the the the", 4, ids));
  EXPECT_EQ(ids, (Ids{kBegin, kThe, kThe, kEnd}));
  EXPECT_FALSE(small().encode("the the", 4, ids));
  EXPECT_EQ(ids, (Ids{kBegin, kThe, kThe, kEnd}));
  EXPECT_TRUE(small().encode("the", 2, ids));
  EXPECT_EQ(ids, (Ids{kBegin, kEnd}));
  EXPECT_FALSE(small().encode("", 2, ids));
}

TEST(WordPieceTokenizer, ReadsItsFileAndObeysIt) {
  const auto usual = WordPieceTokenizer::from_json(file()).take();
  EXPECT_EQ(encode(usual, "Weighhouse É"), (Ids{2, 5, 6, 9, 3}));
  EXPECT_EQ(usual.pieces(), 10U);
  EXPECT_EQ(usual.marks(), 2U);
  const auto cased = WordPieceTokenizer::from_json(file(R"({"type":"BertNormalizer","lowercase":false})")).take();
  EXPECT_EQ(encode(cased, "É"), (Ids{2, 7, 3}));
  const auto accents =
      WordPieceTokenizer::from_json(file(R"({"type":"BertNormalizer","lowercase":true,"strip_accents":false})")).take();
  EXPECT_EQ(encode(accents, "É"), (Ids{2, 8, 3}));
}

TEST(WordPieceTokenizer, NamesWhatItDoesNotSupport) {
  const auto refused = [](const std::string& text, const char* word) {
    const auto tokenizer = WordPieceTokenizer::from_json(text);
    ASSERT_FALSE(tokenizer) << text;
    EXPECT_EQ(tokenizer.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(tokenizer.error().message, HasSubstr(word));
  };
  refused(file(R"({"type":"Precompiled"})"), "Precompiled");
  refused(R"({"model":{"type":"Unigram","vocab":[]}})", "Unigram");
  refused(R"({"model":{"type":"WordPiece","vocab":{"a":-1}}})", "number");
  refused(R"({"model":{"type":"WordPiece","vocab":{"a":1}}})", "unk_token");
  refused(file("null"), "normaliser");
  refused("[]", "JSON");
  refused("", "JSON");
  EXPECT_FALSE(WordPieceTokenizer::from_vocabulary("a\nb\n", ""));
  EXPECT_FALSE(WordPieceTokenizer::from_vocabulary(kPieces, "no JSON"));
}

TEST(WordPieceCharacters, AreThoseOfTheReferencesOlderUnicode) {
  using wordpiece::is_punctuation;
  EXPECT_TRUE(is_punctuation(0x166D));   // a symbol since Unicode 12
  EXPECT_FALSE(is_punctuation(0x2E52));  // new in Unicode 14
  EXPECT_TRUE(is_punctuation(U'¿'));
  EXPECT_TRUE(is_punctuation(U'`'));
  EXPECT_FALSE(is_punctuation(U'€'));
  EXPECT_EQ(wordpiece::normalize({0x8E2, U'a'}, {}).size(), 2U);   // a format character of Unicode 9
  EXPECT_EQ(wordpiece::normalize({U'a', 0xA9BD}, {}).size(), 2U);  // a mark that takes no space since Unicode 11
}

}  // namespace
}  // namespace weighhouse::features
