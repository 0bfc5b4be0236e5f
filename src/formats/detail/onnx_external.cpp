#include "formats/detail/onnx_external.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "formats/detail/words.h"

namespace weighhouse::formats::detail {
namespace {

constexpr std::size_t kMostEntries = 16;

bool has_drive(std::string_view path) { return path.size() >= 2 && path[1] == ':'; }

// Why a location may not be used, or nothing.
struct Objection {
  std::string_view code;
  std::string_view reason;
};

std::optional<Objection> object_to(std::string_view location) {
  if (location.empty()) return Objection{"external-location", "has no location"};
  if (!is_utf8(location) || location.find('\0') != std::string_view::npos || location.size() > 4000) {
    return Objection{"external-location", "has a location that is no file name"};
  }
  if (location.find('\\') != std::string_view::npos) {
    return Objection{"external-backslash", "has a backslash in its location, which is a folder on some systems"};
  }
  if (location.starts_with('/') || has_drive(location)) {
    return Objection{"external-absolute", "has an absolute location, outside the folder of its model"};
  }
  for (const auto component : split(location, '/')) {
    if (component == "..") return Objection{"external-escape", "has a location that leaves the folder of its model"};
    if (component.empty() || component == ".") {
      return Objection{"external-location", "has a location with an empty or \".\" component"};
    }
    if (component.size() > 255) return Objection{"external-location", "has a location with too long a file name"};
  }
  return std::nullopt;
}

void lie(ReportWriter& report, std::string_view tensor, std::string_view code, const std::string& what) {
  report.malformed(code, "The external data of " + quoted(tensor) + " " + what + ".", tensor);
}

}  // namespace

Result<> OnnxExternalData::read_entry(ProtobufReader& entry) {
  std::string key;
  std::string value;
  while (TRY(entry.next())) {
    if (entry.field() == 1) key = TRY(entry.text(256));
    if (entry.field() == 2) value = TRY(entry.text());
  }
  if (entries_.size() >= kMostEntries) {
    return malformed("external-location", "A tensor has more than 16 entries about its external data.");
  }
  entries_.emplace_back(std::move(key), std::move(value));
  return {};
}

const std::string* OnnxExternalData::find(std::string_view key) const {
  const auto found = std::ranges::find(entries_, key, &std::pair<std::string, std::string>::first);
  return found == entries_.end() ? nullptr : &found->second;
}

// Without a length the tensor takes what its type and shape need, without an offset it comes first.
std::optional<Extent> OnnxExternalData::check_extent(ReportWriter& report, const Tensor& tensor) const {
  Extent extent{0, tensor.size_bytes};
  for (const std::string_view key : {"offset", "length"}) {
    const auto* const text = find(key);
    if (text == nullptr) continue;
    const auto number = parse_size(*text);
    if (!number) {
      lie(report, tensor.name, "external-number",
          "gives " + quoted(*text) + " as its " + std::string{key} + ", which is no number of bytes");
      return std::nullopt;
    }
    if (key == "offset") extent.offset = *number;
    if (key == "length" && *number != tensor.size_bytes) {
      lie(report, tensor.name, "size-mismatch",
          "has " + std::to_string(*number) + " bytes where type and shape need " + std::to_string(tensor.size_bytes));
      return std::nullopt;
    }
  }
  return extent;
}

void OnnxExternalData::check(ReportWriter& report, Tensor& tensor) const {
  for (const auto& [key, value] : entries_) {
    if (std::ranges::count(entries_, key, &std::pair<std::string, std::string>::first) > 1) {
      return lie(report, tensor.name, "external-ambiguous", "gives " + quoted(key) + " more than once");
    }
  }
  const auto extent = check_extent(report, tensor);
  if (const auto* const base = find("basepath"); base != nullptr && !base->empty()) {
    lie(report, tensor.name, "external-escape", "asks for the folder " + quoted(*base));
  }
  const auto* const location = find("location");
  const std::string_view path = location == nullptr ? std::string_view{} : *location;
  if (const auto objection = object_to(path)) {
    return lie(report, tensor.name, objection->code,
               std::string{objection->reason} + (path.empty() ? "" : ": " + quoted(path)));
  }
  if (!extent) return;
  tensor.external = path;
  tensor.external_extent = *extent;
}

}  // namespace weighhouse::formats::detail
