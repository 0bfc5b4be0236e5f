#include "features/ngram_space.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <set>

namespace weighhouse::features {
namespace {

Terms terms_of(std::string_view text) {
  Words words;
  split_words(text, words);
  Terms terms;
  count_terms(words, terms);
  return terms;
}

NgramSpace learn(const std::vector<Terms>& texts) {
  std::vector<const Terms*> pointers;
  for (const Terms& text : texts) pointers.push_back(&text);
  return NgramSpace::learn(pointers);
}

double squared_length(std::span<const SparseEntry> entries) {
  double sum = 0.0;
  for (const auto& entry : entries) sum += static_cast<double>(entry.value) * static_cast<double>(entry.value);
  return sum;
}

TEST(Ngrams, AreWordsPairsWithTheEndsAndRunsInsideSpaces) {
  const Terms terms = terms_of("ab ab");
  // "ab" twice; the pairs ^ab, ab ab, ab$.
  ASSERT_EQ(terms.words.size(), 4U);
  // " a", "ab", "b ", " ab", "ab ", " ab ": each twice.
  ASSERT_EQ(terms.characters.size(), 6U);
  for (const Term& term : terms.characters) EXPECT_EQ(term.count, 2U);
}

TEST(Ngrams, HaveNamesThatNeverChange) {
  // Stored in models: another number here means that every model out there is broken.
  const Terms terms = terms_of("a");
  ASSERT_EQ(terms.words.size(), 3U);
  ASSERT_EQ(terms.characters.size(), 3U);
  std::uint64_t sum = 0;
  for (const Term& term : terms.words) sum += term.name;
  for (const Term& term : terms.characters) sum += 3 * term.name;
  EXPECT_EQ(sum, 6092751197210465796ULL);
}

TEST(Ngrams, DoNotCollideOverManyTexts) {
  std::set<std::uint64_t> names;
  std::size_t expected = 0;
  for (int i = 0; i < 20'000; ++i) {
    // Every number is a word of its own; its pairs with the ends are too.
    for (const Term& term : terms_of(std::to_string(i)).words) names.insert(term.name);
    expected += 3;
  }
  EXPECT_EQ(names.size(), expected);
}

TEST(NgramSpace, GivesEachBlockOfAKnownTextTheLengthOne) {
  const std::vector<Terms> texts{terms_of("lost my card"), terms_of("where is my money?")};
  const NgramSpace space = learn(texts);
  std::vector<SparseEntry> entries;
  space.project(texts[0], entries);
  EXPECT_NEAR(squared_length(entries), 2.0, 1e-5);
}

TEST(NgramSpace, WeighsAnNgramByItsRarity) {
  const std::vector<Terms> texts{terms_of("card"), terms_of("card"), terms_of("money")};
  const NgramSpace space = learn(texts);
  std::set<float> weights(space.weights().begin(), space.weights().end());
  EXPECT_TRUE(weights.contains(static_cast<float>(1.0 + std::log(4.0 / 3.0))));
  EXPECT_TRUE(weights.contains(static_cast<float>(1.0 + std::log(4.0 / 2.0))));
  EXPECT_FLOAT_EQ(space.unseen_weight(), static_cast<float>(1.0 + std::log(4.0)));
}

TEST(NgramSpace, MakesATextOfStrangeWordsShort) {
  const std::vector<Terms> texts{terms_of("lost my card"), terms_of("where is my money")};
  const NgramSpace space = learn(texts);
  std::vector<SparseEntry> known;
  std::vector<SparseEntry> half;
  std::vector<SparseEntry> strange;
  space.project(terms_of("my card"), known);
  space.project(terms_of("my umbrella"), half);
  space.project(terms_of("xylophone"), strange);
  EXPECT_GT(squared_length(known), squared_length(half));
  EXPECT_GT(squared_length(half), squared_length(strange));
}

TEST(NgramSpace, OfATextWithoutWordsIsTheOrigin) {
  const std::vector<Terms> texts{terms_of("card"), terms_of("money")};
  std::vector<SparseEntry> entries{{1, 1.0F}};
  learn(texts).project(terms_of("..."), entries);
  EXPECT_TRUE(entries.empty());
}

TEST(NgramSpace, ComesBackFromItsParts) {
  const std::vector<Terms> texts{terms_of("lost my card"), terms_of("where is my money")};
  const NgramSpace space = learn(texts);
  const auto restored = NgramSpace::restore({space.names().begin(), space.names().end()},
                                            {space.weights().begin(), space.weights().end()}, space.unseen_weight())
                            .value();
  for (std::uint32_t i = 0; i < space.size(); ++i) EXPECT_EQ(restored.find_dimension(space.names()[i]), i);
  EXPECT_EQ(restored.find_dimension(space.names()[0] + 1), NgramSpace::kUnseen);
}

TEST(NgramSpace, RefusesPartsThatLie) {
  constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
  EXPECT_FALSE(NgramSpace::restore({1, 2}, {1.0F}, 1.0F).has_value());
  EXPECT_FALSE(NgramSpace::restore({2, 1}, {1.0F, 1.0F}, 1.0F).has_value());
  EXPECT_FALSE(NgramSpace::restore({1, 1}, {1.0F, 1.0F}, 1.0F).has_value());
  EXPECT_FALSE(NgramSpace::restore({1}, {kNone}, 1.0F).has_value());
  EXPECT_FALSE(NgramSpace::restore({1}, {1.0F}, -1.0F).has_value());
}

}  // namespace
}  // namespace weighhouse::features
