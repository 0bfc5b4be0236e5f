#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/digest.h"
#include "client/client.h"
#include "client/upload.h"

namespace weighhouse::client {

struct Expected {
  std::optional<Digest> digest{};
  std::optional<std::uint64_t> size_bytes{};
};

// Asks for bytes from a point on; called again where a connection broke.
using Fetch = std::function<Result<Download>(const ResumePoint& from)>;

// Receives a file. `target` is there afterwards whole and, where a digest is expected, verified; or it is as it was.
// What came before a failure waits in "<target>.<digest>.part" and is not asked for again, also by a later run; without
// a digest only within one run. kDataLoss when the bytes are not those of the digest: nothing of them is kept.
Result<> receive_file(const Fetch& fetch, const Expected& expected, const std::string& target,
                      const TransferOptions& options);

}  // namespace weighhouse::client
