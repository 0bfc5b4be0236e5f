#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "cli/commands/file_walk.h"

namespace weighhouse::cli {

// Leaves of the files those of the encoder among them, by their names below its folder: weights, tokenizer and
// configuration beside each other. Says whether there is one; else nothing is changed. A file deeper than the folder
// itself is found too, as a Python package has it, and what lies around that folder is not the encoder's.
bool keep_encoder(std::vector<LocalFile>& files);

// A Python package as it is downloaded (.whl), unpacked for as long as the folder lives.
bool is_wheel(std::string_view path);
Result<std::shared_ptr<const TemporaryDirectory>> unpack_wheel(const std::string& path);

}  // namespace weighhouse::cli
