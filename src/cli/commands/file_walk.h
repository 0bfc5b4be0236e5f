#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace weighhouse::cli {

enum class Links : std::uint8_t { kSkip, kFollow };

struct WalkOptions {
  Links links = Links::kSkip;
  std::size_t most_files = 10'000;                            // what a version holds
  std::function<void(const std::string& path)> on_skipped{};  // of a link that is not followed
};

struct LocalFile {
  std::string path;  // to open it
  std::string name;  // below the folder that was walked, with "/"; the file's own name where it was named itself
  std::uint64_t size_bytes = 0;
};

// The file at `path`, or every regular file below the folder there, by name. What tools leave behind (.git, .DS_Store,
// Thumbs.db, __pycache__) stays out. A link inside a folder is never followed to a folder, and to a file only with
// kFollow: a downloaded folder must not choose which of your files you publish. kResourceExhausted beyond `most_files`.
Result<std::vector<LocalFile>> walk_files(const std::string& path, const WalkOptions& options = {});

}  // namespace weighhouse::cli
