// Stories of models that take sound, over the real programs: trained further on a folder, weighed and compared.

#include <boost/json.hpp>
#include <cmath>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "features/testing/sounds.h"
#include "program.h"

namespace weighhouse::e2e {
namespace {

namespace json = boost::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr int kRate = 8000;

// Syllables of a tone, or a hiss that goes on.
std::vector<float> syllables(double hz) {
  auto sound = features::testing::tone(hz, 0.4, kRate, 1.0);
  for (std::size_t i = 0; i < sound.size(); ++i)
    sound[i] *= static_cast<float>(0.5 - 0.5 * std::cos(static_cast<double>(i) / 250));
  return sound;
}
std::vector<float> hiss(std::uint32_t seed) {
  std::vector<float> sound(kRate);
  for (float& sample : sound) {
    seed = seed * 1664525U + 1013904223U;
    sample = 0.3F * (static_cast<float>(seed >> 8U) / 8'388'608.0F - 1.0F);
  }
  return sound;
}

class AudioModels : public testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < 6; ++i) {
      const auto voice = syllables(300 + 120 * i);
      const auto noise = hiss(static_cast<std::uint32_t>(i + 1));
      auto mixed = voice;
      for (std::size_t k = 0; k < mixed.size(); ++k) mixed[k] += noise[k];
      const auto name = std::to_string(i) + ".wav";
      write("talk/" + name, voice);
      write("noise/" + name, noise);
      write("mixed/" + name, mixed);
      write("parts/1/" + name, voice);
      write("parts/2/" + name, noise);
    }
    Words make{WEIGH_SEPARATOR, "module", "--window", "64", "--width", "8",
               "--hidden",      "8",      "--blocks", "1",  "base.pt"};
    const auto made = run_program(make, {}, folder_.path());
    ASSERT_EQ(made.code, 0) << made.error;
    const auto imported = run({"import", "base.pt", "--name", "base", "--kind", "separator"});
    ASSERT_EQ(imported.code, 0) << imported.error;
  }

  void write(const std::string& name, const std::vector<float>& sound) const {
    const auto path = join_path(folder_.path(), name);
    std::filesystem::create_directories(std::filesystem::path{path}.parent_path());
    ASSERT_TRUE(replace_file(path, features::testing::wav_of(sound, kRate)));
  }
  Outcome run(const Words& words) const {
    Words all{weigh_path()};
    all.insert(all.end(), words.begin(), words.end());
    return run_program(all, {{"WEIGH_HOME", home_}}, folder_.path(), std::chrono::seconds{120});
  }
  Outcome tune(const Words& more) const {
    Words words{"fine-tune", "base", "--sample-rate", "8000", "--clip-seconds", "0.5", "--epochs", "3"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }

  TemporaryDirectory folder_ = TemporaryDirectory::create().take();
  std::string home_ = join_path(folder_.path(), "home");
};

TEST_F(AudioModels, ASeparatorIsTrainedFurtherOnAFolderAndStandsInTheLibrary) {
  const auto tuned = tune({"--audio", "talk", "--noise", "noise", "--task", "separation", "--as", "mine"});
  ASSERT_EQ(tuned.code, 0) << tuned.error;
  EXPECT_THAT(tuned.output, AllOf(HasSubstr("Epoch 1/3, Train Loss: "), HasSubstr("Epoch 3/3, Train Loss: "),
                                  HasSubstr("custom/mine@1"), HasSubstr("mixing with noise (6 of the files)")));
  const auto folder = join_path(home_, "models/custom/mine");
  EXPECT_TRUE(std::filesystem::exists(join_path(folder, "mine.pt")));
  const auto record = json::parse(read_file(join_path(folder, "mine.json")).value()).as_object();
  EXPECT_EQ(record.at("base_model"), "custom/base");
  EXPECT_EQ(record.at("training_samples"), 6);
  EXPECT_EQ(record.at("epochs"), 3);
  EXPECT_EQ(record.at("custom"), true);
  EXPECT_EQ(record.at("device"), "cpu");
  EXPECT_LT(record.at("val_loss").as_double(), record.at("base_val_loss").as_double());

  const auto again = tune({"--audio", "talk", "--noise", "noise", "--task", "separation", "--as", "again"});
  ASSERT_EQ(again.code, 0) << again.error;
  EXPECT_EQ(read_file(join_path(home_, "models/custom/again/again.pt")).value(),
            read_file(join_path(folder, "mine.pt")).value());
}

TEST_F(AudioModels, TwoVersionsAreWeighedOnTheSameSoundsAndWhatTheyMadeCanBeHeard) {
  const auto tuned = tune({"--audio", "mixed", "--references", "parts", "--epochs", "2", "--as", "mine"});
  ASSERT_EQ(tuned.code, 0) << tuned.error;
  EXPECT_THAT(tuned.output, Not(HasSubstr("labelled by")));
  const auto compared =
      run({"compare", "mine", "mine", "mixed", "--references", "parts", "--outputs", "heard", "--json"});
  ASSERT_EQ(compared.code, 0) << compared.error;
  const auto comparison = json::parse(compared.output).at("comparisons").at(0).as_object();
  EXPECT_EQ(comparison.at("verdict"), "no_evidence");
  EXPECT_EQ(comparison.at("files").as_array().size(), 6U);
  const auto& summary = comparison.at("to").at("summary").as_object();
  for (const char* name : {"si_sdr", "si_sdr_improvement", "stoi", "real_time_factor"}) {
    EXPECT_TRUE(summary.contains(name)) << name;
  }
  EXPECT_EQ(summary.at("mixed_here"), 0);
  for (const char* name : {"0000_mixture.wav", "0005_output_2.wav"})
    EXPECT_TRUE(std::filesystem::exists(join_path(folder_.path(), "heard/custom_mine@1/" + std::string{name}))) << name;
}

TEST_F(AudioModels, AFreshHomeHasASeparatorThatPartsSpeechFromNoise) {
  ASSERT_TRUE(replace_file(join_path(home_, "weighhouse.toml"), "[home]\nwith_shipped = true\n"));
  const auto weighed = run({"evaluate", "default/voice_separator", "mixed", "--references", "parts", "--json"});
  ASSERT_EQ(weighed.code, 0) << weighed.error;
  const auto summary = json::parse(weighed.output).at("summary").as_object();
  EXPECT_EQ(summary.at("voices"), 2);
  EXPECT_EQ(summary.at("sample_rate"), 16'000);
  EXPECT_TRUE(std::filesystem::exists(join_path(home_, "models/default/voice_separator/voice_separator.pt")));
}

TEST_F(AudioModels, WhatDoesNotFitTheTaskIsRefusedWithItsShape) {
  const auto wrong = tune({"--audio", "talk", "--task", "classification", "--as", "mine"});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_THAT(wrong.error, AllOf(HasSubstr("[2, 2, 4000]"), HasSubstr("[batch, classes]")));
  EXPECT_THAT(run({"list", "--json"}).output, Not(HasSubstr("mine")));
}

}  // namespace
}  // namespace weighhouse::e2e
