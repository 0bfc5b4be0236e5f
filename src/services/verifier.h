#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "registry/metadata_store.h"
#include "services/caller.h"
#include "store/blob_store.h"

namespace weighhouse::services {

struct DamagedBlob {
  Digest digest;
  store::Damage damage;
  std::vector<std::string> references{};  // who needs it
};
struct Verification {
  std::uint64_t blobs = 0;
  std::uint64_t bytes = 0;
  std::vector<DamagedBlob> damaged{};
};

// Checks that every blob is there and whole, and records what it found. Damaged bytes are never repaired
// by guessing: uploading the same file again heals them.
class Verifier {
 public:
  // Told the bytes done and in all; false stops with kCancelled.
  using Progress = std::function<bool(std::uint64_t done_bytes, std::uint64_t all_bytes)>;

  Verifier(registry::MetadataStore& metadata, store::BlobStore& blobs, const Clock& clock)
      : metadata_(metadata), blobs_(blobs), clock_(clock) {}

  Result<Verification> verify(const Caller& caller, const std::optional<registry::Reference>& only, store::Depth depth,
                              const Progress& progress);

 private:
  registry::MetadataStore& metadata_;
  store::BlobStore& blobs_;
  const Clock& clock_;
};

}  // namespace weighhouse::services
