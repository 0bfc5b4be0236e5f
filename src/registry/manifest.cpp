#include "registry/manifest.h"

#include <algorithm>
#include <map>
#include <vector>

#include "base/text.h"

namespace weighhouse::registry {

std::string manifest_text(std::span<const File> files) {
  std::vector<const File*> sorted;
  sorted.reserve(files.size());
  for (const File& file : files) sorted.push_back(&file);
  std::sort(sorted.begin(), sorted.end(), [](const File* a, const File* b) { return a->path.text() < b->path.text(); });
  std::string text;
  for (const File* file : sorted) text += file->digest.hex() + "  " + file->path.text() + "\n";
  return text;
}

Digest manifest_digest(std::span<const File> files) { return Digest::of(manifest_text(files)); }

Result<> check_files(std::span<const File> files) {
  if (files.empty()) return fail(ErrorCode::kInvalidArgument, "A version needs at least one file.");
  if (files.size() > kMostFilesOfAVersion) {
    return fail(ErrorCode::kResourceExhausted,
                "A version has at most 10000 files, and this one would have " + std::to_string(files.size()) + ".");
  }
  std::map<std::string, const File*> by_path;
  for (const File& file : files) {
    const auto [entry, fresh] = by_path.emplace(to_lower(file.path.text()), &file);
    if (fresh) continue;
    const std::string& first = entry->second->path.text();
    return fail(ErrorCode::kInvalidArgument, first == file.path.text()
                                                 ? "The path \"" + first + "\" is given twice."
                                                 : "The paths \"" + first + "\" and \"" + file.path.text() +
                                                       "\" differ only in upper and lower case.");
  }
  for (const auto& [path, file] : by_path) {
    for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
      const auto folder = by_path.find(path.substr(0, slash));
      if (folder == by_path.end()) continue;
      return fail(ErrorCode::kInvalidArgument, "\"" + folder->second->path.text() +
                                                   "\" cannot be a file and also the folder of \"" + file->path.text() +
                                                   "\".");
    }
  }
  return {};
}

}  // namespace weighhouse::registry
