#include <gtest/gtest.h>

#include "formats/detail/inspectors.h"
#include "formats/inspect.h"
#include "formats/testing/report_matchers.h"
#include "formats/testing/tflite_writer.h"
#include "formats/testing/torch_writer.h"
#include "formats/testing/watched_access.h"

namespace weighhouse::formats::detail {
namespace {

using testing::expect_every_truncation_is_noticed;
using testing::expect_no_flipped_byte_hurts;
using testing::findings_of;
using testing::FlatNode;
using testing::FlatWriter;
using testing::has_finding;
using testing::metadata_of;
using testing::tflite_tensor;
using testing::write_zip;

Report inspected(std::string_view bytes, const InspectLimits& limits = {}) {
  return testing::inspect_bytes(inspect_tflite, bytes, limits);
}

// What a test changes of the sample: x (batch, 3) -> FULLY_CONNECTED with w (2, 3) -> y.
struct Sample {
  FlatNode weights = tflite_tensor("w", 0, {2, 3}, 1);
  std::vector<FlatNode> codes{FlatNode::table({{0, FlatNode::number(9, 1)}, {3, FlatNode::number(9, 4)}})};
  std::uint32_t code_used = 0;
  std::int32_t input = 0;
  std::uint32_t metadata_buffer = 2;

