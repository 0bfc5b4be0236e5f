#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "client/upload.h"

namespace weighhouse::client {

// Those whose bytes the server still wants from us, each digest once.
Result<std::vector<LocalBlob>> find_absent(const Client& api, std::span<const LocalBlob> blobs);

// All of them, two at a time; the first failure ends it once what is under way has ended. `on_bytes` is called from
// both threads.
Result<> upload_all(const Client& api, std::span<const LocalBlob> blobs, const TransferOptions& options);

// Publishes, again where a connection broke; the key keeps that from making two versions.
Result<Object> publish_patiently(const Client& api, const registry::ModelRef& model, const Object& version,
                                 std::string_view idempotency_key, const TransferOptions& options);

}  // namespace weighhouse::client
