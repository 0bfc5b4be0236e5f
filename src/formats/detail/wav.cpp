#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/text.h"
#include "formats/detail/audio.h"
#include "formats/detail/words.h"

// A WAV file is a list of chunks with their lengths: "fmt " says how samples are stored, "data" holds them. Writers
// that could not seek back leave lengths of 0 or all ones; RF64 keeps the real ones of long files in "ds64".
namespace weighhouse::formats::detail {
namespace {

constexpr std::uint64_t kUnknownLength = 0xFFFFFFFFU;
constexpr std::uint64_t kLongestFormat = 4096;

// Of a sub-format, behind the number that it extends.
constexpr std::array<std::uint8_t, 14> kExtensibleTail{0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80,
                                                       0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71};

struct SampleFormat {
  std::uint16_t tag = 0;
  std::uint16_t channels = 0;
  std::uint32_t sample_rate_hz = 0;
  std::uint32_t bytes_per_second = 0;
  std::uint16_t frame_bytes = 0;
  std::uint16_t bits = 0;
};

std::optional<std::string_view> encoding_word(std::uint16_t tag) {
  switch (tag) {
    case 1:
      return "pcm";
    case 3:
      return "float";
    case 6:
      return "a-law";
    case 7:
      return "mu-law";
    default:
      return std::nullopt;
  }
}

class WavReader {
 public:
  WavReader(Cursor& cursor, ReportWriter& report) : cursor_(cursor), report_(report) {}

  Result<std::string> read() {
    TRY(read_form());
    std::uint64_t chunks = 0;
    while (cursor_.position() < end_) {
      if (++chunks > report_.limits().entries) return malformed("entry-limit", "The file has too many chunks.");
      TRY(read_chunk());
    }
    if (!format_)
      return malformed("no-format", "The file does not say how its samples are stored. It was probably cut short.");
    if (!data_bytes_) report_.malformed("no-data", "The file has no samples. It was probably cut short.");
    return describe();
  }

 private:
  Result<> read_form() {
    const auto form = TRY(cursor_.read_text(4));
    if (form == "RIFX") cursor_.set_big_endian(true);
    const std::uint64_t length = TRY(cursor_.read_number<std::uint32_t>());
    const auto kind = TRY(cursor_.read_text(4));
    is_rf64_ = form == "RF64";
    if ((form != "RIFF" && form != "RIFX" && !is_rf64_) || kind != "WAVE")
      return malformed("bad-identifier", "The file is not a WAV file.");
    end_ = cursor_.size_bytes();
    is_open_ = length == 0 || length == kUnknownLength;
    if (is_rf64_ || is_open_) return {};
    if (8 + length > end_) {
      report_.malformed("truncated", "The file is cut short: " + std::to_string(8 + length - end_) + " of " +
                                         std::to_string(8 + length) + " bytes are missing. Fetch or upload it again.");
    } else if (8 + length < end_) {
      report_.warn("trailing-bytes", std::to_string(end_ - 8 - length) + " bytes follow the end of the recording.");
      end_ = 8 + length;
    }
    return {};
  }

  Result<> read_chunk() {
    const std::uint64_t left = end_ - cursor_.position();
    if (left < 8) {
      report_.malformed("odd-chunk", "The last " + std::to_string(left) + " bytes are no whole chunk.");
      return cursor_.move_to(end_);
    }
    const auto name = TRY(cursor_.read_text(4));
    std::uint64_t length = TRY(cursor_.read_number<std::uint32_t>());
    if (name == "data" && is_rf64_ && length == kUnknownLength && long_data_bytes_) length = *long_data_bytes_;
    if (name == "data" && is_open_ && length == 0) length = kUnknownLength;
    const std::uint64_t begin = cursor_.position();
    const std::uint64_t there = std::min(length, end_ - begin);
    if (name == "fmt ") TRY(read_format(there));
    if (name == "ds64") TRY(read_long_sizes(there));
    if (name == "data") note_data(length, there);
    if (there < length && name != "data") {
      report_.malformed("odd-chunk", "The chunk " + quoted(name) + " is longer than the file.", name);
    }
    // Chunks begin at even places.
    const std::uint64_t next = begin + there + (there == length ? length % 2 : 0);
    if (next == end_ + 1)
      report_.note("odd-chunk-length", "The last chunk has an odd length and lacks its padding byte.");
    return cursor_.move_to(std::min(next, end_));
  }

