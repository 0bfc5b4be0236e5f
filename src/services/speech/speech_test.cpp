#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

#include "base/text.h"
#include "services/speech/common_words.h"
#include "services/speech/neighbours.h"
#include "services/speech/small_talk.h"
#include "services/speech/voices.h"

namespace weighhouse::services {
namespace {

using ::testing::Contains;
using ::testing::Not;

// Each letter is a sound, and "c" sounds like "k".
class SpelledSpeech final : public SpeechSynthesizer {
 public:
  Result<> require() const override { return {}; }
  bool has_voice(std::string_view) const override { return true; }
  Result<std::vector<SpokenClip>> speak(std::span<const Utterance>, const SpeechProgress&,
                                        const std::atomic<bool>&) const override {
    return fail(ErrorCode::kInternal, "not for this test");
  }
  Result<std::vector<std::vector<std::string>>> pronounce(std::span<const std::string> texts) const override {
    std::vector<std::vector<std::string>> all;
    for (const auto& text : texts) {
      auto& sounds = all.emplace_back();
      for (const char c : text)
        if (c != ' ') sounds.emplace_back(1, c == 'c' ? 'k' : c);
    }
    return all;
  }
};

TEST(CommonWords, AreWordsEachOnce) {
  const auto words = common_words();
  EXPECT_GT(words.size(), 1'000U);
  EXPECT_EQ(std::set<std::string_view>(words.begin(), words.end()).size(), words.size());
  for (const auto word : words)
    EXPECT_TRUE(std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; })) << word;
}

TEST(WaysToSay, AreTheSameForTheSameSeedAndOthersForAnother) {
  const auto ways = ways_to_say("jarvis", 50, {.seed = 3});
  const auto again = ways_to_say("jarvis", 50, {.seed = 3});
  const auto others = ways_to_say("jarvis", 50, {.seed = 4});
  const auto same = [](const Utterance& a, const Utterance& b) {
    return a.text == b.text && a.voice == b.voice && a.variant == b.variant && a.pitch == b.pitch && a.speed == b.speed;
  };
  EXPECT_TRUE(std::equal(ways.begin(), ways.end(), again.begin(), again.end(), same));
  EXPECT_FALSE(std::equal(ways.begin(), ways.end(), others.begin(), others.end(), same));
}

TEST(WaysToSay, NeverLendAVoiceToTheOtherSide) {
  const auto voices = [](VoiceSide side) {
    std::set<std::string> names;
    for (const auto& way : ways_to_say("jarvis", 3'000, {.side = side, .flite_share = 0.3}))
      names.insert(way.voice.starts_with("flite/") ? way.voice : way.variant);
    return names;
  };
  const auto training = voices(VoiceSide::kTraining);
  EXPECT_GT(training.size(), 50U);
  for (const auto& name : voices(VoiceSide::kHeldOut)) EXPECT_THAT(training, Not(Contains(name)));
}

TEST(SoundDistance, CountsSoundsAndHalvesOfThem) {
  EXPECT_EQ(sound_distance({"k", "a", "t"}, {"k", "a", "t"}), 0);
  EXPECT_EQ(sound_distance({"k", "a", "t"}, {"k", "a", "d"}), 0.5);
  EXPECT_EQ(sound_distance({"k", "a", "t"}, {"k", "i", "t"}), 0.5);
  EXPECT_EQ(sound_distance({"k", "a", "t"}, {"k", "a", "s", "t"}), 1);
  EXPECT_EQ(sound_distance({"k", "a", "t"}, {}), 3);
}

TEST(FindNeighbours, GivesWhatSoundsNearlyLikeThePhraseNearestFirst) {
  const auto neighbours = find_neighbours("Carpet", SpelledSpeech{}, {.count = 400});
  ASSERT_TRUE(neighbours);
  ASSERT_EQ(neighbours->size(), 400U);
  std::vector<std::string> texts;
  for (const auto& neighbour : *neighbours) texts.push_back(neighbour.text);
  EXPECT_THAT(texts, Contains("market"));
  EXPECT_THAT(texts, Not(Contains("parpet"))) << "one sound of six";
  EXPECT_THAT(texts, Not(Contains("carpet")));
  EXPECT_THAT(texts, Not(Contains("karpet")));
  EXPECT_TRUE(std::is_sorted(neighbours->begin(), neighbours->end(),
                             [](const Neighbour& a, const Neighbour& b) { return a.distance < b.distance; }));
  EXPECT_NEAR(neighbours->front().distance, 0.25, 1e-9);
}

TEST(FindNeighbours, TakesTheWordsOfAPhraseApart) {
  const auto neighbours = find_neighbours("hey carpet", SpelledSpeech{}, {.count = 5'000});
  ASSERT_TRUE(neighbours);
  std::vector<std::string> texts;
  for (const auto& neighbour : *neighbours) texts.push_back(neighbour.text);
  EXPECT_THAT(texts, Contains("carpet"));
  EXPECT_THAT(texts, Contains("lamp carpet"));
  EXPECT_THAT(texts, Not(Contains("hey carpet")));
  EXPECT_FALSE(find_neighbours("  ", SpelledSpeech{}));
}

TEST(FindNeighbours, AreAsFarAwayAsOneAsksFor) {
  const auto near = find_neighbours("carpet", SpelledSpeech{}, {.count = 400, .least_share = 0});
  ASSERT_TRUE(near);
  EXPECT_NEAR(near->front().distance, 1.0 / 6, 1e-9);
  const auto far = find_neighbours("carpeting", SpelledSpeech{}, {.count = 5'000});
  ASSERT_TRUE(far);
  for (const auto& neighbour : *far) EXPECT_GE(neighbour.distance, 0.25) << neighbour.text;
}

TEST(SmallTalk, IsSingleWordsAsWellAsRowsAndNeverThePhrase) {
  const auto said = small_talk("Above", 400, 7);
  ASSERT_EQ(said.size(), 400U);
  std::size_t alone = 0;
  std::size_t rows = 0;
  std::set<std::string> languages;
  for (const auto& one : said) {
    const auto words = split(one.text, ' ');
    if (words.size() == 1) ++alone;
    if (words.size() >= 6) ++rows;
    EXPECT_THAT(words, Not(Contains("above")));
    if (!one.voice.starts_with("en-")) languages.insert(one.voice);
  }
  EXPECT_GT(alone, 40U);
  EXPECT_EQ(rows, 200U);
  EXPECT_GT(languages.size(), 5U);
  const auto again = small_talk("Above", 400, 7);
  EXPECT_TRUE(std::equal(said.begin(), said.end(), again.begin(), [](const Utterance& a, const Utterance& b) {
    return a.text == b.text && a.voice == b.voice && a.variant == b.variant;
  }));
  EXPECT_NE(small_talk("above", 1, 8).front().text + small_talk("above", 1, 9).front().text,
            said[0].text + said[0].text);
}

}  // namespace
}  // namespace weighhouse::services
