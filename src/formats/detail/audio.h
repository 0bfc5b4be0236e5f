#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "formats/detail/cursor.h"
#include "formats/detail/report_writer.h"

namespace weighhouse::formats::detail {

// What a recording is, whatever holds it.
struct AudioShape {
  std::string_view encoding;  // "pcm", "float", "a-law", "mu-law", "flac"
  std::uint64_t sample_rate_hz = 0;
  std::uint64_t channels = 0;
  std::uint64_t bits_per_sample = 0;
  std::uint64_t frames = 0;  // samples of each channel
};

// Puts the shape into the metadata ("sample_rate_hz", "channels", "bits_per_sample", "encoding", "frames",
// "duration_seconds") and returns it in words: "16 kHz, mono, 16 bit, 9.76 s".
std::string add_audio_shape(ReportWriter& report, const AudioShape& shape);

// Each begins at the start of the file and returns the summary; a `malformed` error ends what can be read.
Result<std::string> read_wav(Cursor& cursor, ReportWriter& report);
Result<std::string> read_flac(Cursor& cursor, ReportWriter& report);

}  // namespace weighhouse::formats::detail
