#include "formats/detail/zip_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/testing/zip_writer.h"

namespace weighhouse::formats::detail {
namespace {

using testing::deflate;
using testing::deflated;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::write_zip;
using testing::ZipFileSpec;

struct Read {
  std::optional<ZipArchive> archive{};
  Findings findings{};

  std::vector<std::string> codes() const {
    std::vector<std::string> out;
    for (const auto& finding : findings.all()) out.push_back(finding.code);
    return out;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& entry : archive->entries) out.push_back(entry.name);
    return out;
  }
};

Read read(const std::string& bytes, const InspectLimits& limits = {}) {
  Read out;
  out.archive = read_zip(MemoryAccess{bytes}, limits, out.findings).take();
  return out;
}

ZipFileSpec two_entries() {
  return {.entries = {{.name = "a/one", .data = "first"}, {.name = "a/two", .data = "second"}}};
}

TEST(ZipReader, ListsAnHonestArchiveWithoutAnyFinding) {
  const auto archive = read(write_zip(two_entries()));
  EXPECT_THAT(archive.names(), ElementsAre("a/one", "a/two"));
  EXPECT_THAT(archive.codes(), IsEmpty());
}

TEST(ZipReader, ListsAnArchiveAsPytorchWritesIt) {
  auto spec = two_entries();
  spec.zip64 = true;
  for (auto& entry : spec.entries) entry.with_descriptor = true, entry.align_data = 64;
  const auto bytes = write_zip(spec);
  const auto archive = read(bytes);
  EXPECT_THAT(archive.codes(), IsEmpty());
  for (const auto& entry : archive.archive->entries) {
    EXPECT_EQ(entry.data_offset % 64, 0U);
    EXPECT_EQ(bytes.substr(entry.data_offset, entry.size_bytes), entry.name == "a/one" ? "first" : "second");
  }
}

TEST(ZipReader, ReadsStoredAndDeflatedEntries) {
  const std::string text(5000, 'x');
  const auto bytes = write_zip({.entries = {{.name = "plain", .data = text}, deflated("packed", text)}});
  MemoryAccess file{bytes};
  auto archive = read(bytes);
  EXPECT_EQ(read_entry(file, archive.archive->entries[0], 10'000, archive.findings).take(), text);
  EXPECT_EQ(read_entry(file, archive.archive->entries[1], 10'000, archive.findings).take(), text);
  EXPECT_EQ(peek_entry(file, archive.archive->entries[1], 7).take(), "xxxxxxx");
}

TEST(ZipReader, DoesNotReadAnEntryBeyondTheLimit) {
  const auto bytes = write_zip(two_entries());
  auto archive = read(bytes);
  EXPECT_EQ(read_entry(MemoryAccess{bytes}, archive.archive->entries[0], 4, archive.findings).take(), std::nullopt);
  EXPECT_THAT(archive.codes(), ElementsAre("entry-size"));
}

TEST(ZipReader, StopsInflatingWhereTheDirectorySaysTheEntryEnds) {
  const auto bytes = write_zip(
      {.entries = {{.name = "grows", .data = deflate(std::string(100'000, 'x')), .method = 8, .size_bytes = 10}}});
  auto archive = read(bytes);
  const auto entry = read_entry(MemoryAccess{bytes}, archive.archive->entries[0], 1000, archive.findings).take();
  EXPECT_LE(entry->size(), 11U);
  EXPECT_TRUE(archive.findings.has("zip-deflate"));
}

TEST(ZipReader, ReadsOnDespiteAWrongChecksumAndSaysSo) {
  auto spec = two_entries();
  spec.entries[0].crc32 = 0x12345678;
  const auto bytes = write_zip(spec);
  auto archive = read(bytes);
  EXPECT_EQ(read_entry(MemoryAccess{bytes}, archive.archive->entries[0], 100, archive.findings).take(), "first");
  EXPECT_THAT(archive.codes(), ElementsAre("zip-checksum"));
}

TEST(ZipReader, TakesAZeroForAMissingChecksum) {
  auto spec = two_entries();
  spec.entries[0].crc32 = 0;
  const auto bytes = write_zip(spec);
  auto archive = read(bytes);
  EXPECT_EQ(read_entry(MemoryAccess{bytes}, archive.archive->entries[0], 100, archive.findings).take(), "first");
  EXPECT_THAT(archive.codes(), ElementsAre("zip-no-checksum"));
}

// Each lie by itself, and the one finding that must come of it.
struct Lie {
  const char* name;
  const char* code;
  void (*tell)(ZipFileSpec&);
};

class ZipLies : public ::testing::TestWithParam<Lie> {};

TEST_P(ZipLies, AreNoticed) {
  auto spec = two_entries();
  GetParam().tell(spec);
  const auto archive = read(write_zip(spec));
  EXPECT_TRUE(archive.findings.has(GetParam().code)) << ::testing::PrintToString(archive.codes());
}

INSTANTIATE_TEST_SUITE_P(
    ZipReader, ZipLies,
    ::testing::Values(
        Lie{"LocalName", "zip-name-mismatch", [](ZipFileSpec& s) { s.entries[0].local_name = "a/two"; }},
        Lie{"LocalMethod", "zip-method-mismatch", [](ZipFileSpec& s) { s.entries[0].local_method = 8; }},
        Lie{"LocalFlags", "zip-flags", [](ZipFileSpec& s) { s.entries[0].local_flags = 1; }},
        Lie{"LocalSize", "zip-size", [](ZipFileSpec& s) { s.entries[0].local_size_bytes = 3; }},
        Lie{"StoredWithTwoSizes", "zip-size", [](ZipFileSpec& s) { s.entries[0].size_bytes = 3; }},
        Lie{"Encrypted", "zip-encrypted", [](ZipFileSpec& s) { s.entries[0].flags = 1; }},
        Lie{"UnknownMethod", "zip-method", [](ZipFileSpec& s) { s.entries[0].method = 14; }},
        Lie{"Bomb", "zip-bomb", [](ZipFileSpec& s) { s.entries[0].method = 8, s.entries[0].size_bytes = 1U << 30U; }},
        Lie{"Overlap", "zip-overlap", [](ZipFileSpec& s) { s.entries[1].header_offset = 0; }},
        Lie{"BeyondTheEnd", "zip-range", [](ZipFileSpec& s) { s.entries[1].header_offset = 100'000; }},
        Lie{"DataBeyondTheEnd", "zip-range",
            [](ZipFileSpec& s) { s.entries[1].size_bytes = s.entries[1].stored_bytes = 100'000; }},
        Lie{"NoLocalHeader", "zip-local", [](ZipFileSpec& s) { s.entries[1].header_offset = 41; }},
        Lie{"Prefix", "zip-prefix", [](ZipFileSpec& s) { s.prefix = "#!/bin/sh\n"; }},
        Lie{"BytesInFrontWithShiftedOffsets", "zip-prefix", [](ZipFileSpec& s) { s.entries[0].before = "GIF89a"; }},
        Lie{"Suffix", "zip-suffix", [](ZipFileSpec& s) { s.suffix = "more"; }},
        Lie{"TwoEnds", "zip-two-ends",
            [](ZipFileSpec& s) { s.comment = std::string{"PK\5\6", 4} + std::string(19, '\0'); }},
        Lie{"Gap", "zip-gap", [](ZipFileSpec& s) { s.entries[1].before = "hidden"; }},
        Lie{"HiddenEntry", "zip-hidden-entry",
            [](ZipFileSpec& s) { s.entries[1].before = std::string{"PK\3\4", 4} + std::string(40, '\0'); }},
        Lie{"TooFewListed", "zip-directory", [](ZipFileSpec& s) { s.entry_count = 1; }},
        Lie{"TooManyListed", "zip-directory", [](ZipFileSpec& s) { s.entry_count = 3; }},
        Lie{"DirectoryElsewhere", "zip-prefix", [](ZipFileSpec& s) { s.directory_offset = 3; }},
        Lie{"DirectoryOutside", "zip-directory", [](ZipFileSpec& s) { s.directory_offset = 1U << 30U; }},
        Lie{"Locator", "zip-locator", [](ZipFileSpec& s) { s.zip64 = true, s.end64_offset = 7; }},
        Lie{"LocatorOutside", "zip-locator", [](ZipFileSpec& s) { s.zip64 = true, s.end64_offset = ~0ULL; }},
        Lie{"Descriptor", "zip-descriptor",
            [](ZipFileSpec& s) { s.entries[0].with_descriptor = true, s.entries[0].descriptor_crc32 = 1; }},
        Lie{"ClimbingName", "archive-path", [](ZipFileSpec& s) { s.entries[0].name = "../../etc/passwd"; }},
        Lie{"AbsoluteName", "archive-path", [](ZipFileSpec& s) { s.entries[0].name = "/etc/passwd"; }},
        Lie{"BackslashName", "archive-path", [](ZipFileSpec& s) { s.entries[0].name = "a\\b"; }},
        Lie{"DriveName", "archive-path", [](ZipFileSpec& s) { s.entries[0].name = "C:evil"; }},
        Lie{"ZeroInName", "archive-path", [](ZipFileSpec& s) { s.entries[0].name = std::string{"a\0b", 3}; }},
        Lie{"NotUtf8Name", "archive-path", [](ZipFileSpec& s) { s.entries[0].name = "a\xFF"; }},
        Lie{"LongName", "archive-path", [](ZipFileSpec& s) { s.entries[0].name = std::string(300, 'a'); }},
        Lie{"SameNames", "archive-duplicate", [](ZipFileSpec& s) { s.entries[1].name = "a/one"; }},
        Lie{"NamesThatDifferInCase", "archive-case", [](ZipFileSpec& s) { s.entries[1].name = "A/ONE"; }},
        Lie{"Link", "archive-link",
            [](ZipFileSpec& s) { s.entries[0].made_by = 3U << 8U, s.entries[0].attributes = 0120777U << 16U; }}),
    [](const auto& lie) { return lie.param.name; });

TEST(ZipReader, NoticesASecondArchiveInTheCommentOfTheFirst) {
  auto spec = two_entries();
  const auto alone = write_zip(spec);
  const auto directory = alone.substr(alone.find("PK\1\2"));
  spec.comment = directory;
  auto both = write_zip(spec);
  const auto offset = testing::little_endian(both.size() - directory.size(), 4);
  both.replace(both.size() - 6, 4, offset);
  EXPECT_TRUE(read(both).findings.has("zip-two-directories")) << ::testing::PrintToString(read(both).codes());
}

TEST(ZipReader, FindsNothingWhereTheEndIsMissing) {
  EXPECT_FALSE(read(write_zip(two_entries()).substr(0, 60)).archive);
}

TEST(ZipReader, DoesNotLookIntoMoreEntriesThanTheLimit) {
  const auto archive = read(write_zip(two_entries()), {.entries = 1});
  EXPECT_THAT(archive.codes(), ElementsAre("entry-limit"));
}

TEST(ZipReader, SurvivesEveryTruncationAndEveryFlippedByte) {
  auto spec = two_entries();
  spec.zip64 = true;
  const auto bytes = write_zip(spec);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    read(bytes.substr(0, i));
    read(bytes.substr(i));
    auto flipped = bytes;
    flipped[i] = static_cast<char>(flipped[i] ^ 0xFF);
    auto archive = read(flipped);
    if (!archive.archive) continue;
    for (const auto& entry : archive.archive->entries) {
      EXPECT_TRUE(!entry.is_readable || entry.data_offset + entry.stored_bytes <= bytes.size());
    }
  }
}

}  // namespace
}  // namespace weighhouse::formats::detail
