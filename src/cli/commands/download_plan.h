#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/result.h"
#include "client/client.h"

namespace weighhouse::cli {

struct WantedFile {
  std::string path;  // in the version
  Digest digest;
  std::uint64_t size_bytes = 0;
  std::string target;  // on this disk
};

// What `weigh download` fetches of a version, and where to: `-o` as a folder when it is one, ends in a slash or there
// are several files; else as the file. Without it a single file goes here and several into a folder named like the
// model. Paths that a server sends are held to the rules of paths before anything is written. `only` chooses one file.
Result<std::vector<WantedFile>> plan_download(const client::Object& version, const std::optional<std::string>& only,
                                              const std::optional<std::string>& output);

}  // namespace weighhouse::cli
