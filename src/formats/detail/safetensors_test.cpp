#include <gtest/gtest.h>

#include "formats/detail/inspectors.h"
#include "formats/testing/report_matchers.h"
#include "formats/testing/safetensors_writer.h"
#include "formats/testing/watched_access.h"

namespace weighhouse::formats::detail {
namespace {

using testing::expect_every_truncation_is_noticed;
using testing::expect_no_flipped_byte_hurts;
using testing::find_finding;
using testing::findings_of;
using testing::has_finding;
using testing::metadata_of;
using testing::safetensors_around;
using testing::SafetensorsWriter;

Report inspected(std::string_view bytes, const InspectLimits& limits = {}) {
  return testing::inspect_bytes(inspect_safetensors, bytes, limits);
}

// A header of the test's own making over `data_bytes` zeros.
Report inspected_header(std::string_view header, std::size_t data_bytes = 0) {
  return inspected(safetensors_around(std::string{header}, std::string(data_bytes, '\0')));
}

std::string small_sample() {
  return SafetensorsWriter{}
      .metadata("format", "pt")
      .tensor("weight", "F32", {2, 3}, std::string(24, 'w'))
      .tensor("bias", "F16", {3}, std::string(6, 'b'))
      .tensor("none", "I64", {0}, "")
      .tensor("scale", "F64", {}, std::string(8, 's'))
      .finish();
}

TEST(Safetensors, ListsEveryTensorWithTypeShapeAndPlace) {
  const auto bytes = small_sample();
  const auto report = inspected(bytes);
  EXPECT_EQ(report.format, Format::kSafetensors);
  EXPECT_EQ(report.level, Level::kDataOnly);
  EXPECT_TRUE(report.findings.empty()) << findings_of(report);
  EXPECT_EQ(report.summary, "safetensors, 4 tensors, 10 parameters");
  EXPECT_EQ(metadata_of(report, "format"), "pt");
  ASSERT_EQ(report.tensors.size(), 4U);
  EXPECT_EQ(report.tensors[0].name, "weight");
  EXPECT_EQ(report.tensors[0].type, "F32");
  EXPECT_EQ(report.tensors[0].shape, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(report.tensors[0].size_bytes, 24U);
  ASSERT_TRUE(report.tensors[1].extent);
  EXPECT_EQ(bytes.substr(report.tensors[1].extent->offset, report.tensors[1].extent->length), "bbbbbb");
  EXPECT_TRUE(report.tensors[3].shape.empty());
}

TEST(Safetensors, TakesEmptyTensorsAndAFileWithout) {
  EXPECT_EQ(inspected_header("{}").level, Level::kDataOnly);
  const auto report = inspected_header(R"({"none":{"dtype":"F32","shape":[0,4],"data_offsets":[0,0]}})");
  EXPECT_EQ(report.level, Level::kDataOnly);
  EXPECT_EQ(report.tensors.at(0).size_bytes, 0U);
}

TEST(Safetensors, KnowsEveryElementTypeOfTheFormat) {
  const std::vector<std::pair<std::string, std::size_t>> types{
      {"BOOL", 8},    {"F4", 4},      {"F6_E2M3", 6}, {"F6_E3M2", 6},     {"U8", 8},          {"I8", 8},
      {"F8_E5M2", 8}, {"F8_E4M3", 8}, {"F8_E8M0", 8}, {"F8_E4M3FNUZ", 8}, {"F8_E5M2FNUZ", 8}, {"I16", 16},
      {"U16", 16},    {"F16", 16},    {"BF16", 16},   {"I32", 32},        {"U32", 32},        {"F32", 32},
      {"C64", 64},    {"F64", 64},    {"I64", 64},    {"U64", 64}};
  for (const auto& [type, bits] : types) {
    const auto report = inspected(SafetensorsWriter{}.tensor("t", type, {8}, std::string(bits, '\0')).finish());
    EXPECT_EQ(report.level, Level::kDataOnly) << type << findings_of(report);
  }
}

TEST(Safetensors, CallsAnUnknownElementTypeNewerThanItself) {
  const auto report = inspected(SafetensorsWriter{}.tensor("t", "F3_E1M1", {8}, "xyz").finish());
  EXPECT_EQ(report.level, Level::kUnknown);
  EXPECT_TRUE(has_finding(report, "newer-type"));
  EXPECT_TRUE(report.tensors.empty());
  EXPECT_EQ(report.parameters, 0U);
  EXPECT_EQ(inspected(SafetensorsWriter{}.tensor("t", "I4", {2}, "x").finish()).level, Level::kUnknown);
}

TEST(Safetensors, SaysHowManyBytesAreMissing) {
  const auto whole = small_sample();
  const auto report = inspected(std::string_view{whole}.substr(0, whole.size() - 10));
  EXPECT_EQ(report.level, Level::kMalformed);
  ASSERT_TRUE(has_finding(report, "truncated"));
  EXPECT_NE(find_finding(report, "truncated")->message.find(": 10 of "), std::string::npos) << findings_of(report);
  ASSERT_EQ(report.tensors.size(), 4U);
  EXPECT_TRUE(report.tensors[0].extent) << "what is there stays readable";
  EXPECT_FALSE(report.tensors[3].extent);
}

TEST(Safetensors, ListsWhatAHeaderThatBreaksOffStillSays) {
  const auto report = inspected(std::string_view{small_sample()}.substr(0, 120));
  EXPECT_EQ(report.level, Level::kMalformed);
  EXPECT_TRUE(has_finding(report, "truncated"));
  EXPECT_EQ(report.tensors.size(), 1U);
}

TEST(Safetensors, NoticesEveryLieOfAHeader) {
  struct Lie {
    std::string_view header;
    std::size_t data_bytes;
    std::string_view code;
  };
  const std::vector<Lie> lies{
      {R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})",
       3, "overlap"},
      {R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[3,5]}})",
       5, "gap"},
      {R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[4,6]}})", 6, "gap"},
      {R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})", 5, "trailing-bytes"},
      {R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,2]}})", 2, "size-mismatch"},
      {R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[2,0]}})", 2, "bad-offsets"},
      {R"({"a":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}})", 2, "bad-offsets"},
      {R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,18446744073709551615]}})", 2, "size-mismatch"},
      {R"({"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,2]}})", 2, "bad-number"},
      {R"({"a":{"dtype":"F64","shape":[4611686018427387904],"data_offsets":[0,2]}})", 2, "bad-number"},
      {R"({"a":{"dtype":"U8","shape":[-2],"data_offsets":[0,2]}})", 2, "bad-number"},
      {R"({"a":{"dtype":"U8","shape":[2.0],"data_offsets":[0,2]}})", 2, "bad-number"},
      {R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,18446744073709551616]}})", 2, "bad-number"},
      {R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0]}})", 2, "header-shape"},
      {R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,1,2]}})", 2, "header-shape"},
      {R"({"a":{"dtype":"U8","shape":[2]}})", 2, "header-shape"},
      {R"({"a":{"dtype":8,"shape":[2],"data_offsets":[0,2]}})", 2, "header-shape"},
      {R"({"a":{"dtype":"U8","dtype":"U8","shape":[2],"data_offsets":[0,2]}})", 2, "header-shape"},
      {R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2],"run":"me"}})", 2, "header-shape"},
      {R"({"a":{"dtype":"U8","shape":[[2]],"data_offsets":[0,2]}})", 2, "header-shape"},
      {R"({"a":7})", 0, "header-shape"},
      {R"({"__metadata__":{"n":1}})", 0, "header-shape"},
      {R"({"__metadata__":{"n":{}}})", 0, "header-shape"},
      {R"({"__metadata__":{},"__metadata__":{}})", 0, "duplicate-name"},
      {R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\u0061":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})",
       2, "duplicate-name"},
      {R"([])", 0, "header-json"},
      {R"( {})", 0, "header-json"},
      {R"({}{})", 0, "header-json"},
      {"{}\n", 0, "header-json"},
      {R"({"a":)", 0, "header-json"},
      {"{\"\xFF\":{}}", 0, "header-json"},
  };
  for (const auto& lie : lies) {
    const auto report = inspected_header(lie.header, lie.data_bytes);
    EXPECT_EQ(report.level, Level::kMalformed) << lie.header;
    EXPECT_TRUE(has_finding(report, lie.code)) << lie.header << "\n" << findings_of(report);
  }
}

