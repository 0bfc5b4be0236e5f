#include "features/audio/wav.h"

#include <gtest/gtest.h>

#include "features/audio/audio.h"
#include "features/testing/sounds.h"

namespace weighhouse::features {
namespace {

TEST(ToWav, IsReadBackAsTheSameSound) {
  const auto sound = testing::tone(440, 0.5, 8000, 0.25);
  const std::string bytes = to_wav(sound, 8000);
  const auto read = decode_audio(MemoryAccess{bytes});
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->sample_rate_hz, 8000);
  ASSERT_EQ(read->samples.size(), sound.size());
  for (std::size_t i = 0; i < sound.size(); ++i) EXPECT_NEAR(read->samples[i], sound[i], 1e-4);
}

TEST(ToWav, ClipsWhatIsTooLoud) {
  const std::string bytes = to_wav(std::vector<float>{2.0F, -2.0F}, 16'000);
  const auto read = decode_audio(MemoryAccess{bytes}).value();
  EXPECT_NEAR(read.samples[0], 1, 1e-3);
  EXPECT_NEAR(read.samples[1], -1, 1e-3);
}

}  // namespace
}  // namespace weighhouse::features
