#pragma once

#include <string>

#include "base/result.h"
#include "registry/metadata_store.h"

namespace weighhouse::library {

// The files at the top of the library that explain it: README.md, .gitignore, .gitattributes. One that a
// person wrote or changed is theirs.
Result<> write_house_files(const std::string& root, registry::MetadataStore& metadata);

// The mark tells the library's folder from an empty mount point. Without it nothing is written there.
bool carries_mark(const std::string& root);
Result<> put_mark(const std::string& root);

}  // namespace weighhouse::library
