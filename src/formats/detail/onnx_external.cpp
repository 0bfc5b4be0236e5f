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

// Digits only, as the standard has it.
std::optional<std::uint64_t> parse_size(std::string_view text) {
  const bool digits = !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  const auto number = digits ? parse_int(text) : std::nullopt;
  if (!number) return std::nullopt;
  return static_cast<std::uint64_t>(*number);
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

std::string OnnxExternalData::check(ReportWriter& report, std::string_view tensor, std::uint64_t size_bytes) const {
  const auto lie = [&](std::string_view code, std::string_view what) {
    report.malformed(code, "The external data of " + quoted(tensor) + " " + std::string{what} + ".", tensor);
  };
  for (const auto& [key, value] : entries_) {
    if (std::ranges::count(entries_, key, &std::pair<std::string, std::string>::first) > 1) {
      lie("external-ambiguous", "gives " + quoted(key) + " more than once");
      return {};
    }
  }
  for (const std::string_view key : {"offset", "length"}) {
    const auto* const text = find(key);
    if (text == nullptr) continue;
    const auto number = parse_size(*text);
    if (!number) {
      lie("external-number",
          "gives " + quoted(*text) + " as its " + std::string{key} + ", which is no number of bytes");
    } else if (key == "length" && *number != size_bytes) {
      lie("size-mismatch",
          "has " + std::to_string(*number) + " bytes where type and shape need " + std::to_string(size_bytes));
    }
  }
  if (const auto* const base = find("basepath"); base != nullptr && !base->empty()) {
    lie("external-escape", "asks for the folder " + quoted(*base));
  }
  const auto* const location = find("location");
  const std::string_view path = location == nullptr ? std::string_view{} : *location;
  if (const auto objection = object_to(path)) {
    lie(objection->code, std::string{objection->reason} + (path.empty() ? "" : ": " + quoted(path)));
    return {};
  }
  return std::string{path};
}

}  // namespace weighhouse::formats::detail