  Result<> read_format(std::uint64_t length) {
    if (format_) return malformed("several-formats", "The file says twice how its samples are stored.");
    if (length < 16 || length > kLongestFormat)
      return malformed("bad-format", "The description of the samples has an impossible length.");
    SampleFormat format;
    format.tag = TRY(cursor_.read_number<std::uint16_t>());
    format.channels = TRY(cursor_.read_number<std::uint16_t>());
    format.sample_rate_hz = TRY(cursor_.read_number<std::uint32_t>());
    format.bytes_per_second = TRY(cursor_.read_number<std::uint32_t>());
    format.frame_bytes = TRY(cursor_.read_number<std::uint16_t>());
    format.bits = TRY(cursor_.read_number<std::uint16_t>());
    if (format.tag == 0xFFFE) TRY(read_extension(format, length));
    format_ = format;
    check_format();
    return {};
  }

  // The real number stands at the front of a 16-byte sub-format.
  Result<> read_extension(SampleFormat& format, std::uint64_t length) {
    if (length < 40) return malformed("bad-format", "The extended description of the samples is too short.");
    TRY(cursor_.skip(8));
    format.tag = TRY(cursor_.read_number<std::uint16_t>());
    std::array<std::byte, kExtensibleTail.size()> tail{};
    TRY(cursor_.read(tail));
    const bool is_known =
        std::ranges::equal(tail, kExtensibleTail, {}, [](std::byte b) { return std::to_integer<std::uint8_t>(b); });
    if (!is_known) format.tag = 0;
    return {};
  }

  void check_format() {
    if (!encoding_word(format_->tag)) {
      report_.newer("newer-type", "The samples have the encoding " + std::to_string(format_->tag) +
                                      ", which is unknown to this version of weigh.");
      return;
    }
    const bool possible =
        format_->channels > 0 && format_->sample_rate_hz > 0 && format_->bits > 0 && format_->bits <= 64;
    const std::uint64_t frame = std::uint64_t{format_->channels} * ((std::uint64_t{format_->bits} + 7) / 8);
    if (!possible || format_->frame_bytes != frame) {
      report_.malformed("bad-format", "Channels, bits and size of a sample contradict each other.");
    } else if (format_->bytes_per_second != frame * format_->sample_rate_hz) {
      report_.warn("bad-rate", "The bytes per second do not fit the sample rate; programs go by the sample rate.");
    }
  }

  Result<> read_long_sizes(std::uint64_t length) {
    if (length < 24) return malformed("bad-format", "The list of long sizes is too short.");
    TRY(cursor_.skip(8));
    long_data_bytes_ = TRY(cursor_.read_number<std::uint64_t>());
    return {};
  }

  void note_data(std::uint64_t length, std::uint64_t there) {
    if (data_bytes_) {
      report_.malformed("several-data", "The file has samples in more than one place.");
      return;
    }
    data_bytes_ = there;
    if (length == kUnknownLength && !is_rf64_) {
      report_.note(
          "unknown-length",
          "The length of the recording was left open by the program that wrote it: it ends where the file does.");
    } else if (there < length) {
      report_.malformed("truncated", "The file is cut short: " + std::to_string(length - there) + " of " +
                                         std::to_string(length) +
                                         " bytes of samples are missing. Fetch or upload it again.");
    }
  }

  std::string describe() {
    AudioShape shape{.encoding = encoding_word(format_->tag).value_or("unknown"),
                     .sample_rate_hz = format_->sample_rate_hz,
                     .channels = format_->channels,
                     .bits_per_sample = format_->bits};
    if (format_->frame_bytes > 0) shape.frames = data_bytes_.value_or(0) / format_->frame_bytes;
    if (format_->frame_bytes > 0 && data_bytes_.value_or(0) % format_->frame_bytes != 0) {
      report_.malformed("odd-data", "The samples do not end with a whole one of each channel.");
    }
    return add_audio_shape(report_, shape);
  }

  Cursor& cursor_;
  ReportWriter& report_;
  std::uint64_t end_ = 0;
  bool is_rf64_ = false;
  bool is_open_ = false;  // nobody went back to write the length
  std::optional<SampleFormat> format_;
  std::optional<std::uint64_t> data_bytes_;
  std::optional<std::uint64_t> long_data_bytes_;
};

}  // namespace

Result<std::string> read_wav(Cursor& cursor, ReportWriter& report) { return WavReader{cursor, report}.read(); }

}  // namespace weighhouse::formats::detail
