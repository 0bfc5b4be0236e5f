#include "formats/detail/audio.h"

#include <fmt/format.h>

#include "base/text.h"
#include "formats/detail/inspectors.h"

namespace weighhouse::formats::detail {

std::string add_audio_shape(ReportWriter& report, const AudioShape& shape) {
  const double seconds =
      shape.sample_rate_hz == 0 ? 0.0 : static_cast<double>(shape.frames) / static_cast<double>(shape.sample_rate_hz);
  report.metadata("encoding", shape.encoding);
  report.metadata("sample_rate_hz", std::to_string(shape.sample_rate_hz));
  report.metadata("channels", std::to_string(shape.channels));
  report.metadata("bits_per_sample", std::to_string(shape.bits_per_sample));
  report.metadata("frames", std::to_string(shape.frames));
  report.metadata("duration_seconds", fmt::format("{:.6f}", seconds));
  const std::string channels = shape.channels == 1   ? "mono"
                               : shape.channels == 2 ? "stereo"
                                                     : std::to_string(shape.channels) + " channels";
  return fmt::format("{} kHz, {}, {} bit, {}", static_cast<double>(shape.sample_rate_hz) / 1000.0, channels,
                     shape.bits_per_sample, format_duration(seconds));
}

Result<Report> inspect_audio(const RandomAccess& file, const InspectLimits& limits) {
  Cursor cursor{file, limits.header_bytes};
  const auto ahead = TRY(cursor.peek(4));
  const bool is_flac = !ahead.empty() && ahead[0] == std::byte{'f'};
  ReportWriter report{is_flac ? Format::kFlac : Format::kWav, limits};
  std::string what = is_flac ? "FLAC" : "WAV";
  auto read = is_flac ? read_flac(cursor, report) : read_wav(cursor, report);
  if (read) {
    what += ", " + *read;
  } else {
    TRY(report.absorb(fail(std::move(read).error())));
  }
  return std::move(report).finish(what);
}

}  // namespace weighhouse::formats::detail
