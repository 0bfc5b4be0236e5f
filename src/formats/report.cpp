#include "formats/report.h"

#include <algorithm>
#include <array>

namespace weighhouse::formats {

namespace {

constexpr std::array<std::pair<Format, std::string_view>, 15> kFormatWords{{
    {Format::kUnknown, "unknown"},
    {Format::kPytorch, "pytorch"},
    {Format::kTorchscript, "torchscript"},
    {Format::kPickle, "pickle"},
    {Format::kSafetensors, "safetensors"},
    {Format::kOnnx, "onnx"},
    {Format::kGguf, "gguf"},
    {Format::kGgml, "ggml"},
    {Format::kTflite, "tflite"},
    {Format::kWav, "wav"},
    {Format::kFlac, "flac"},
    {Format::kZip, "zip"},
    {Format::kJson, "json"},
    {Format::kText, "text"},
    {Format::kGitLfsPointer, "git-lfs-pointer"},
}};

}  // namespace

std::string_view to_string(Format format) { return kFormatWords.at(static_cast<std::size_t>(format)).second; }

std::optional<Format> parse_format(std::string_view word) {
  const auto* const found = std::ranges::find(kFormatWords, word, &std::pair<Format, std::string_view>::second);
  if (found == kFormatWords.end()) return std::nullopt;
  return found->first;
}

std::string_view to_string(Level level) {
  switch (level) {
    case Level::kDataOnly:
      return "data-only";
    case Level::kCodeBearing:
      return "code-bearing";
    case Level::kMalformed:
      return "malformed";
    case Level::kUnknown:
      return "unknown";
  }
  return "unknown";
}

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::kNote:
      return "note";
    case Severity::kWarning:
      return "warning";
    case Severity::kDanger:
      return "danger";
  }
  return "note";
}

}  // namespace weighhouse::formats
