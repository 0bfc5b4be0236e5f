#include "learners/wake_word/torch_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

#include "formats/inspect.h"
#include "learners/wake_word/log_mel_base.h"
#include "learners/wake_word/onnx_export.h"
#include "learners/wake_word/testing/models.h"

namespace weighhouse::learners::wake {
namespace {

using ::testing::HasSubstr;

TEST(WakeTorchExport, IsATorchScriptFileAndTheSameBytesAgain) {
  const auto model = testing::some_model();
  const auto parts = export_parts(model, *log_mel_base()).take();
  const auto bytes = to_torchscript(model, parts, R"({"wake_word":"jarvis"})");
  const auto report = formats::inspect(MemoryAccess{bytes}, "jarvis.pt").take();
  EXPECT_EQ(report.format, formats::Format::kTorchscript);
  EXPECT_EQ(bytes, to_torchscript(model, parts, R"({"wake_word":"jarvis"})"));
}

TEST(WakeOnnxExport, HoldsTheTensorsAndWhatACallerNeedsToKnow) {
  const auto model = testing::some_model();
  const auto parts = export_parts(model, *log_mel_base()).take();
  const auto bytes = to_onnx(model, parts, "{}");
  const auto report = formats::inspect(MemoryAccess{bytes}, "jarvis.onnx").take();
  EXPECT_EQ(report.format, formats::Format::kOnnx);
  std::map<std::string, std::string> notes{report.metadata.begin(), report.metadata.end()};
  EXPECT_EQ(notes["wake_word"], "jarvis");
  EXPECT_EQ(notes["threshold"], "0.75");
  EXPECT_EQ(notes["labels"], R"(["other","jarvis"])");
  EXPECT_EQ(notes["sample_rate"], "16000");
  EXPECT_EQ(bytes, to_onnx(model, parts, "{}"));
}

TEST(ExportParts, AreRefusedForAnEncoderThatIsNoChainOfConvolutions) {
  class Foreign final : public encoders::AudioEncoder {
   public:
    std::string_view name() const override { return "somebody/else"; }
    const encoders::AudioShape& shape() const override { return shape_; }
    std::uint64_t size_bytes() const override { return 0; }
    Result<std::vector<float>> encode(std::span<const float>) const override { return std::vector<float>{}; }

   private:
    encoders::AudioShape shape_{32, 1280, 1632};
  };
  const auto parts = export_parts(testing::some_model(), Foreign{});
  ASSERT_FALSE(parts.has_value());
  EXPECT_EQ(parts.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_THAT(parts.error().message, HasSubstr("somebody/else"));
}

}  // namespace
}  // namespace weighhouse::learners::wake
