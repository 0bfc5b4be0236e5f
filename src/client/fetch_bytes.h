#pragma once

#include <string>

#include "client/client.h"

namespace weighhouse::client {

// The bytes at `target` from `from.offset` on; from the beginning where they are others by now.
Result<Download> fetch_bytes(Transport& transport, const std::string& target, const ResumePoint& from);

}  // namespace weighhouse::client
