#pragma once

#include <span>
#include <string>

#include "base/digest.h"
#include "base/result.h"
#include "registry/model.h"

namespace weighhouse::registry {

// The identity of a version's files. Its text is what `sha256sum` prints of them in the byte order of their
// paths, so that anyone can make it by hand inside a folder of the library:
//
//   find . -type f -printf '%P\n' | LC_ALL=C sort | xargs -d '\n' sha256sum | sha256sum
//
// It says which bytes stand under which path, and nothing else: format and role are only said of them.
std::string manifest_text(std::span<const File> files);
Digest manifest_digest(std::span<const File> files);

constexpr std::size_t kMostFilesOfAVersion = 10'000;

// What files must be to stand together in a version: at least one and at most 10,000, no path twice (also
// not in another case: some file systems do not tell them apart), none a folder of another.
Result<> check_files(std::span<const File> files);

}  // namespace weighhouse::registry
