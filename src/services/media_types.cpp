#include "services/media_types.h"

#include <array>
#include <utility>

#include "base/text.h"

namespace weighhouse::services {
namespace {

constexpr auto kTypes = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"wav", "audio/wav"},
    {"flac", "audio/flac"},
    {"mp3", "audio/mpeg"},
    {"ogg", "audio/ogg"},
    {"opus", "audio/ogg"},
    {"webm", "video/webm"},
    {"mp4", "video/mp4"},
    {"png", "image/png"},
    {"jpg", "image/jpeg"},
    {"jpeg", "image/jpeg"},
    {"gif", "image/gif"},
    {"webp", "image/webp"},
    {"bmp", "image/bmp"},
    {"tif", "image/tiff"},
    {"tiff", "image/tiff"},
    {"txt", "text/plain"},
    {"md", "text/markdown"},
    {"csv", "text/csv"},
    {"tsv", "text/tab-separated-values"},
    {"json", "application/json"},
    {"jsonl", "application/x-ndjson"},
    {"xml", "application/xml"},
    {"npy", "application/x-npy"},
    {"pdf", "application/pdf"},
});

}  // namespace

std::string media_type_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return {};
  const std::string ending = to_lower(name.substr(dot + 1));
  for (const auto& [known, type] : kTypes) {
    if (known == ending) return std::string{type};
  }
  return {};
}

}  // namespace weighhouse::services
