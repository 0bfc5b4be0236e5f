#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/digest.h"
#include "client/client.h"
#include "client/retry.h"

namespace weighhouse::client {

// A file of this disk, as it was when it was hashed.
struct LocalBlob {
  std::string path;
  std::string name;  // shown while the upload is unfinished
  std::uint64_t size_bytes = 0;
  Digest digest{};
};

struct TransferOptions {
  // From here on a file goes in an upload that survives a crash of either side, also of this program.
  std::uint64_t resumable_from_bytes = std::uint64_t{8} << 20U;
  int tries = 6;
  Backoff::Pause pause{};                              // tests do not sleep
  std::function<void(std::int64_t bytes)> on_bytes{};  // how many more were moved; fewer than none when some move again
};

// Reads the whole file; `on_bytes` as above.
Result<LocalBlob> hash_file(const std::string& path, std::string name, const TransferOptions& options);

// When it returns the server has these bytes, under their digest. Lost connections are taken up again where the
// server stopped, and so is an upload of the same file that an earlier run of this program began. A file that
// changed meanwhile is kFailedPrecondition.
Result<> upload_blob(const Client& api, const LocalBlob& blob, const TransferOptions& options);

}  // namespace weighhouse::client
