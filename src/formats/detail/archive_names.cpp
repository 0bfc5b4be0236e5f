#include "formats/detail/archive_names.h"

#include <algorithm>

#include "base/text.h"
#include "formats/detail/words.h"

namespace weighhouse::formats::detail {

std::string_view path_objection(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name.find('\0') != std::string_view::npos) return "holds a zero byte, where some programs stop reading it";
  if (!is_utf8(name)) return "is not UTF-8";
  if (std::ranges::any_of(name, [](unsigned char c) { return c < 0x20 || c == 0x7F; }))
    return "holds control characters";
  if (name.front() == '/') return "is absolute";
  if (name.find('\\') != std::string_view::npos) return "holds a backslash, which is a separator elsewhere";
  if (name.size() >= 2 && name[1] == ':') return "begins with a drive letter";
  if (name.back() == '/') name.remove_suffix(1);
  for (const auto part : split(name, '/')) {
    if (part.empty()) return "has an empty part";
    if (part == "..") return "climbs out of the folder it is unpacked in";
    if (part == ".") return "has a \".\" in it";
    if (part.size() > 255) return "has a part of more than 255 bytes";
  }
  return {};
}

void NameChecker::check(std::string_view name) {
  if (const auto objection = path_objection(name); !objection.empty()) {
    findings_.malformed("archive-path", "The name " + quoted(name) + " " + std::string{objection} + ".", quoted(name));
  }
  const auto [place, is_new] = seen_.try_emplace(to_lower(name), name);
  if (is_new) return;
  if (place->second == name) {
    findings_.malformed("archive-duplicate", "Two entries have the name " + quoted(name) +
                                                 ": one reader takes the first, another the last.");
  } else {
    findings_.warn("archive-case", "The names " + quoted(place->second) + " and " + quoted(name) +
                                       " meet on one file where case does not count.");
  }
}

}  // namespace weighhouse::formats::detail
