#include "formats/inspect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/digest.h"
#include "formats/testing/report_matchers.h"
#include "formats/testing/safetensors_writer.h"
#include "formats/testing/tar_writer.h"
#include "formats/testing/torch_writer.h"
#include "formats/testing/watched_access.h"

namespace weighhouse::formats {
namespace {

using testing::find_finding;
using testing::findings_of;
using testing::has_finding;
using testing::metadata_of;
using testing::PickleWriter;
using testing::SafetensorsWriter;
using testing::write_tar;
using testing::write_zip;

Report inspected(std::string_view bytes, std::string_view name = "file") {
  return testing::inspect_bytes([&](const auto& file, const auto& limits) { return inspect(file, name, limits); },
                                bytes);
}

Format detected(std::string_view bytes) { return detect(MemoryAccess{bytes}).take(); }

std::string torch_sample() { return write_zip(testing::torch_archive(testing::state_dict_pickle({}), {})); }
std::string safetensors_sample() { return SafetensorsWriter{}.tensor("w", "F32", {1}, "abcd").finish(); }
std::string lfs_sample() {
  return "version https://git-lfs.github.com/spec/v1\noid " + Digest::of("weights").to_string() + "\nsize 90868376\n";
}

struct Sample {
  const char* name;
  std::string bytes;
  Format format;
};
void PrintTo(const Sample& sample, std::ostream* out) { *out << sample.name; }

class Samples : public ::testing::TestWithParam<Sample> {};

TEST_P(Samples, AreKnownByTheirContent) {
  EXPECT_EQ(detected(GetParam().bytes), GetParam().format);
  EXPECT_EQ(inspected(GetParam().bytes).format, GetParam().format);
}

INSTANTIATE_TEST_SUITE_P(
    Detect, Samples,
    ::testing::Values(Sample{"Pytorch", torch_sample(), Format::kPytorch},
                      Sample{"Zip", write_zip({.entries = {{.name = "a", .data = "b"}}}), Format::kZip},
                      Sample{"EmptyZip", write_zip({}), Format::kZip},
                      Sample{"Safetensors", safetensors_sample(), Format::kSafetensors},
                      Sample{"Pickle", PickleWriter{}.raw("}").stop(), Format::kPickle},
                      Sample{"PickleOfProtocolZero", "(dp0\nVa\np1\nI1\ns.", Format::kPickle},
                      Sample{"PickleThatReadsLikeText", "cos\nsystem\n(S'echo'\ntR.", Format::kPickle},
                      Sample{"PickleThatOnlyImports", "cevil\nx\n.and more text", Format::kPickle},
                      Sample{"Json", "{\"a\": 1}\n", Format::kJson},
                      Sample{"Text", "The quick brown fox.\n", Format::kText},
                      Sample{"TextOutsideAscii", "Grüße\n", Format::kText},
                      Sample{"LfsPointer", lfs_sample(), Format::kGitLfsPointer},
                      Sample{"Nothing", "", Format::kUnknown},
                      Sample{"Noise", std::string{"\x01\x02\x00\xFF\x7F\x10", 6}, Format::kUnknown},
                      Sample{"TarOfTexts", write_tar({{"a.txt", "hello"}}), Format::kUnknown}),
    [](const auto& sample) { return sample.param.name; });

TEST(Inspect, SaysWhatAGitLfsPointerStandsForAndHowToGetIt) {
  const auto report = inspected(lfs_sample(), "model.safetensors");
  EXPECT_EQ(report.level, Level::kDataOnly);
  EXPECT_EQ(report.summary, "Git LFS pointer to a file of 90.9 MB");
  EXPECT_EQ(metadata_of(report, "digest"), Digest::of("weights").to_string());
  EXPECT_EQ(metadata_of(report, "size_bytes"), "90868376");
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_THAT(report.findings[0].message, ::testing::HasSubstr("git lfs pull"));
}

TEST(Inspect, TakesABrokenPointerForText) {
  EXPECT_EQ(inspected("version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 5\n").format, Format::kText);
}

TEST(Inspect, NoticesAZipBehindAnotherFormat) {
  for (const auto& front : {safetensors_sample(), PickleWriter{}.raw("}").stop(), std::string(9000, 't')}) {
    const auto report = inspected(front + torch_sample());
    EXPECT_EQ(report.level, Level::kMalformed);
    EXPECT_TRUE(has_finding(report, "also-zip")) << findings_of(report);
  }
}

TEST(Inspect, NoticesAZipWithALongCommentBehindAnotherFormat) {
  const auto zip = write_zip({.entries = {{.name = "a"}}, .comment = std::string(60'000, 'c')});
  EXPECT_TRUE(has_finding(inspected(safetensors_sample() + zip), "also-zip"));
}

TEST(Inspect, NoticesAnArchiveInFrontOfWhichSomethingStands) {
  const auto report = inspected(std::string(100, '\x01') + torch_sample());
  EXPECT_EQ(report.format, Format::kPytorch);
  EXPECT_EQ(report.level, Level::kMalformed);
}

TEST(Inspect, NoticesAPickleThatHidesInTheFrontOfASafetensorsFile) {
  // The header's length is also the opcode SHORT_BINSTRING over the rest of it and the front of the header.
  std::string header = "{\"";
  header += std::string(0x50 - 8, 'a') + "cos\nsystem\n)R.\":1}";
  header.resize(0x155, ' ');
  std::string file = testing::little_endian(0x155, 8) + header;
  file[0] = 'U';
  file[1] = 0x50;
  file.resize(8 + 0x5055, ' ');
  const auto report = inspected(file);
  EXPECT_EQ(report.level, Level::kMalformed);
  EXPECT_TRUE(has_finding(report, "also-pickle")) << findings_of(report);
}

TEST(Inspect, NamesTheOldestPytorchFormAndDoesNotLookInside) {
  const auto report =
      inspected(write_tar({{"sys_info", "x"}, {"pickle", "cos\nsystem\n)R."}, {"tensors", ""}, {"storages", ""}}));
  EXPECT_EQ(report.format, Format::kPickle);
  EXPECT_EQ(report.level, Level::kCodeBearing);
  EXPECT_TRUE(has_finding(report, "torch-tar"));
  EXPECT_EQ(report.entries.size(), 4U);
}

TEST(Inspect, ListsATarAndItsTricks) {
  const auto report = inspected(write_tar({{"../../evil", "hello"}}));
  EXPECT_EQ(report.entries[0].size_bytes, 5U);
  EXPECT_TRUE(has_finding(report, "archive-path"));
}

TEST(Inspect, NoticesATarThatIsCutOff) {
  EXPECT_TRUE(has_finding(inspected(write_tar({{"a", std::string(5000, 'x')}}).substr(0, 2000)), "tar-truncated"));
}

TEST(Inspect, WarnsWhenTheNamePromisesAnotherFormat) {
  EXPECT_TRUE(has_finding(inspected(torch_sample(), "model.safetensors"), "name-mismatch"));
  EXPECT_FALSE(has_finding(inspected(torch_sample(), "model.bin"), "name-mismatch"));
  EXPECT_FALSE(has_finding(inspected(safetensors_sample(), "MODEL.SAFETENSORS"), "name-mismatch"));
}

TEST(Inspect, ListsTheFieldsOfAJsonObject) {
  const auto report = inspected(R"({"a": 1, "b": "text", "c": [1, 2], "d": {"e": 2}, "f": null, "g": 1.5, "h": true})");
  EXPECT_EQ(report.summary, "JSON object, 8 values");
  EXPECT_THAT(report.metadata, ::testing::ElementsAre(::testing::Pair("a", "1"), ::testing::Pair("b", "text"),
                                                      ::testing::Pair("g", "1.5"), ::testing::Pair("h", "true")));
}

TEST(Inspect, FindsWhatBearsCodeInJson) {
  const auto report =
      inspected(R"({"auto_map": {"AutoModel": "modeling.Net"}, "chat_template": "{{ x }}", "a": 1, "a": 2})");
  EXPECT_EQ(report.level, Level::kCodeBearing);
  EXPECT_TRUE(has_finding(report, "json-auto-map"));
  EXPECT_TRUE(has_finding(report, "chat-template"));
  EXPECT_TRUE(has_finding(report, "json-duplicate"));
}

TEST(Inspect, CallsJsonThatBreaksOffMalformed) {
  EXPECT_EQ(inspected(R"({"a": [1, 2)").level, Level::kMalformed);
  EXPECT_EQ(inspected(R"({"a": 1} and more)").level, Level::kMalformed);
  EXPECT_EQ(inspected("{\"a\":" + std::string(5000, '[')).level, Level::kMalformed);
}

TEST(Inspect, TakesOtherTextsThatBeginWithABracketForText) {
  EXPECT_EQ(inspected("[section]\nkey=value\n").format, Format::kText);
  EXPECT_EQ(inspected("{\"a\":1}\n{\"a\":2}\n").summary, "JSON lines, 16 B");
  EXPECT_EQ(inspected("[1, 2]").summary, "JSON array, 2 values");
}

TEST(Inspect, SaysOfUnknownFilesHowLargeTheyAre) {
  EXPECT_EQ(inspected("").summary, "Empty file");
  EXPECT_EQ(inspected(std::string(2000, '\xFE')).summary, "Unknown format, 2.00 kB");
}

TEST(Inspect, PassesFailuresToReadOn) {
  EXPECT_EQ(inspect(testing::FailingAccess{1000}, "file").error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(detect(testing::FailingAccess{1000}).error().code, ErrorCode::kUnavailable);
}

TEST(Inspect, ReadsOnlyTheEndsOfWhatItDoesNotKnow) {
  const testing::SparseAccess large{std::string(100, '\xFE'), std::uint64_t{1} << 40U};
  const testing::WatchedAccess watched{large};
  EXPECT_EQ(inspect(watched, "file").take().format, Format::kUnknown);
  EXPECT_LT(watched.bytes_read(), 20'000U);
}

TEST(Words, OfFormatsCanBeReadBack) {
  for (int i = 0; i <= static_cast<int>(Format::kGitLfsPointer); ++i) {
    const auto format = static_cast<Format>(i);
    EXPECT_EQ(parse_format(to_string(format)), format);
  }
  EXPECT_EQ(parse_format("exe"), std::nullopt);
}

}  // namespace
}  // namespace weighhouse::formats
