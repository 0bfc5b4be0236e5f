#include "services/wake_words.h"

#include <gtest/gtest.h>

namespace weighhouse::services {
namespace {

std::string refusal(std::string_view text) {
  const auto parsed = parse_wake_word(text);
  return parsed ? std::string{} : parsed.error().message;
}

TEST(WakeWords, AreOneOrTwoWordsOfLetters) {
  EXPECT_EQ(parse_wake_word("jarvis").take(), "jarvis");
  EXPECT_EQ(parse_wake_word("  Hey   Jarvis ").take(), "Hey Jarvis");
  EXPECT_EQ(refusal("j"), "Wake word must be at least 2 characters");
  EXPECT_EQ(refusal("   "), "Wake word must be at least 2 characters");
  EXPECT_EQ(refusal(std::string(31, 'a')), "Wake word must be at most 30 characters");
  EXPECT_EQ(refusal("r2d2"), "Wake word must contain only letters and spaces");
  EXPECT_EQ(refusal("hey you there"), "Wake word must be 1 or 2 words");
}

TEST(WakeWords, NameTheirModelInSmallLettersWithoutSpaces) {
  EXPECT_EQ(model_name_for("Hey Jarvis")->text(), "hey_jarvis");
  EXPECT_FALSE(model_name_for("list").has_value());
}

}  // namespace
}  // namespace weighhouse::services