TEST(Safetensors, BoundsTheHeaderTheNamesAndTheTensors) {
  EXPECT_TRUE(has_finding(inspected(testing::little_endian(100'000'001, 8) + "{}"), "header-limit"));
  EXPECT_TRUE(has_finding(inspected(testing::little_endian(~std::uint64_t{0}, 8) + "{}"), "header-limit"));
  EXPECT_TRUE(has_finding(inspected(small_sample(), {.header_bytes = 16}), "header-limit"));
  EXPECT_TRUE(has_finding(inspected(small_sample(), {.tensors = 2}), "tensor-limit"));
  EXPECT_TRUE(has_finding(inspected(small_sample(), {.entries = 0}), "entry-limit"));
  const auto long_name = SafetensorsWriter{}.tensor(std::string(4097, 'n'), "U8", {1}, "x").finish();
  EXPECT_TRUE(has_finding(inspected(long_name), "long-name"));
  std::string deep = R"({"a":)";
  for (int i = 0; i < 1000; ++i) deep += "[";
  EXPECT_EQ(inspected_header(deep).level, Level::kMalformed);
}

TEST(Safetensors, CutsLongMetadataAtACharacter) {
  const auto report = inspected(SafetensorsWriter{}.metadata("k", "aé€").finish(), {.metadata_value_bytes = 5});
  EXPECT_EQ(metadata_of(report, "k"), "aé…");
}

TEST(Safetensors, NotesDataThatIsNotAligned) {
  const std::string header = R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})";
  ASSERT_NE(header.size() % 8, 0U);
  const auto report = inspected(testing::little_endian(header.size(), 8) + header + "x");
  EXPECT_EQ(report.level, Level::kDataOnly);
  EXPECT_TRUE(has_finding(report, "unaligned-data"));
}

TEST(Safetensors, NoticesACutAfterAnyByte) { expect_every_truncation_is_noticed(inspect_safetensors, small_sample()); }

TEST(Safetensors, SurvivesAnyChangedByte) { expect_no_flipped_byte_hurts(inspect_safetensors, small_sample()); }

TEST(Safetensors, NeverReadsAByteOfATensor) {
  const auto bytes = small_sample();
  const MemoryAccess memory{bytes};
  const testing::WatchedAccess watched{memory};
  const auto report = inspect_safetensors(watched, {}).take();
  for (const auto& tensor : report.tensors) EXPECT_FALSE(watched.touched(*tensor.extent)) << tensor.name;
}

TEST(Safetensors, ReadsAHeaderOfSeveralPieces) {
  SafetensorsWriter writer;
  for (int i = 0; i < 20'000; ++i) writer.tensor("layers." + std::to_string(i) + ".weight", "U8", {1}, "x");
  const auto report = inspected(writer.finish());
  EXPECT_EQ(report.level, Level::kDataOnly) << findings_of(report);
  EXPECT_EQ(report.tensors.size(), 20'000U);
}

TEST(Safetensors, PassesOnAFailureToRead) {
  const auto report = inspect_safetensors(testing::FailingAccess{100}, {});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace weighhouse::formats::detail
