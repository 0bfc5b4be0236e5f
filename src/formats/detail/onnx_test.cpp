#include <gtest/gtest.h>

#include "formats/detail/inspectors.h"
#include "formats/testing/onnx_writer.h"
#include "formats/testing/report_matchers.h"
#include "formats/testing/watched_access.h"

namespace weighhouse::formats::detail {
namespace {

using testing::expect_every_truncation_is_noticed;
using testing::expect_no_flipped_byte_hurts;
using testing::findings_of;
using testing::has_finding;
using testing::metadata_of;
using testing::onnx_entry;
using testing::onnx_node;
using testing::onnx_port;
using testing::onnx_tensor;
using testing::onnx_tensor_header;
using testing::OnnxType;
using testing::OnnxWriter;
using testing::ProtobufWriter;

Report inspected(std::string_view bytes, const InspectLimits& limits = {}) {
  return testing::inspect_bytes(inspect_onnx, bytes, limits);
}

Report inspected_tensor(const ProtobufWriter& tensor) {
  return inspected(OnnxWriter{}.node("Add").initializer(tensor).finish());
}

std::string small_sample() {
  return OnnxWriter{}
      .opset("", 17)
      .opset("ai.onnx.ml", 3)
      .metadata("labels", "cat,dog")
      .node("Gemm")
      .node("Relu")
      .node("Relu")
      .initializer(onnx_tensor("w", OnnxType::kFloat, {2, 3}, std::string(24, 'w')))
      .initializer(onnx_tensor("shape", OnnxType::kInt64, {2}, std::string(16, '\1')))
      .input("x", {-1, 3})
      .output("y", {-1, 2})
      .finish();
}

TEST(Onnx, TellsWhatAModelIsAndTakes) {
  const auto bytes = small_sample();
  const auto report = inspected(bytes);
  EXPECT_EQ(report.format, Format::kOnnx);
  EXPECT_EQ(report.level, Level::kDataOnly);
  EXPECT_TRUE(report.findings.empty()) << findings_of(report);
  EXPECT_EQ(report.summary, "ONNX, opset 17, 3 nodes, 2 tensors, 6 parameters");
  EXPECT_EQ(metadata_of(report, "onnx.ir_version"), "8");
  EXPECT_EQ(metadata_of(report, "onnx.producer_name"), "weighhouse");
  EXPECT_EQ(metadata_of(report, "labels"), "cat,dog");
  EXPECT_EQ(report.opsets, (std::map<std::string, std::int64_t>{{"", 17}, {"ai.onnx.ml", 3}}));
  EXPECT_EQ(report.operators, (std::map<std::string, std::uint64_t>{{"Gemm", 1}, {"Relu", 2}}));
  ASSERT_EQ(report.inputs.size(), 1U);
  EXPECT_EQ(report.inputs[0].name, "x");
  EXPECT_EQ(report.inputs[0].type, "F32");
  EXPECT_EQ(report.inputs[0].shape, (std::vector<std::string>{"batch", "3"}));
  ASSERT_EQ(report.outputs.size(), 1U);
  ASSERT_EQ(report.tensors.size(), 2U);
  EXPECT_EQ(report.tensors[0].shape, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(bytes.substr(report.tensors[0].extent->offset, report.tensors[0].extent->length), std::string(24, 'w'));
}

TEST(Onnx, LeavesInitialisersOutOfTheInputs) {
  const auto report = inspected(OnnxWriter{}
                                    .node("Add")
                                    .initializer(onnx_tensor("w", OnnxType::kFloat, {1}, "wwww"))
                                    .input("w", {1})
                                    .input("x", {1})
                                    .finish());
  ASSERT_EQ(report.inputs.size(), 1U);
  EXPECT_EQ(report.inputs[0].name, "x");
}

TEST(Onnx, FindsTensorsWhereverTheyHide) {
  const auto named = [](std::string_view name) { return onnx_tensor(name, OnnxType::kFloat, {1}, "1234"); };
  const auto subgraph = ProtobufWriter{}.message(5, named("in subgraph"));
  OnnxWriter writer;
  writer.graph.message(1, onnx_node("Constant").message(5, ProtobufWriter{}.bytes(1, "value").message(5, named(""))));
  writer.graph.message(1, onnx_node("If").message(5, ProtobufWriter{}.bytes(1, "then").message(6, subgraph)));
  writer.graph.message(1, onnx_node("Many").message(
                              5, ProtobufWriter{}.bytes(1, "all").message(11, subgraph).message(10, named("in list"))));
  writer.graph.message(
      15, ProtobufWriter{}.message(1, named("sparse")).message(2, onnx_tensor("", OnnxType::kInt64, {1}, "12345678")));
  writer.model.message(20, ProtobufWriter{}.message(2, ProtobufWriter{}.message(5, named("in training"))));
  writer.model.message(
      25,
      ProtobufWriter{}.bytes(1, "F").message(
          7, onnx_node("Constant").message(5, ProtobufWriter{}.bytes(1, "value").message(5, named("in function")))));
  const auto report = inspected(writer.finish());
  EXPECT_EQ(report.level, Level::kDataOnly) << findings_of(report);
  std::vector<std::string> names;
  for (const auto& tensor : report.tensors) names.push_back(tensor.name);
  EXPECT_EQ(names, (std::vector<std::string>{"in training", "in function", "y.value", "in subgraph", "in subgraph",
                                             "in list", "sparse", "sparse indices"}));
  EXPECT_EQ(report.operators.at("Constant"), 2U);
}

TEST(Onnx, SaysThatCustomOperatorsNeedCode) {
  const auto report = inspected(
      OnnxWriter{}.node("MyOp", "org.example").node("MyOp", "org.example").node("Gelu", "com.microsoft").finish());
  EXPECT_EQ(report.level, Level::kCodeBearing);
  ASSERT_EQ(report.findings.size(), 1U) << findings_of(report);
  EXPECT_EQ(report.findings[0].code, "custom-operator");
  EXPECT_EQ(report.findings[0].where, "org.example.MyOp");
}

TEST(Onnx, NeedsNoCodeForOperatorsThatTheModelDefines) {
  OnnxWriter writer;
  writer.node("MyOp", "org.example");
  writer.model.message(25, ProtobufWriter{}.bytes(1, "MyOp").bytes(10, "org.example").message(7, onnx_node("Relu")));
  EXPECT_EQ(inspected(writer.finish()).level, Level::kDataOnly);
}

TEST(Onnx, PlacesPackedFloatsAndLeavesVarintsUnread) {
  auto report = inspected_tensor(onnx_tensor_header("f", OnnxType::kFloat, {2}).bytes(4, "12345678"));
  EXPECT_EQ(report.level, Level::kDataOnly) << findings_of(report);
  EXPECT_TRUE(report.tensors.at(0).extent);
  report = inspected_tensor(onnx_tensor_header("f", OnnxType::kFloat, {2})
                                .raw("\x25"
                                     "1234"
                                     "\x25"
                                     "5678"));
  EXPECT_EQ(report.level, Level::kDataOnly) << findings_of(report);
  EXPECT_FALSE(report.tensors.at(0).extent);
  report = inspected_tensor(onnx_tensor_header("i", OnnxType::kInt64, {3}).bytes(7, "\1\2\3"));
  EXPECT_EQ(report.level, Level::kDataOnly) << findings_of(report);
  EXPECT_FALSE(report.tensors.at(0).extent);
  EXPECT_EQ(report.tensors.at(0).size_bytes, 24U);
  report = inspected_tensor(onnx_tensor_header("s", OnnxType::kString, {2}).bytes(6, "one").bytes(6, "two"));
  EXPECT_EQ(report.level, Level::kDataOnly) << findings_of(report);
  report = inspected_tensor(onnx_tensor_header("q", OnnxType::kInt4, {3}).bytes(9, "ab"));
  EXPECT_EQ(report.level, Level::kDataOnly) << findings_of(report);
}

TEST(Onnx, NoticesEveryLieOfATensor) {
  const auto shaped = [](std::vector<std::int64_t> shape) { return onnx_tensor_header("t", OnnxType::kFloat, shape); };
  const std::vector<std::pair<ProtobufWriter, std::string_view>> lies{
      {shaped({2}).bytes(9, "1234"), "size-mismatch"},
      {shaped({2}).bytes(4, "1234"), "size-mismatch"},
      {shaped({2}), "size-mismatch"},
      {shaped({2}).bytes(7, "\1\2"), "size-mismatch"},
      {onnx_tensor_header("t", OnnxType::kInt64, {4}).bytes(7, "\1\2\3"), "size-mismatch"},
      {onnx_tensor_header("t", OnnxType::kString, {2}).bytes(6, "one"), "size-mismatch"},
      {onnx_tensor_header("t", OnnxType::kString, {1}).bytes(9, "one"), "size-mismatch"},
      {shaped({1}).bytes(9, "1234").bytes(9, "1234"), "several-values"},
      {shaped({1}).bytes(9, "1234").bytes(4, "1234"), "several-values"},
      {shaped({1}).bytes(9, "1234").number(14, 1), "several-values"},
      {shaped({-1}).bytes(9, "1234"), "bad-number"},
      {shaped({std::int64_t{1} << 40, std::int64_t{1} << 40}).bytes(9, "1234"), "bad-number"},
      {shaped(std::vector<std::int64_t>(65, 1)).bytes(9, "1234"), "wire-format"},
      {shaped({1}).number(9, 7), "size-mismatch"},
  };
  for (std::size_t i = 0; i < lies.size(); ++i) {
    const auto report = inspected_tensor(lies[i].first);
    EXPECT_EQ(report.level, Level::kMalformed) << i;
    EXPECT_TRUE(has_finding(report, lies[i].second)) << i << "\n" << findings_of(report);
  }
}

TEST(Onnx, CallsAnUnknownElementTypeNewerThanItself) {
  const auto report = inspected_tensor(onnx_tensor("t", static_cast<OnnxType>(99), {1}, "x"));
  EXPECT_EQ(report.level, Level::kUnknown);
  EXPECT_TRUE(has_finding(report, "newer-type"));
}

ProtobufWriter external_tensor(std::string_view location, std::string_view length = "8") {
  return onnx_tensor_header("t", OnnxType::kFloat, {2})
      .message(13, onnx_entry("location", location))
      .message(13, onnx_entry("offset", "4096"))
      .message(13, onnx_entry("length", length))
      .number(14, 1);
}

TEST(Onnx, NamesTheFileOfExternalData) {
  for (const std::string_view location : {"model.onnx_data", "weights/part..1", "ä.bin"}) {
    const auto report = inspected_tensor(external_tensor(location));
    EXPECT_EQ(report.level, Level::kDataOnly) << findings_of(report);
    EXPECT_EQ(report.tensors.at(0).external, location);
    EXPECT_EQ(report.tensors.at(0).size_bytes, 8U);
    EXPECT_EQ(report.tensors.at(0).external_extent.offset, 4096U);
    EXPECT_EQ(report.tensors.at(0).external_extent.length, 8U);
    EXPECT_FALSE(report.tensors.at(0).extent);
  }
}

TEST(Onnx, TakesExternalDataFromTheFrontWhenNoPlaceIsGiven) {
  const auto tensor =
      onnx_tensor_header("t", OnnxType::kFloat, {2}).message(13, onnx_entry("location", "w")).number(14, 1);
  const auto report = inspected_tensor(tensor);
  EXPECT_EQ(report.tensors.at(0).external_extent.offset, 0U);
  EXPECT_EQ(report.tensors.at(0).external_extent.length, 8U);
}

TEST(Onnx, RefusesExternalDataOutsideTheFolder) {
  const std::vector<std::pair<std::string, std::string_view>> locations{
      {"../weights", "external-escape"},  {"a/../../b", "external-escape"},
      {"a/..", "external-escape"},        {"/etc/passwd", "external-absolute"},
      {"C:weights", "external-absolute"}, {"..\\weights", "external-backslash"},
      {"", "external-location"},          {"a//b", "external-location"},
      {"./a", "external-location"},       {std::string("a\0b", 3), "external-location"},
      {"\xFF", "external-location"},      {std::string(256, 'x'), "external-location"},
      {"a/", "external-location"}};
  for (const auto& [location, code] : locations) {
    const auto report = inspected_tensor(external_tensor(location));
    EXPECT_EQ(report.level, Level::kMalformed) << location;
    EXPECT_TRUE(has_finding(report, code)) << location << findings_of(report);
    EXPECT_EQ(report.tensors.at(0).external, "") << location;
  }
}

TEST(Onnx, NoticesFalseNumbersOfExternalData) {
  for (const std::string_view length : {"-8", "0x8", "", "8 ", "99999999999999999999", "1e3"}) {
    EXPECT_TRUE(has_finding(inspected_tensor(external_tensor("w", length)), "external-number")) << length;
  }
  EXPECT_TRUE(has_finding(inspected_tensor(external_tensor("w", "9")), "size-mismatch"));
  EXPECT_TRUE(has_finding(inspected_tensor(external_tensor("w").message(13, onnx_entry("location", "v"))),
                          "external-ambiguous"));
  EXPECT_TRUE(
      has_finding(inspected_tensor(external_tensor("w").message(13, onnx_entry("basepath", "/"))), "external-escape"));
  const auto unused = onnx_tensor("t", OnnxType::kFloat, {1}, "1234").message(13, onnx_entry("location", "w"));
  EXPECT_TRUE(has_finding(inspected_tensor(unused), "external-unused"));
}

TEST(Onnx, NoticesModelsThatLackAPart) {
  EXPECT_TRUE(has_finding(inspected(""), "no-graph"));
  EXPECT_TRUE(has_finding(inspected(ProtobufWriter{}.number(1, 8).finish()), "no-graph"));
  EXPECT_TRUE(has_finding(inspected(ProtobufWriter{}.number(1, 8).bytes(7, "").finish()), "no-opset"));
  EXPECT_TRUE(has_finding(inspected(ProtobufWriter{}.bytes(7, "").finish()), "no-version"));
  EXPECT_TRUE(has_finding(inspected(OnnxWriter{}.finish() + ProtobufWriter{}.bytes(7, "").finish()), "several-graphs"));
  EXPECT_TRUE(has_finding(inspected(OnnxWriter{}.node("").finish()), "nameless-operator"));
}

TEST(Onnx, NoticesBrokenWireFormat) {
  // Something follows the graph: at the end of the file, running past it would be a cut.
  const auto with_graph = [](std::string_view raw) {
    OnnxWriter writer;
    writer.graph.raw(raw);
    return writer.finish() + ProtobufWriter{}.bytes(6, "a remark").finish();
  };
  EXPECT_TRUE(has_finding(inspected(with_graph("\x0A\x7F")), "wire-format")) << "a node longer than its graph";
  EXPECT_TRUE(has_finding(inspected(with_graph("\x0B")), "wire-format")) << "a group";
  EXPECT_TRUE(has_finding(inspected(with_graph(std::string_view{"\0", 1})), "wire-format")) << "field 0";
  EXPECT_TRUE(has_finding(inspected(with_graph("\x08\x01")), "wire-format")) << "a number for a node";
  EXPECT_TRUE(has_finding(inspected(with_graph(std::string(11, '\x80'))), "wire-format")) << "an endless number";
}

TEST(Onnx, BoundsNestingTensorsAndBytes) {
  ProtobufWriter graph;
  for (int depth = 0; depth < 200; ++depth) {
    graph =
        ProtobufWriter{}.message(1, onnx_node("If").message(5, ProtobufWriter{}.bytes(1, "body").message(6, graph)));
  }
  OnnxWriter writer;
  writer.graph = graph;
  EXPECT_TRUE(has_finding(inspected(writer.finish()), "too-deep"));
  EXPECT_TRUE(has_finding(inspected(small_sample(), {.tensors = 1}), "tensor-limit"));
  EXPECT_TRUE(has_finding(inspected(small_sample(), {.entries = 1}), "entry-limit"));
  EXPECT_TRUE(has_finding(inspected(small_sample(), {.header_bytes = 20}), "header-limit"));
}

TEST(Onnx, ReadsNoneOfTheBytesOfLargeTensors) {
  constexpr std::uint64_t kTensorBytes = std::uint64_t{64} << 20U;
  OnnxWriter writer;
  writer.node("Conv")
      .initializer(onnx_tensor("w", OnnxType::kFloat, {16 << 20}, std::string(kTensorBytes, 'w')))
      .input("x", {1});
  const auto bytes = writer.finish();
  const MemoryAccess memory{bytes};
  const testing::WatchedAccess watched{memory};
  const auto report = inspect_onnx(watched, {}).take();
  EXPECT_EQ(report.level, Level::kDataOnly) << findings_of(report);
  EXPECT_EQ(report.tensors.at(0).extent->length, kTensorBytes);
  EXPECT_LT(watched.bytes_read(), 4096U);
}

TEST(Onnx, SaysHowManyBytesAreMissing) {
  const auto whole = small_sample();
  const auto report = inspected(std::string_view{whole}.substr(0, whole.size() - 7));
  ASSERT_TRUE(has_finding(report, "truncated"));
  EXPECT_NE(testing::find_finding(report, "truncated")->message.find("7 bytes"), std::string::npos);
  EXPECT_EQ(report.tensors.size(), 2U) << "what is there is still listed";
}

TEST(Onnx, NoticesACutAfterAnyByte) { expect_every_truncation_is_noticed(inspect_onnx, small_sample()); }

TEST(Onnx, SurvivesAnyChangedByte) { expect_no_flipped_byte_hurts(inspect_onnx, small_sample()); }

TEST(Onnx, PassesOnAFailureToRead) { EXPECT_FALSE(inspect_onnx(testing::FailingAccess{100}, {})); }

}  // namespace
}  // namespace weighhouse::formats::detail
