#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/time.h"
#include "store/blob_store.h"
#include "store/local/file_system.h"

namespace weighhouse::store {

struct LocalOptions {
  std::shared_ptr<FileSystem> files{};           // the real one unless given
  std::shared_ptr<const Clock> clock{};          // the system's unless given; for ids and the times in the trash
  std::uint64_t checkpoint_bytes = 256U << 20U;  // what a crash may cost an upload at most
  std::uint64_t note_bytes = 64U << 10U;         // what the end of this program may, while the machine lives on,
  int note_share = 5;                            // where writing that down takes less than such a part of the time
  std::uint64_t spare_bytes = 64U << 20U;        // left free on the disk, or a sixteenth of a smaller one
  // The ring of each upload in progress: buffers times bytes is its memory. What fits into one buffer takes no threads.
  std::size_t buffer_bytes = std::size_t{1} << 20U;
  std::size_t buffers = 4;
};

// A BlobStore in one directory of one file system, of which a person can make sense: README.txt there says
// how. Sessions and readers must not outlive it.
class LocalBlobStore final : public BlobStore {
 public:
  // Makes what is missing. kFailedPrecondition, with a way out, while another process has the store open, when
  // a newer program made it, or when its parts lie on several file systems.
  static Result<std::unique_ptr<LocalBlobStore>> open(const std::string& root, LocalOptions options = {});
  ~LocalBlobStore() override;

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

 private:
  struct Parts;
  explicit LocalBlobStore(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace weighhouse::store