  std::string write() const {
    auto x = tflite_tensor("x", 0, {1, 3}, 0);
    std::get<FlatNode::Fields>(x.value).emplace(7, FlatNode::numbers({-1, 3}));
    const auto op = FlatNode::table({{0, FlatNode::number(code_used, 4)}});
    const auto graph = FlatNode::table({{0, FlatNode::tables({x, weights, tflite_tensor("y", 9, {1, 2}, 0)})},
                                        {1, FlatNode::numbers({input})},
                                        {2, FlatNode::numbers({2})},
                                        {3, FlatNode::tables({op, op})}});
    const auto buffers =
        FlatNode::tables({FlatNode::table({}), FlatNode::table({{0, FlatNode::text(std::string(24, 'w'))}}),
                          FlatNode::table({{0, FlatNode::text("1.5.0")}})});
    const auto metadata = FlatNode::tables(
        {FlatNode::table({{0, FlatNode::text("min_runtime_version")}, {1, FlatNode::number(metadata_buffer, 4)}})});
    return FlatWriter::write(FlatNode::table({{0, FlatNode::number(3, 4)},
                                              {1, FlatNode::tables(codes)},
                                              {2, FlatNode::tables({graph})},
                                              {3, FlatNode::text("made here")},
                                              {4, buffers},
                                              {6, metadata}}));
  }
};

TEST(Tflite, TellsOperatorsPortsAndWeights) {
  const auto bytes = Sample{}.write();
  const auto report = inspected(bytes);
  EXPECT_EQ(report.format, Format::kTflite);
  EXPECT_EQ(report.level, Level::kDataOnly);
  EXPECT_TRUE(report.findings.empty()) << findings_of(report);
  EXPECT_EQ(report.summary, "TFLite, 2 operators, 1 tensor, 6 parameters");
  EXPECT_EQ(metadata_of(report, "tflite.version"), "3");
  EXPECT_EQ(metadata_of(report, "tflite.description"), "made here");
  EXPECT_EQ(metadata_of(report, "tflite.metadata.min_runtime_version"), "5 B");
  EXPECT_EQ(report.operators, (std::map<std::string, std::uint64_t>{{"FULLY_CONNECTED", 2}}));
  ASSERT_EQ(report.inputs.size(), 1U);
  EXPECT_EQ(report.inputs[0].name, "x");
  EXPECT_EQ(report.inputs[0].type, "F32");
  EXPECT_EQ(report.inputs[0].shape, (std::vector<std::string>{"?", "3"}));
  ASSERT_EQ(report.outputs.size(), 1U);
  EXPECT_EQ(report.outputs[0].type, "I8");
  ASSERT_EQ(report.tensors.size(), 1U);
  EXPECT_EQ(report.tensors[0].name, "w");
  EXPECT_EQ(bytes.substr(report.tensors[0].extent->offset, report.tensors[0].extent->length), std::string(24, 'w'));
}

TEST(Tflite, SaysThatCustomOperatorsNeedCode) {
  Sample sample;
  sample.codes = {
      FlatNode::table({{0, FlatNode::number(32, 1)}, {1, FlatNode::text("MyOp")}, {3, FlatNode::number(32, 4)}})};
  const auto report = inspected(sample.write());
  EXPECT_EQ(report.level, Level::kCodeBearing);
  EXPECT_TRUE(has_finding(report, "custom-operator"));
  EXPECT_EQ(report.operators.at("custom.MyOp"), 2U);
}

TEST(Tflite, NamesOperatorsBeyondItsTableByNumber) {
  Sample sample;
  sample.codes = {FlatNode::table({{0, FlatNode::number(127, 1)}, {3, FlatNode::number(150, 4)}}),
                  FlatNode::table({{0, FlatNode::number(127, 1)}, {3, FlatNode::number(4000, 4)}})};
  EXPECT_EQ(inspected(sample.write()).operators.at("GELU"), 2U);
  sample.code_used = 1;
  EXPECT_EQ(inspected(sample.write()).operators.at("BUILTIN_4000"), 2U);
}

TEST(Tflite, NoticesIndicesThatLeadNowhere) {
  Sample sample;
  sample.code_used = 7;
  EXPECT_TRUE(has_finding(inspected(sample.write()), "bad-index"));
  sample = {};
  sample.input = 3;
  EXPECT_TRUE(has_finding(inspected(sample.write()), "bad-index"));
  sample = {};
  sample.input = -1;
  EXPECT_TRUE(has_finding(inspected(sample.write()), "bad-index"));
  sample = {};
  sample.metadata_buffer = 3;
  EXPECT_TRUE(has_finding(inspected(sample.write()), "bad-index"));
  sample = {};
  sample.weights = tflite_tensor("w", 0, {2, 3}, 9);
  EXPECT_TRUE(has_finding(inspected(sample.write()), "bad-index"));
}

TEST(Tflite, NoticesTensorsOfAnotherSizeThanTheyClaim) {
  Sample sample;
  for (const std::vector<std::int32_t>& shape : {std::vector<std::int32_t>{2, 4}, {}, {1 << 30, 1 << 30}}) {
    sample.weights = tflite_tensor("w", 0, shape, 1);
    const auto report = inspected(sample.write());
    EXPECT_EQ(report.level, Level::kMalformed);
    EXPECT_TRUE(has_finding(report, "size-mismatch")) << findings_of(report);
    EXPECT_FALSE(report.tensors.at(0).extent);
  }
  sample.weights = tflite_tensor("w", 0, {-2, 3}, 1);
  EXPECT_TRUE(has_finding(inspected(sample.write()), "bad-number"));
  sample.weights = tflite_tensor("w", 0, std::vector<std::int32_t>(65, 1), 1);
  EXPECT_TRUE(has_finding(inspected(sample.write()), "bad-number"));
}

TEST(Tflite, ExemptsSparseTensorsFromTheSizeOfTheirShape) {
  Sample sample;
  sample.weights = tflite_tensor("w", 0, {20, 30}, 1);
  std::get<FlatNode::Fields>(sample.weights.value).emplace(6, FlatNode::table({}));
  const auto report = inspected(sample.write());
  EXPECT_EQ(report.level, Level::kDataOnly) << findings_of(report);
  EXPECT_FALSE(report.tensors.at(0).extent);
}

TEST(Tflite, CallsAnUnknownElementTypeNewerThanItself) {
  Sample sample;
  sample.weights = tflite_tensor("w", 99, {2, 3}, 1);
  EXPECT_EQ(inspected(sample.write()).level, Level::kUnknown);
}

TEST(Tflite, FindsBuffersBehindTheTables) {
  const auto model = [](std::uint64_t offset) {
    const auto buffers = FlatNode::tables(
        {FlatNode::table({}), FlatNode::table({{1, FlatNode::number(offset, 8)}, {2, FlatNode::number(4, 8)}})});
    const auto graph = FlatNode::table({{0, FlatNode::tables({tflite_tensor("far", 0, {1}, 1)})}});
    return FlatWriter::write(
        FlatNode::table({{0, FlatNode::number(3, 4)}, {2, FlatNode::tables({graph})}, {4, buffers}}));
  };
  const auto size = model(0).size();
  const auto report = inspected(model(size) + "1234");
  EXPECT_EQ(report.level, Level::kDataOnly) << findings_of(report);
  EXPECT_EQ(report.tensors.at(0).extent->offset, size);
  EXPECT_TRUE(has_finding(inspected(model(size + 1) + "1234"), "truncated"));
}

TEST(Tflite, NoticesFilesOfAnotherKind) {
  EXPECT_TRUE(has_finding(inspected(FlatWriter::write(FlatNode::table({}), "TFL2")), "bad-identifier"));
  EXPECT_TRUE(has_finding(inspected(FlatWriter::write(FlatNode::table({}))), "no-graph"));
}

TEST(Tflite, CountsASharedTableEachTimeItIsRead) {
  // Every entry of the list of tensors leads to the same tensor, whose name is long.
  constexpr std::uint32_t kEntries = 10'000;
  const auto tensor = tflite_tensor(std::string(4000, 'n'), 0, {1}, 1);
  std::vector<FlatNode> tensors(kEntries, FlatNode::table({}));
  tensors.back() = tensor;
  const auto graph = FlatNode::table({{0, FlatNode::tables(tensors)}});
  const auto buffers = FlatNode::tables({FlatNode::table({}), FlatNode::table({{0, FlatNode::text("1234")}})});
  std::string bytes = FlatWriter::write(FlatNode::table({{2, FlatNode::tables({graph})}, {4, buffers}}));

  const auto count = bytes.find(FlatNode::little_endian(kEntries, 4));
  ASSERT_NE(count, std::string::npos);
  const auto last = count + 4 * std::size_t{kEntries};
  std::uint32_t relative = 0;
  for (std::size_t i = 0; i < 4; ++i) relative |= std::uint32_t{static_cast<unsigned char>(bytes[last + i])} << (8 * i);
  for (std::size_t at = count + 4; at < last; at += 4) {
    bytes.replace(at, 4, FlatNode::little_endian(relative + (last - at), 4));
  }
  EXPECT_EQ(inspected(bytes).tensors.size(), kEntries);
  EXPECT_TRUE(has_finding(inspected(bytes, {.header_bytes = 1 << 20}), "header-limit"));
}

TEST(Tflite, NoticesACutAfterAnyByte) { expect_every_truncation_is_noticed(inspect_tflite, Sample{}.write()); }

TEST(Tflite, SurvivesAnyChangedByte) { expect_no_flipped_byte_hurts(inspect_tflite, Sample{}.write()); }

Report inspected_whole(std::string_view bytes) {
  return testing::inspect_bytes([](const auto& file, const auto& limits) { return inspect(file, "m.tflite", limits); },
                                bytes);
}

// As TensorFlow's tools append it, which count from the front of the file, and as `cat` would.
TEST(Tflite, TakesAnAppendedZipOfFilesForANote) {
  const auto model = Sample{}.write();
  for (const auto& bytes : {write_zip({.entries = {{.name = "labels.txt", .data = "cat\ndog\n", .before = model}}}),
                            model + write_zip({.entries = {{.name = "labels.txt", .data = "cat\ndog\n"}}})}) {
    const auto report = inspected_whole(bytes);
    EXPECT_EQ(report.level, Level::kDataOnly) << findings_of(report);
    EXPECT_EQ(report.summary, "TFLite, 2 operators, 1 tensor, 6 parameters");
    ASSERT_EQ(report.entries.size(), 1U);
    EXPECT_EQ(report.entries[0].name, "labels.txt");
    const auto* const note = testing::find_finding(report, "associated-files");
    ASSERT_NE(note, nullptr);
    EXPECT_EQ(note->severity, Severity::kNote);
  }
}

TEST(Tflite, StaysMalformedWhenTheAppendedZipIsMoreThanFiles) {
  const auto model = Sample{}.write();
  const auto torch = write_zip(testing::torch_archive(testing::state_dict_pickle({}), {}));
  EXPECT_TRUE(has_finding(inspected_whole(model + torch), "also-zip")) << "a loader of PyTorch files takes it";
  const auto lying = write_zip({.entries = {{.name = "a", .data = "b", .local_name = "c"}}});
  EXPECT_TRUE(has_finding(inspected_whole(model + lying), "also-zip"));
  EXPECT_TRUE(has_finding(inspected_whole(model + write_zip({})), "also-zip")) << "an archive of nothing has no use";
}

TEST(Tflite, PassesOnAFailureToRead) { EXPECT_FALSE(inspect_tflite(testing::FailingAccess{100}, {})); }

}  // namespace
}  // namespace weighhouse::formats::detail
