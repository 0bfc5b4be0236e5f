#include <gtest/gtest.h>

#include "formats/detail/inspectors.h"
#include "formats/testing/report_matchers.h"
#include "formats/testing/watched_access.h"
#include "formats/testing/wav_writer.h"

namespace weighhouse::formats::detail {
namespace {

using testing::expect_every_truncation_is_noticed;
using testing::expect_no_flipped_byte_hurts;
using testing::findings_of;
using testing::has_finding;
using testing::metadata_of;
using testing::WavWriter;

Report inspected(std::string_view bytes, const InspectLimits& limits = {}) {
  return testing::inspect_bytes(inspect_audio, bytes, limits);
}

WavWriter second_of_silence() { return {.data = std::string(32'000, '\0')}; }

std::string replaced(std::string bytes, std::size_t at, std::string_view with) {
  return bytes.replace(at, with.size(), with);
}

constexpr std::size_t kRiffLengthAt = 4;
constexpr std::size_t kDataLengthAt = 40;
const std::string kOpen = "\xFF\xFF\xFF\xFF";

TEST(Wav, TellsRateChannelsBitsAndDuration) {
  const auto report = inspected(second_of_silence().finish());
  EXPECT_EQ(report.format, Format::kWav);
  EXPECT_EQ(report.level, Level::kDataOnly);
  EXPECT_TRUE(report.findings.empty()) << findings_of(report);
  EXPECT_EQ(report.summary, "WAV, 16 kHz, mono, 16 bit, 1.0 s");
  EXPECT_EQ(metadata_of(report, "encoding"), "pcm");
  EXPECT_EQ(metadata_of(report, "sample_rate_hz"), "16000");
  EXPECT_EQ(metadata_of(report, "channels"), "1");
  EXPECT_EQ(metadata_of(report, "bits_per_sample"), "16");
  EXPECT_EQ(metadata_of(report, "frames"), "16000");
  EXPECT_EQ(metadata_of(report, "duration_seconds"), "1.000000");
}

TEST(Wav, KnowsTheUsualEncodings) {
  WavWriter writer{.tag = 3, .channels = 2, .sample_rate_hz = 44'100, .bits = 32, .data = std::string(80, '\0')};
  EXPECT_EQ(metadata_of(inspected(writer.finish()), "encoding"), "float");
  EXPECT_EQ(metadata_of(inspected(writer.finish()), "frames"), "10");
  writer = {.tag = 6, .sample_rate_hz = 8000, .bits = 8, .data = "ab"};
  EXPECT_EQ(metadata_of(inspected(writer.finish()), "encoding"), "a-law");
  writer = {.bits = 24, .data = "abc"};
  EXPECT_EQ(inspected(writer.finish()).level, Level::kDataOnly);
  writer = {.tag = 0x55, .data = "ab"};
  EXPECT_EQ(inspected(writer.finish()).level, Level::kUnknown);
}

TEST(Wav, LooksThroughTheExtensibleFormat) {
  const std::string tail("\0\0\0\0\x10\0\x80\0\0\xAA\0\x38\x9B\x71", 14);
  WavWriter writer{.tag = 0xFFFE, .data = "ab"};
  writer.extension =
      WavWriter::number(22, 2) + WavWriter::number(16, 2) + WavWriter::number(4, 4) + WavWriter::number(1, 2) + tail;
  const auto report = inspected(writer.finish());
  EXPECT_EQ(report.level, Level::kDataOnly) << findings_of(report);
  EXPECT_EQ(metadata_of(report, "encoding"), "pcm");
  writer.extension.back() = 'x';
  EXPECT_EQ(inspected(writer.finish()).level, Level::kUnknown);
  writer.extension.resize(10);
  EXPECT_TRUE(has_finding(inspected(writer.finish()), "bad-format"));
}

TEST(Wav, ReadsLongFilesByTheirOwnList) {
  constexpr std::uint64_t kDataBytes = std::uint64_t{5} << 30U;
  auto writer = second_of_silence();
  const auto sizes = WavWriter::number(0, 8) + WavWriter::number(kDataBytes, 8) + WavWriter::number(0, 8);
  writer.data.clear();
  const std::string head = "RF64" + kOpen + "WAVE" + WavWriter::chunk("ds64", sizes) +
                           WavWriter::chunk("fmt ", writer.format()) + "data" + kOpen;
  const testing::SparseAccess file{head, head.size() + kDataBytes};
  const testing::WatchedAccess watched{file};
  const auto report = inspect_audio(watched, {}).take();
  EXPECT_EQ(report.level, Level::kDataOnly) << findings_of(report);
  EXPECT_EQ(metadata_of(report, "frames"), std::to_string(kDataBytes / 2));
  EXPECT_LT(watched.bytes_read(), 1024U) << "samples are not read";
  EXPECT_TRUE(has_finding(inspected(head + "ab"), "truncated"));
}

TEST(Wav, SaysHowManyBytesAreMissing) {
  const auto whole = second_of_silence().finish();
  const auto report = inspected(std::string_view{whole}.substr(0, whole.size() - 1000));
  EXPECT_EQ(report.level, Level::kMalformed);
  ASSERT_TRUE(has_finding(report, "truncated"));
  EXPECT_NE(findings_of(report).find(": 1000 of "), std::string::npos) << findings_of(report);
  EXPECT_EQ(metadata_of(report, "frames"), "15500") << "what is there";
}

TEST(Wav, AcceptsLengthsThatWereLeftOpen) {
  const auto whole = second_of_silence().finish();
  for (const std::string& open : {kOpen, std::string(4, '\0')}) {
    const auto report = inspected(replaced(replaced(whole, kRiffLengthAt, open), kDataLengthAt, open));
    EXPECT_EQ(report.level, Level::kDataOnly) << findings_of(report);
    EXPECT_TRUE(has_finding(report, "unknown-length"));
    EXPECT_EQ(metadata_of(report, "frames"), "16000");
  }
}

TEST(Wav, NoticesEveryLie) {
  const auto with = [](auto change) {
    auto writer = second_of_silence();
    change(writer);
    return writer.finish();
  };
  const auto whole = second_of_silence().finish();
  const auto format = WavWriter::chunk("fmt ", second_of_silence().format());
  const std::vector<std::pair<std::string, std::string_view>> lies{
      {with([](auto& w) { w.channels = 0; }), "bad-format"},
      {with([](auto& w) { w.sample_rate_hz = 0; }), "bad-format"},
      {with([](auto& w) { w.bits = 0; }), "bad-format"},
      {replaced(whole, 32, WavWriter::number(7, 2)), "bad-format"},
      {with([](auto& w) { w.data += "x"; }), "odd-data"},
      {with([&](auto& w) { w.before_data = format; }), "several-formats"},
      {with([](auto& w) { w.after_data = WavWriter::chunk("data", "ab"); }), "several-data"},
      {with([](auto& w) { w.after_data = "junk"; }), "odd-chunk"},
      {with([](auto& w) { w.after_data = "LIST" + WavWriter::number(99, 4); }), "odd-chunk"},
      {replaced(whole, 36, "atad"), "no-data"},
      {replaced(whole, 12, "tmf "), "no-format"},
      {replaced(whole, 16, WavWriter::number(4, 4)), "bad-format"},
      {replaced(whole, 8, "AVI "), "bad-identifier"},
  };
  for (std::size_t i = 0; i < lies.size(); ++i) {
    const auto report = inspected(lies[i].first);
    EXPECT_EQ(report.level, Level::kMalformed) << i;
    EXPECT_TRUE(has_finding(report, lies[i].second)) << i << "\n" << findings_of(report);
  }
  EXPECT_TRUE(has_finding(inspected(whole + "more"), "trailing-bytes"));
  EXPECT_TRUE(has_finding(inspected(replaced(whole, 28, WavWriter::number(1, 4))), "bad-rate"));
}

TEST(Wav, NoticesACutAfterAnyByte) {
  auto writer = WavWriter{}.samples({1, -2, 3, -4});
  writer.before_data = WavWriter::chunk("LIST", "odd");
  expect_every_truncation_is_noticed(inspect_audio, writer.finish());
}

TEST(Wav, SurvivesAnyChangedByte) {
  expect_no_flipped_byte_hurts(inspect_audio, WavWriter{}.samples({1, -2, 3, -4}).finish());
}

std::string big_endian(std::uint64_t value, std::size_t count) {
  const auto bytes = WavWriter::number(value, count);
  return {bytes.rbegin(), bytes.rend()};
}

struct FlacSample {
  std::uint64_t smallest_block = 4096;
  std::uint64_t rate = 16'000;
  std::uint64_t bits = 16;
  std::uint64_t frames = 4096;
  std::string comments = WavWriter::number(4, 4) + "made" + WavWriter::number(2, 4) + WavWriter::number(7, 4) +
                         "TITLE=x" + WavWriter::number(3, 4) + "odd";
  std::uint8_t second_kind = 4;
  std::string audio = "\xFF\xF8" + std::string(9, 'a');

  std::string finish() const {
    const std::string info = big_endian(smallest_block, 2) + big_endian(4096, 2) + std::string(6, '\0') +
                             big_endian(rate << 44U | std::uint64_t{1} << 41U | (bits - 1) << 36U | frames, 8) +
                             std::string(16, 'm');
    return "fLaC" + big_endian(info.size(), 4) + info + static_cast<char>(0x80U | second_kind) +
           big_endian(comments.size(), 3) + comments + audio;
  }
};

TEST(Flac, TellsRateChannelsBitsDurationAndComments) {
  const auto report = inspected(FlacSample{}.finish());
  EXPECT_EQ(report.format, Format::kFlac);
  EXPECT_EQ(report.level, Level::kDataOnly);
  EXPECT_TRUE(report.findings.empty()) << findings_of(report);
  EXPECT_TRUE(report.summary.starts_with("FLAC, 16 kHz, stereo, 16 bit, ")) << report.summary;
  EXPECT_EQ(metadata_of(report, "duration_seconds"), "0.256000");
  EXPECT_EQ(metadata_of(report, "frames"), "4096");
  EXPECT_EQ(metadata_of(report, "flac.vendor"), "made");
  EXPECT_EQ(metadata_of(report, "flac.title"), "x");
}

TEST(Flac, NoticesEveryLie) {
  const auto with = [](auto change) {
    FlacSample sample;
    change(sample);
    return sample.finish();
  };
  const std::vector<std::pair<std::string, std::string_view>> lies{
      {with([](auto& s) { s.smallest_block = 5000; }), "bad-format"},
      {with([](auto& s) { s.smallest_block = 1; }), "bad-format"},
      {with([](auto& s) { s.rate = 0; }), "bad-format"},
      {with([](auto& s) { s.bits = 1; }), "bad-format"},
      {with([](auto& s) { s.second_kind = 0; }), "bad-format"},
      {with([](auto& s) { s.second_kind = 127; }), "bad-format"},
      {with([](auto& s) { s.frames = std::uint64_t{1} << 35U; }), "truncated"},
      {with([](auto& s) { s.audio[0] = 'x'; }), "bad-frame"},
      {with([](auto& s) { s.comments = WavWriter::number(999, 4); }), "bad-comment"},
      {with([](auto& s) { s.comments = WavWriter::number(0, 4) + WavWriter::number(9, 4); }), "bad-comment"},
      {"fLaX" + FlacSample{}.finish().substr(4), "bad-identifier"},
      {"fLaC" + big_endian(33, 4) + std::string(64, 'x'), "bad-format"},
  };
  for (std::size_t i = 0; i < lies.size(); ++i) {
    const auto report = inspected(lies[i].first);
    EXPECT_EQ(report.level, Level::kMalformed) << i;
    EXPECT_TRUE(has_finding(report, lies[i].second)) << i << "\n" << findings_of(report);
  }
  const auto open = inspected(with([](auto& s) { s.frames = 0; }));
  EXPECT_EQ(open.level, Level::kDataOnly);
  EXPECT_TRUE(has_finding(open, "unknown-length"));
}

TEST(Flac, NoticesACutAfterAnyByte) { expect_every_truncation_is_noticed(inspect_audio, FlacSample{}.finish()); }

TEST(Flac, SurvivesAnyChangedByte) { expect_no_flipped_byte_hurts(inspect_audio, FlacSample{}.finish()); }

TEST(Audio, PassesOnAFailureToRead) { EXPECT_FALSE(inspect_audio(testing::FailingAccess{100}, {})); }

}  // namespace
}  // namespace weighhouse::formats::detail
