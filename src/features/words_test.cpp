#include "features/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weighhouse::features {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> folded(std::string_view text) {
  Words words;
  split_words(text, words);
  std::vector<std::string> result;
  for (const Word& word : words.words) result.push_back(to_utf8(words.folded(word)));
  return result;
}

TEST(Words, AreRunsOfLettersAndDigitsInLowerCase) {
  EXPECT_THAT(folded("My card's PIN, 2nd_try..."), ElementsAre("my", "card", "s", "pin", "2nd", "try"));
}

TEST(Words, KeepQuestionAndExclamationMarksAndCurrency) {
  EXPECT_THAT(folded("Why? Now! 5€ or $6, 7%"),
              ElementsAre("why", "?", "now", "!", "5", "€", "or", "$", "6", "7", "%"));
  EXPECT_THAT(folded("なに？"), ElementsAre("なに", "?"));
}

TEST(Words, AreTheSameInCompatibleFormsAndOtherCase) {
  EXPECT_EQ(folded("Ｓｔｒａße ﬁx ①"), folded("STRASSE fix 1"));
  EXPECT_EQ(folded("cafe\u0301"), folded("CAF\u00C9"));
  EXPECT_EQ(folded("ΣΊΣΥΦΟΣ"), folded("σίσυφος"));
}

TEST(Words, KeepTheMarksThatBelongToLetters) {
  EXPECT_THAT(folded("हिन्दी में"), ElementsAre("हिन्दी", "में"));
  EXPECT_THAT(folded("مرحبا بالعالم"), ElementsAre("مرحبا", "بالعالم"));
  EXPECT_THAT(folded("сто рублей"), ElementsAre("сто", "рублей"));
}

TEST(Words, AreSingleIdeographsWhereNoSpacesAreWritten) {
  EXPECT_THAT(folded("我的card丢了"), ElementsAre("我", "的", "card", "丢", "了"));
}

TEST(Words, IgnoreInvisibleJoinersAndKeepEmojiAsSigns) {
  EXPECT_EQ(folded("co\u00ADoperate"), folded("cooperate"));
  EXPECT_THAT(folded("good😀😀"), ElementsAre("good", "😀", "😀"));
}

TEST(Words, KnowWhereTheyStandInTheText) {
  const std::string text = "Über, ÇA?";
  Words words;
  split_words(text, words);
  ASSERT_EQ(words.words.size(), 3U);
  const auto piece = [&](const Word& word) { return text.substr(word.begin_bytes, word.end_bytes - word.begin_bytes); };
  EXPECT_EQ(piece(words.words[0]), "Über");
  EXPECT_EQ(piece(words.words[1]), "ÇA");
  EXPECT_EQ(piece(words.words[2]), "?");
}

TEST(Words, CountBrokenBytesAndReadOnBehindThem) {
  Words words;
  split_words("caf\xE9 \xFF\xFE good \xE2\x82", words);
  EXPECT_EQ(words.broken_sequences, 4U);
  EXPECT_THAT(folded("caf\xE9 \xFF\xFE good \xE2\x82"), ElementsAre("caf", "good"));
  EXPECT_THAT(folded("\xED\xA0\x80\xC0\x80"), IsEmpty());
}

TEST(Words, StopAtTheLimitWithoutCuttingACharacter) {
  Words words;
  split_words(std::string(kMaxTextBytes, 'a'), words);
  EXPECT_FALSE(words.is_cut);
  split_words(std::string(kMaxTextBytes - 1, 'a') + "é", words);
  EXPECT_TRUE(words.is_cut);
  EXPECT_EQ(words.broken_sequences, 0U);
  ASSERT_EQ(words.words.size(), 1U);
  EXPECT_EQ(words.words[0].end_bytes, kMaxTextBytes - 1);
}

TEST(Words, OfNothingAreNone) {
  EXPECT_THAT(folded(""), IsEmpty());
  EXPECT_THAT(folded(" \t\n...--- "), IsEmpty());
}

}  // namespace
}  // namespace weighhouse::features
