#pragma once

#include <string_view>

#include "base/time.h"
#include "registry/metadata_store.h"
#include "store/blob_store.h"

namespace weighhouse::services {

// Where bytes lie, and what is recorded of them.
struct Shelf {
  registry::MetadataStore& metadata;
  store::BlobStore& blobs;
  const Clock& clock;
};

// The blob, when it lies there as it was left: cheap unless its size, time or inode changed, which has it read whole.
// kDataLoss names `name` and the damage, and records it; kNotFound.
Result<registry::Blob> sound_blob(const Shelf& shelf, const Digest& digest, std::string_view name);

}  // namespace weighhouse::services
