#include <gtest/gtest.h>

#include "formats/inspect.h"
#include "formats/testing/report_matchers.h"
#include "formats/testing/safetensors_writer.h"

namespace weighhouse::formats {
namespace {

using testing::find_finding;
using testing::findings_of;
using testing::little_endian;
using testing::metadata_of;

Report inspected(std::string_view bytes) {
  return testing::inspect_bytes([](const auto& file, const auto& limits) { return inspect(file, "ggml.bin", limits); },
                                bytes);
}

std::string numbers(const std::vector<std::uint64_t>& values) {
  std::string bytes;
  for (const auto value : values) bytes += little_endian(value, 4);
  return bytes;
}

TEST(OldGgml, IsNamedWithTheWayOut) {
  for (const auto& [mark, word] : {std::pair{"lmgg", "ggml"}, {"fmgg", "ggmf"}, {"tjgg", "ggjt"}, {"algg", "ggla"}}) {
    const auto report = inspected(mark + numbers({1, 32'000, 4096, 256, 32}));
    EXPECT_EQ(report.format, Format::kGgml) << mark;
    EXPECT_EQ(report.level, Level::kUnknown) << mark;
    EXPECT_TRUE(report.summary.starts_with("Old ggml file, from before GGUF")) << report.summary;
    EXPECT_EQ(metadata_of(report, "ggml.mark"), word);
    const auto* const finding = find_finding(report, "old-ggml");
    ASSERT_NE(finding, nullptr) << findings_of(report);
    EXPECT_NE(finding->message.find("_to_gguf.py"), std::string::npos) << finding->message;
  }
}

TEST(OldGgml, TellsItsVersionWhereTheMarkHasOne) {
  EXPECT_EQ(metadata_of(inspected("tjgg" + numbers({3, 32'000})), "ggml.version"), "3");
  EXPECT_EQ(metadata_of(inspected("lmgg" + numbers({3, 32'000})), "ggml.version"), "(none)");
}

TEST(OldGgml, KnowsAWhisperModelByItsNumbers) {
  const auto report = inspected("lmgg" + numbers({51'865, 1500, 384, 6, 4, 448, 384, 6, 4, 80, 1}) + "more");
  EXPECT_EQ(report.summary, "Old ggml file, from before GGUF, a Whisper model");
  EXPECT_EQ(metadata_of(report, "whisper.n_audio_layer"), "4");
  EXPECT_NE(findings_of(report).find("whisper.cpp reads it as it is"), std::string::npos);
}

TEST(OldGgml, KnowsAVoiceDetectorByItsName) {
  const auto report = inspected("lmgg" + little_endian(10, 4) + "silero-16k" + numbers({6, 2, 0}));
  EXPECT_EQ(report.summary, "Old ggml file, from before GGUF, the voice detector \"silero-16k\"");
}

TEST(OldGgml, MayBreakOffAnywhere) {
  const auto whole = "lmgg" + numbers({51'865, 1500, 384, 6, 4, 448, 384, 6, 4, 80, 1});
  for (std::size_t length = 4; length < whole.size(); ++length) {
    EXPECT_EQ(inspected(whole.substr(0, length)).format, Format::kGgml) << length;
  }
}

}  // namespace
}  // namespace weighhouse::formats
