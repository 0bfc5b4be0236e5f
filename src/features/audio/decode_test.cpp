#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <numbers>

#include "features/audio/audio.h"
#include "features/audio/levels.h"
#include "features/audio/resample.h"
#include "features/testing/sounds.h"

namespace weighhouse::features {
namespace {

using ::testing::HasSubstr;

Result<Audio> decode(const std::string& bytes, const AudioLimits& limits = {}) {
  return decode_audio(MemoryAccess{bytes}, limits);
}

TEST(DecodeAudio, ReadsEveryWidthOfSamples) {
  struct Case {
    int tag, bits;
    std::string frames;
    double tolerance;
  };
  std::string bytes8{"\xC0\x40", 2};  // 64 above and below the middle of 128
  std::string bytes16;
  std::string bytes24;
  std::string bytes32;
  std::string floats;
  for (const double value : {0.5, -0.5}) {
    testing::append_number(bytes16, static_cast<std::uint64_t>(std::lround(value * 32'768)), 2);
    testing::append_number(bytes24, static_cast<std::uint64_t>(std::lround(value * 8'388'608)), 3);
    testing::append_number(bytes32, static_cast<std::uint64_t>(std::lround(value * 2'147'483'648.0)), 4);
    const auto narrow = static_cast<float>(value);
    floats.append(reinterpret_cast<const char*>(&narrow), sizeof narrow);
  }
  for (const auto& [tag, bits, frames, tolerance] :
       {Case{1, 8, bytes8, 1e-6}, Case{1, 16, bytes16, 1e-6}, Case{1, 24, bytes24, 1e-6}, Case{1, 32, bytes32, 1e-6},
        Case{3, 32, floats, 1e-6}}) {
    const auto audio = decode(testing::wav_around(frames, tag, 1, 16'000, bits));
    ASSERT_TRUE(audio) << bits << ": " << audio.error().message;
    ASSERT_EQ(audio->samples.size(), 2U) << bits;
    EXPECT_NEAR(audio->samples[0], 0.5, tolerance) << bits;
    EXPECT_NEAR(audio->samples[1], -0.5, tolerance) << bits;
  }
}

TEST(DecodeAudio, ReadsTelephonesLaws) {
  for (const int tag : {6, 7}) {
    const auto audio = decode(testing::wav_around(std::string(800, '\x2A'), tag, 1, 8'000, 8));
    ASSERT_TRUE(audio) << tag << ": " << audio.error().message;
    EXPECT_EQ(audio->sample_rate_hz, 8'000);
    EXPECT_EQ(audio->samples.size(), 800U);
  }
}

TEST(DecodeAudio, AveragesChannels) {
  std::string frames;
  for (int i = 0; i < 10; ++i) {
    testing::append_number(frames, 16'384, 2);
    testing::append_number(frames, 0, 2);
  }
  const auto audio = decode(testing::wav_around(frames, 1, 2, 44'100, 16));
  ASSERT_TRUE(audio);
  EXPECT_EQ(audio->sample_rate_hz, 44'100);
  ASSERT_EQ(audio->samples.size(), 10U);
  EXPECT_NEAR(audio->samples[5], 0.25, 1e-6);
}

TEST(DecodeAudio, TakesWhatIsNoNumberForSilence) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float huge = 1e30F;
  std::string frames{reinterpret_cast<const char*>(&nan), sizeof nan};
  frames.append(reinterpret_cast<const char*>(&huge), sizeof huge);
  const auto audio = decode(testing::wav_around(frames, 3, 1, 16'000, 32));
  ASSERT_TRUE(audio);
  EXPECT_EQ(audio->samples, (std::vector<float>{0, 1}));
}

TEST(DecodeAudio, RefusesWhatIsNoAudioWithASentence) {
  for (const std::string& bytes :
       {std::string{}, std::string{"RIFF"}, std::string(5000, 'x'), std::string(5000, '\0')}) {
    const auto audio = decode(bytes);
    ASSERT_FALSE(audio);
    EXPECT_EQ(audio.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(audio.error().message, ::testing::EndsWith("."));
  }
}

TEST(DecodeAudio, RefusesAudioBeyondItsLimitsBeforeReadingIt) {
  const auto bytes = testing::wav_of(testing::tone(440, 0.5, 16'000, 2), 16'000);
  const auto audio = decode(bytes, {.max_seconds = 1});
  ASSERT_FALSE(audio);
  EXPECT_EQ(audio.error().code, ErrorCode::kResourceExhausted);
  EXPECT_THAT(audio.error().message, HasSubstr("at most 1"));
  EXPECT_TRUE(decode(bytes, {.max_seconds = 2}));
  EXPECT_FALSE(decode(testing::wav_of(testing::tone(440, 0.5, 16'000, 1), 16'000, 9)));
}

TEST(DecodeAudio, SurvivesEveryTruncation) {
  const auto bytes = testing::wav_of(testing::tone(440, 0.5, 16'000, 0.01), 16'000, 2);
  for (std::size_t length = 0; length < bytes.size(); length += length < 80 ? 1 : 37) {
    const auto audio = decode(bytes.substr(0, length));
    if (audio) {
      EXPECT_LE(audio->samples.size(), 160U);
    }
  }
}

TEST(AudioReader, GivesTheSameAsDecodingAndResamplingAtOnce) {
  const auto bytes = testing::wav_of(testing::tone(440, 0.5, 44'100, 1), 44'100);
  const MemoryAccess file{bytes};
  auto reader = AudioReader::open(file);
  ASSERT_TRUE(reader);
  EXPECT_NEAR(reader->seconds(), 1, 1e-9);
  std::vector<float> samples;
  for (;;) {
    const auto piece = reader->read(1'000);
    ASSERT_TRUE(piece);
    if (piece->empty()) break;
    samples.insert(samples.end(), piece->begin(), piece->end());
  }
  const auto whole = decode(bytes);
  ASSERT_TRUE(whole);
  EXPECT_EQ(samples, resample(*whole).samples);
  EXPECT_EQ(samples.size(), 16'000U);
  double level = 0;
  for (const float sample : samples) level += static_cast<double>(sample) * sample;
  EXPECT_NEAR(std::sqrt(level / 16'000), 0.5 / std::numbers::sqrt2, 1e-3);
}

TEST(CheckRecording, HasTheSentencesOfTheContract) {
  const auto said = [](double seconds) {
    const Audio audio{16'000, testing::tone(440, 0.5, 16'000, seconds)};
    const auto result = check_recording(measure_levels(audio));
    return result ? std::string{} : result.error().message;
  };
  EXPECT_EQ(said(0.3), "Recording too short (0.3s). Minimum is 0.5s");
  EXPECT_EQ(said(3.5), "Recording too long (3.5s). Maximum is 3.0s");
  EXPECT_EQ(said(0.5), "");
  EXPECT_EQ(said(3.0), "");
}

TEST(CheckRecording, KnowsSilenceAndClipping) {
  const Audio silent{16'000, std::vector<float>(16'000)};
  EXPECT_THAT(check_recording(measure_levels(silent)).error().message, HasSubstr("silent"));
  Audio clipped{16'000, testing::tone(440, 3, 16'000, 1)};
  for (auto& sample : clipped.samples) sample = std::clamp(sample, -1.0F, 1.0F);
  EXPECT_THAT(check_recording(measure_levels(clipped)).error().message, HasSubstr("clipped"));
  // A short word in a long silence is no silence.
  Audio word{16'000, std::vector<float>(48'000)};
  const auto sound = testing::tone(300, 0.1, 16'000, 0.3);
  std::copy(sound.begin(), sound.end(), word.samples.begin() + 16'000);
  EXPECT_TRUE(check_recording(measure_levels(word)));
}

}  // namespace
}  // namespace weighhouse::features
