#include <gtest/gtest.h>

#include "base/digest.h"
#include "formats/detail/inspectors.h"
#include "formats/testing/gguf_writer.h"
#include "formats/testing/report_matchers.h"
#include "formats/testing/watched_access.h"

namespace weighhouse::formats::detail {
namespace {

using testing::expect_every_truncation_is_noticed;
using testing::expect_no_flipped_byte_hurts;
using testing::find_finding;
using testing::findings_of;
using testing::GgufWriter;
using testing::has_finding;
using testing::metadata_of;

constexpr std::uint32_t kF32 = 0;
constexpr std::uint32_t kF16 = 1;
constexpr std::uint32_t kQ4_0 = 2;

Report inspected(std::string_view bytes, const InspectLimits& limits = {}) {
  return testing::inspect_bytes(inspect_gguf, bytes, limits);
}

std::string string_array(const GgufWriter& writer, const std::vector<std::string>& texts) {
  std::string value = writer.number(8, 4) + writer.number(texts.size(), 8);
  for (const auto& text : texts) value += writer.text(text);
  return value;
}

// 64 bytes of Q4_0 (36 used), then 24 of F32.
std::string small_sample(std::uint32_t version = 3, bool big_endian = false) {
  GgufWriter writer{version, big_endian};
  return writer.pair("general.architecture", "llama")
      .pair("llama.block_count", 2)
      .pair("tokenizer.ggml.tokens", 9, string_array(writer, {"a", "b", "c", "d", "e", "f"}))
      .pair("ratio", 6, writer.number(0x3FC00000, 4))
      .pair("flag", 7, "\1")
      .tensor("blk.0.weight", {32, 2}, kQ4_0, 0)
      .tensor("norm", {3, 2}, kF32, 64)
      .finish(std::string(64, 'q') + std::string(24, 'n'));
}

TEST(Gguf, TellsArchitectureMetadataAndTensors) {
  for (const std::uint32_t version : {2U, 3U}) {
    const auto bytes = small_sample(version);
    const auto report = inspected(bytes);
    EXPECT_EQ(report.format, Format::kGguf);
    EXPECT_EQ(report.level, Level::kDataOnly);
    EXPECT_TRUE(report.findings.empty()) << findings_of(report);
    EXPECT_EQ(report.summary, "GGUF, llama, 2 tensors, 70 parameters");
    EXPECT_EQ(metadata_of(report, "gguf.version"), std::to_string(version));
    EXPECT_EQ(metadata_of(report, "llama.block_count"), "2");
    EXPECT_EQ(metadata_of(report, "tokenizer.ggml.tokens"), "[string x 6: a, b, c, d, e, …]");
    EXPECT_EQ(metadata_of(report, "ratio"), "1.5");
    EXPECT_EQ(metadata_of(report, "flag"), "true");
    ASSERT_EQ(report.tensors.size(), 2U);
    EXPECT_EQ(report.tensors[0].type, "Q4_0");
    EXPECT_EQ(report.tensors[0].shape, (std::vector<std::int64_t>{2, 32})) << "outermost first";
    EXPECT_EQ(report.tensors[0].size_bytes, 36U);
    EXPECT_EQ(bytes.substr(report.tensors[1].extent->offset, report.tensors[1].extent->length), std::string(24, 'n'));
  }
}

TEST(Gguf, ReadsTheOtherByteOrderAndSaysSo) {
  const auto report = inspected(small_sample(3, true));
  EXPECT_EQ(report.level, Level::kDataOnly) << findings_of(report);
  EXPECT_TRUE(has_finding(report, "big-endian"));
  EXPECT_EQ(report.tensors.size(), 2U);
  EXPECT_FALSE(report.tensors[0].extent) << "an extent promises little-endian elements";
}

TEST(Gguf, HoldsToTheAlignmentOfTheFile) {
  const auto file = [](std::uint32_t alignment) {
    return GgufWriter{}
        .pair("general.alignment", alignment)
        .tensor("a", {1}, kF32, 0)
        .tensor("b", {1}, kF32, 64)
        .finish(std::string(68, 'x'), 64);
  };
  EXPECT_EQ(inspected(file(64)).level, Level::kDataOnly);
  EXPECT_TRUE(has_finding(inspected(file(32)), "gap"));
  EXPECT_TRUE(has_finding(inspected(file(48)), "bad-alignment"));
  EXPECT_TRUE(has_finding(inspected(file(0)), "bad-alignment"));
}

TEST(Gguf, NamesAChatTemplateByItsDigestOnly) {
  const auto report = inspected(GgufWriter{}.pair("tokenizer.chat_template", "{{ evil }}").finish());
  EXPECT_EQ(report.level, Level::kCodeBearing);
  ASSERT_TRUE(has_finding(report, "chat-template"));
  // printf '{{ evil }}' | sha256sum
  EXPECT_EQ(metadata_of(report, "tokenizer.chat_template"),
            "(10 B, sha256 " + Digest::of("{{ evil }}").hex().substr(0, 12) + "…)");
  EXPECT_EQ(findings_of(report).find("evil"), std::string::npos);
}

TEST(Gguf, NoticesEveryLie) {
  GgufWriter numbers;
  const auto array_of = [&numbers](std::uint32_t type, std::uint64_t count) {
    return numbers.number(type, 4) + numbers.number(count, 8);
  };
  const std::string data(64, 'x');
  const std::vector<std::pair<std::string, std::string_view>> lies{
      {GgufWriter{}.tensor("a", {4}, kF32, 0).tensor("b", {4}, kF32, 64).finish(data + data), "gap"},
      {GgufWriter{}.tensor("a", {16}, kF32, 0).tensor("b", {4}, kF32, 32).finish(data), "overlap"},
      {GgufWriter{}.tensor("a", {4}, kF32, 0).tensor("a", {4}, kF32, 32).finish(data), "duplicate-name"},
      {GgufWriter{}.tensor("a", {100}, kF32, 0).finish(data), "truncated"},
      {GgufWriter{}.tensor("a", {33}, kQ4_0, 0).finish(data), "bad-number"},
      {GgufWriter{}.tensor("a", {1U << 31U, 1U << 31U, 4}, kF16, 0).finish(data), "bad-number"},
      {GgufWriter{}.tensor("a", {~std::uint64_t{0}}, kF16, 0).finish(data), "bad-number"},
      {GgufWriter{}.tensor("a", {std::uint64_t{1} << 62U}, kF32, 0).finish(data), "bad-number"},
      {GgufWriter{}.tensor("a", {1, 1, 1, 1, 1}, kF32, 0).finish(data), "bad-number"},
      {GgufWriter{}.tensor("a", {4}, kF32, ~std::uint64_t{0} - 8).finish(data), "bad-offsets"},
      {GgufWriter{}.tensor("", {4}, kF32, 0).finish(data.substr(0, 16)), "long-name"},
      {GgufWriter{}.tensor(std::string(64, 'n'), {4}, kF32, 0).finish(data.substr(0, 16)), "long-name"},
      {GgufWriter{}.pair("k", 1U).pair("k", 2U).finish(), "duplicate-name"},
      {GgufWriter{}.pair("", 1U).finish(), "bad-key"},
      {GgufWriter{}.pair("k", 7, "\2").finish(), "bad-bool"},
      {GgufWriter{}.pair("k", 13, "\2").finish(), "newer-type"},
      {GgufWriter{}.pair("k", 9, array_of(9, 1)).finish(data), "nested-array"},
      {GgufWriter{}.pair("k", 9, array_of(13, 1)).finish(data), "newer-type"},
      {GgufWriter{}.pair("k", 9, array_of(8, 1U << 20U)).finish(data), "truncated"},
      {GgufWriter{}.pair("k", 9, array_of(0, ~std::uint64_t{0})).finish(data), "truncated"},
      {GgufWriter{}.pair("k", 8, numbers.number(~std::uint64_t{0}, 8)).finish(data), "truncated"},
      {GgufWriter{}.pair("tokenizer.chat_template", 8, numbers.number(~std::uint64_t{0}, 8)).finish(data), "truncated"},
      {GgufWriter{1}.finish(), "old-version"},
      {GgufWriter{0}.finish(), "bad-version"},
  };
  for (std::size_t i = 0; i < lies.size(); ++i) {
    const auto report = inspected(lies[i].first);
    EXPECT_EQ(report.level, Level::kMalformed) << i;
    EXPECT_TRUE(has_finding(report, lies[i].second)) << i << "\n" << findings_of(report);
  }
}

TEST(Gguf, CallsUnknownVersionsAndTypesNewerThanItself) {
  auto report = inspected(GgufWriter{4}.finish());
  EXPECT_EQ(report.level, Level::kUnknown);
  EXPECT_TRUE(has_finding(report, "newer-version"));
  report = inspected(GgufWriter{}.tensor("a", {4}, 77, 0).tensor("b", {4}, kF32, 32).finish(std::string(48, 'x')));
  EXPECT_EQ(report.level, Level::kUnknown) << findings_of(report);
  EXPECT_TRUE(has_finding(report, "newer-type"));
}

TEST(Gguf, WarnsOfBytesBehindTheLastTensor) {
  const auto report = inspected(GgufWriter{}.tensor("a", {4}, kF32, 0).finish(std::string(33, 'x')));
  EXPECT_EQ(report.level, Level::kDataOnly);
  EXPECT_TRUE(has_finding(report, "trailing-bytes"));
}

TEST(Gguf, SeesThatAFileWentThroughATextProgram) {
  // 0x80 of the number 384 is no text.
  auto bytes = GgufWriter{}.pair("width", 384U).pair("name", "x").finish();
  EXPECT_FALSE(has_finding(inspected(bytes.substr(0, bytes.size() - 40)), "replaced-bytes"));
  bytes.replace(bytes.find('\x80'), 1, "\xEF\xBF\xBD");
  const auto report = inspected(bytes);
  EXPECT_EQ(report.level, Level::kMalformed);
  EXPECT_TRUE(has_finding(report, "replaced-bytes")) << findings_of(report);
}

TEST(Gguf, BoundsTensorsEntriesAndBytes) {
  EXPECT_TRUE(has_finding(inspected(small_sample(), {.tensors = 1}), "tensor-limit"));
  EXPECT_TRUE(has_finding(inspected(small_sample(), {.entries = 2}), "entry-limit"));
  EXPECT_TRUE(has_finding(inspected(small_sample(), {.header_bytes = 40}), "header-limit"));
}

TEST(Gguf, JumpsOverLongArraysAndTensors) {
  constexpr std::uint64_t kBytes = std::uint64_t{1} << 29U;
  GgufWriter writer;
  writer.pair("big", 9, writer.number(0, 4) + writer.number(kBytes, 8));
  const testing::SparseAccess file{writer.finish({}, 1), 3 * kBytes};
  const testing::WatchedAccess watched{file};
  const auto report = inspect_gguf(watched, {}).take();
  EXPECT_EQ(metadata_of(report, "big"), "[u8 x 536870912: 0, 0, 0, 0, 0, …]");
  EXPECT_LT(watched.bytes_read(), 4096U);
}

TEST(Gguf, NoticesACutAfterAnyByte) { expect_every_truncation_is_noticed(inspect_gguf, small_sample()); }

TEST(Gguf, SurvivesAnyChangedByte) { expect_no_flipped_byte_hurts(inspect_gguf, small_sample()); }

TEST(Gguf, PassesOnAFailureToRead) { EXPECT_FALSE(inspect_gguf(testing::FailingAccess{100}, {})); }

}  // namespace
}  // namespace weighhouse::formats::detail
