#include "formats/inspect.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "formats/detail/associated_files.h"
#include "formats/detail/content.h"
#include "formats/detail/inspectors.h"
#include "formats/detail/lfs_pointer.h"
#include "formats/detail/tar.h"
#include "formats/detail/words.h"
#include "formats/detail/zip_directory.h"

namespace weighhouse::formats {

namespace {

using detail::Ends;
using detail::Family;

constexpr std::uint64_t kLongestZipEnd = 22 + 0xFFFF;

Result<Report> inspect_family(Family family, const RandomAccess& file, const InspectLimits& limits) {
  switch (family) {
    case Family::kZip:
      return detail::inspect_zip(file, limits);
    case Family::kPickle:
      return detail::inspect_pickle(file, limits);
    case Family::kCompressedPickle:
      return detail::inspect_compressed_pickle(file, limits);
    case Family::kTar:
      return detail::inspect_tar(file, limits);
    case Family::kSafetensors:
      return detail::inspect_safetensors(file, limits);
    case Family::kOnnx:
      return detail::inspect_onnx(file, limits);
    case Family::kGguf:
      return detail::inspect_gguf(file, limits);
    case Family::kGgml:
      return detail::inspect_ggml(file, limits);
    case Family::kTflite:
      return detail::inspect_tflite(file, limits);
    case Family::kAudio:
      return detail::inspect_audio(file, limits);
    case Family::kText:
      return detail::inspect_text(file, limits);
    case Family::kEmpty:
    case Family::kNone:
      break;
  }
  Report report;
  report.summary = family == Family::kEmpty ? "Empty file" : "Unknown format, " + format_size(file.size_bytes());
  return report;
}

void contradict(Report& report, std::string_view code, std::string_view what) {
  report.level = Level::kMalformed;
  report.findings.insert(
      report.findings.begin(),
      {Severity::kDanger, std::string{code},
       "The file is " + std::string{what} + " as well: what it holds depends on the program that opens it."});
}

// A file that two kinds of reader would take, each for something else, is made to pass one and attack the other.
Result<> look_for_second_face(Family family, const Ends& ends, const RandomAccess& file, const InspectLimits& limits,
                              Report& report) {
  if (family == Family::kEmpty || family == Family::kNone) return {};
  if (family != Family::kZip) {
    const std::uint64_t tail_bytes = std::min(file.size_bytes(), kLongestZipEnd);
    const bool seen = detail::ends_like_zip(ends.tail) ||
                      (tail_bytes > ends.tail.size() &&
                       detail::ends_like_zip(TRY(file.read_exactly(file.size_bytes() - tail_bytes, tail_bytes))));
    const bool belongs = seen && family == Family::kTflite && TRY(detail::list_associated_files(file, limits, report));
    if (seen && !belongs) contradict(report, "also-zip", "a ZIP archive, by its end,");
  }
  if (family != Family::kTar && detail::is_tar_header(ends.head)) contradict(report, "also-tar", "a tar archive");
  if (family != Family::kPickle && detail::acts_as_pickle(ends.head)) {
    contradict(report, "also-pickle", "a pickle that imports or calls something");
  }
  return {};
}

// What a name's ending promises, where it promises one thing.
std::optional<Format> promised_by(std::string_view name) {
  constexpr auto kEndings = std::to_array<std::pair<std::string_view, Format>>({
      {".safetensors", Format::kSafetensors},
      {".gguf", Format::kGguf},
      {".onnx", Format::kOnnx},
      {".tflite", Format::kTflite},
      {".wav", Format::kWav},
      {".flac", Format::kFlac},
      {".json", Format::kJson},
  });
  const auto lower = to_lower(name);
  for (const auto& [ending, format] : kEndings) {
    if (lower.ends_with(ending)) return format;
  }
  return std::nullopt;
}

void compare_with_name(std::string_view name, Report& report) {
  const auto promised = promised_by(name);
  if (!promised || *promised == report.format || report.format == Format::kGitLfsPointer) return;
  report.findings.push_back({Severity::kWarning, "name-mismatch",
                             "The name " + detail::quoted(name) + " promises " + std::string{to_string(*promised)} +
                                 ", the content is " + std::string{to_string(report.format)} + "."});
}

Format zip_format(const Ends& ends) {
  const auto holds = [&](std::string_view name) {
    return ends.head.find(name) != std::string::npos || ends.tail.find(name) != std::string::npos;
  };
  if (holds("/constants.pkl")) return Format::kTorchscript;
  return holds("/data.pkl") ? Format::kPytorch : Format::kZip;
}

}  // namespace

Result<Report> inspect(const RandomAccess& file, std::string_view name, const InspectLimits& limits) {
  const auto ends = TRY(Ends::read(file));
  const auto family = detail::family_of(ends);
  auto report = TRY(inspect_family(family, file, limits));
  TRY(look_for_second_face(family, ends, file, limits, report));
  compare_with_name(name, report);
  return report;
}

Result<Format> detect(const RandomAccess& file) {
  const auto ends = TRY(Ends::read(file));
  switch (detail::family_of(ends)) {
    case Family::kZip:
      return zip_format(ends);
    case Family::kPickle:
    case Family::kCompressedPickle:
      return Format::kPickle;
    case Family::kSafetensors:
      return Format::kSafetensors;
    case Family::kOnnx:
      return Format::kOnnx;
    case Family::kGguf:
      return Format::kGguf;
    case Family::kGgml:
      return Format::kGgml;
    case Family::kTflite:
      return Format::kTflite;
    case Family::kAudio:
      return ends.head.starts_with("fLaC") ? Format::kFlac : Format::kWav;
    case Family::kText: {
      if (detail::parse_lfs_pointer(ends.head)) return Format::kGitLfsPointer;
      const auto begin = ends.head.find_first_not_of(" \t\r\n");
      return begin != std::string::npos && ends.head[begin] == '{' ? Format::kJson : Format::kText;
    }
    case Family::kEmpty:
    case Family::kTar:
    case Family::kNone:
      break;
  }
  return Format::kUnknown;
}

}  // namespace weighhouse::formats
