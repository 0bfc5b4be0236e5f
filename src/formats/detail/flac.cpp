#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "formats/detail/audio.h"

// FLAC: a mark, blocks of metadata, the first of which (STREAMINFO) describes the recording, then frames. Frames
// are compressed and not looked into, so of a file that is cut short only the beginning can be told from its length.
namespace weighhouse::formats::detail {
namespace {

constexpr std::uint8_t kStreamInfo = 0;
constexpr std::uint8_t kComments = 4;
constexpr std::uint8_t kInvalid = 127;
constexpr std::uint64_t kStreamInfoBytes = 34;
constexpr std::uint64_t kSmallestFrameBytes = 11;  // a header of 6 with one byte of samples, and checksums

struct StreamInfo {
  std::uint16_t largest_block = 0;
  AudioShape shape{};
};

Result<StreamInfo> read_stream_info(Cursor& cursor) {
  std::array<std::byte, kStreamInfoBytes> bytes{};
  TRY(cursor.read(bytes));
  const auto bits = [&bytes](std::size_t first, std::size_t count) {
    std::uint64_t value = 0;
    for (std::size_t bit = first; bit < first + count; ++bit) {
      value = value << 1U | (std::to_integer<std::uint64_t>(bytes[bit / 8]) >> (7 - bit % 8) & 1U);
    }
    return value;
  };
  StreamInfo info;
  info.largest_block = static_cast<std::uint16_t>(bits(16, 16));
  info.shape = {.encoding = "flac",
                .sample_rate_hz = bits(80, 20),
                .channels = bits(100, 3) + 1,
                .bits_per_sample = bits(103, 5) + 1,
                .frames = bits(108, 36)};
  if (info.largest_block < 16 || bits(0, 16) < 16 || bits(0, 16) > info.largest_block) {
    return malformed("bad-format", "The sizes of the recording's blocks contradict each other.");
  }
  if (info.shape.bits_per_sample < 4)
    return malformed("bad-format", "The recording has fewer bits than FLAC can store.");
  return info;
}

// Comments are KEY=value; their lengths are little-endian, unlike all else in the format.
Result<> read_comments(Cursor& cursor, std::uint64_t length, ReportWriter& report) {
  const std::uint64_t end = cursor.position() + length;
  cursor.set_big_endian(false);
  const auto left = [&] { return end - std::min(end, cursor.position()); };
  const auto number = [&]() -> Result<std::uint32_t> {
    if (left() < 4) return malformed("bad-comment", "The comments are longer than the block that holds them.");
    return cursor.read_number<std::uint32_t>();
  };
  const auto text = [&]() -> Result<std::string> {
    const std::uint64_t size = TRY(number());
    if (size > left()) return malformed("bad-comment", "The comments are longer than the block that holds them.");
    auto kept = TRY(cursor.read_text(std::min(size, report.limits().metadata_value_bytes + 1)));
    TRY(cursor.skip(size - kept.size()));
    return kept;
  };
  const auto vendor = TRY(text());
  if (!vendor.empty()) TRY(report.add_metadata("flac.vendor", vendor));
  const auto count = TRY(number());
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto comment = TRY(text());
    const auto equals = comment.find('=');
    if (equals == std::string::npos) continue;
    TRY(report.add_metadata("flac." + to_lower(comment.substr(0, equals)), comment.substr(equals + 1)));
  }
  cursor.set_big_endian(true);
  return {};
}

void check_frames(const Cursor& cursor, const StreamInfo& info, ReportWriter& report) {
  const std::uint64_t least = (info.shape.frames + info.largest_block - 1) / info.largest_block * kSmallestFrameBytes;
  if (cursor.remaining() < least || (info.shape.frames == 0 && cursor.remaining() == 0)) {
    report.malformed("truncated", "The file is cut short: " + std::to_string(cursor.remaining()) +
                                      " bytes cannot hold the " + std::to_string(info.shape.frames) +
                                      " samples it announces. Fetch or upload it again.");
  }
}

}  // namespace

Result<std::string> read_flac(Cursor& cursor, ReportWriter& report) {
  cursor.set_big_endian(true);
  const auto mark = TRY(cursor.read_text(4));
  if (mark != "fLaC") return malformed("bad-identifier", "The file is not a FLAC file.");
  StreamInfo info;
  bool is_last = false;
  for (std::uint64_t block = 0; !is_last; ++block) {
    if (block > report.limits().entries) return malformed("entry-limit", "The file has too many blocks of metadata.");
    const auto header = TRY(cursor.read_number<std::uint32_t>());
    is_last = header >> 31U == 1;
    const std::uint8_t kind = header >> 24U & 0x7FU;
    const std::uint64_t length = header & 0xFFFFFFU;
    if ((kind == kStreamInfo) != (block == 0) || kind == kInvalid || (block == 0 && length != kStreamInfoBytes)) {
      return malformed("bad-format", "The blocks of metadata are not in the order or of the size that FLAC demands.");
    }
    const std::uint64_t begin = cursor.position();
    if (kind == kStreamInfo) info = TRY(read_stream_info(cursor));
    if (kind == kComments) TRY(read_comments(cursor, length, report));
    TRY(cursor.skip(length - (cursor.position() - begin)));
  }
  check_frames(cursor, info, report);
  const auto frame = TRY(cursor.peek(2));
  if (frame.size() == 2 && (frame[0] != std::byte{0xFF} || (frame[1] & std::byte{0xFC}) != std::byte{0xF8})) {
    report.malformed("bad-frame", "What follows the metadata is no frame of samples.");
  }
  if (info.shape.sample_rate_hz == 0) report.malformed("bad-format", "The recording has no sample rate.");
  if (info.shape.frames == 0)
    report.note("unknown-length", "The length of the recording was left open by the program that wrote it.");
  return add_audio_shape(report, info.shape);
}

}  // namespace weighhouse::formats::detail
