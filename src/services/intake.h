#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "registry/metadata_store.h"
#include "services/caller.h"
#include "store/blob_store.h"

namespace weighhouse::services {

struct NewUpload {
  std::string name{};  // shown while it is unfinished
  std::optional<std::uint64_t> size_bytes{};
  std::optional<Digest> declared{};
};

struct UploadState {
  registry::Upload upload;
  std::uint64_t offset = 0;
};

// Takes bytes in. Bytes first, row second: a crash in between leaves a blob that nothing refers to, which
// is collected later, and never a row without its bytes. A lease, not the blob's age, keeps the collector
// away until a version refers to the blob; it also says who may publish it.
class Intake {
 public:
  struct Limits {
    std::chrono::hours lease{24};
    std::size_t open_uploads_per_owner = 100;
    std::uint64_t reserve_bytes = std::uint64_t{64} << 20U;  // left free on the disk
  };
  Intake(registry::MetadataStore& metadata, store::BlobStore& blobs, const Clock& clock, Limits limits)
      : metadata_(metadata), blobs_(blobs), clock_(clock), limits_(limits) {}

  // A blob that is here and that this caller may refer to; it is leased to the caller anew.
  Result<std::optional<registry::Blob>> find_known(const Caller& caller, const Digest& digest);
  // Those of `digests` that this caller still has to upload.
  Result<std::vector<Digest>> absent(const Caller& caller, std::span<const Digest> digests);

  // An upload that survives a crash: kept under its id until it is finished or discarded.
  Result<std::unique_ptr<store::UploadSession>> begin(const Caller& caller, const NewUpload& upload);
  // kNotFound for someone else's; kFailedPrecondition while it is being appended to elsewhere.
  Result<std::unique_ptr<store::UploadSession>> resume(const Caller& caller, std::string_view id);
  // Commits the bytes, then looks inside and makes the row and the caller's lease.
  Result<registry::Blob> finish(const Caller& caller, store::UploadSession& session);
  Result<UploadState> state(const Caller& caller, std::string_view id);
  Result<std::vector<UploadState>> list(const Caller& caller);
  Result<> discard(const Caller& caller, std::string_view id);

  // From begin to finish, for bytes at hand.
  Result<registry::Blob> take(const Caller& caller, ByteSource& bytes, const NewUpload& upload = {});

 private:
  registry::MetadataStore& metadata_;
  store::BlobStore& blobs_;
  const Clock& clock_;
  Limits limits_;
};

}  // namespace weighhouse::services
