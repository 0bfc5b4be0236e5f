#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/guarded.h"
#include "base/time.h"
#include "store/blob_store.h"

namespace weighhouse::store {

// A BlobStore that ends with the process: for tests of other rooms. Sessions and readers share what they
// need and may outlive it.
class MemoryBlobStore final : public BlobStore {
 public:
  explicit MemoryBlobStore(std::shared_ptr<const Clock> clock = std::make_shared<SystemClock>());
  ~MemoryBlobStore() override;

  Result<std::unique_ptr<UploadSession>> upload(const UploadOptions& options) override;
  Result<std::unique_ptr<UploadSession>> resume(std::string_view upload_id) override;
  Result<> discard(std::string_view upload_id) override;
  Result<std::vector<PendingUpload>> list_uploads() const override;
  Result<std::optional<BlobInfo>> find(const Digest& digest) const override;
  Result<std::unique_ptr<ByteSource>> open(const Digest& digest, ByteRange range) const override;
  Result<std::unique_ptr<RandomAccess>> access(const Digest& digest) const override;
  Result<> trash(const Digest& digest) override;
  Result<> restore(const Digest& digest) override;
  Result<std::uint64_t> purge_trash(std::int64_t older_than_ns) override;
  Result<std::uint64_t> remove(const Digest& digest) override;
  Result<std::optional<Damage>> verify(const Digest& digest, std::uint64_t size_bytes, Depth depth) const override;
  Result<> quarantine(const Digest& digest, std::string_view reason) override;
  Result<> list(const std::function<bool(const Digest&, std::uint64_t, std::int64_t)>& visit) const override;
  std::optional<std::string> path_of(const Digest& digest) const override;

  // What a failing disk does: the blob's bytes become these, or are lost.
  void damage(const Digest& digest, std::optional<std::string> bytes);

 private:
  struct Contents;
  class Session;
  std::shared_ptr<Guarded<Contents>> contents_;
  std::shared_ptr<const Clock> clock_;
};

}  // namespace weighhouse::store
