#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/result.h"

namespace weighhouse::store {

// What is recorded of a blob when it is taken in. `modified_ns` and `inode` are 0 where there is no file;
// when they or the size no longer agree, the bytes are hashed again before they are served.
struct BlobInfo {
  Digest digest;
  std::uint64_t size_bytes = 0;
  std::uint32_t crc32 = 0;  // of the whole, as ZIP wants it
  std::int64_t modified_ns = 0;
  std::uint64_t inode = 0;
};

struct UploadOptions {
  std::optional<Digest> declared{};           // a commit with other bytes fails and keeps nothing
  std::optional<std::uint64_t> size_bytes{};  // likewise; also reserves the space, so that a full disk is known early
};

// An upload in progress. What `append` has acknowledged by a checkpoint survives a crash of either side;
// `offset` says from where to go on. A session that is destroyed without a commit leaves all it got to be
// resumed; who will not do that discards it. For one thread at a time.
class UploadSession {
 public:
  virtual ~UploadSession() = default;
  virtual const std::string& id() const = 0;
  virtual const UploadOptions& options() const = 0;
  virtual std::uint64_t offset() const = 0;

  // Hashes and writes in parallel; blocks when the disk is behind. After a failure the session holds what
  // it held at its last checkpoint, and is of no further use: resume it. More than the declared size is
  // kInvalidArgument and changes nothing; kCancelled when the upload was discarded.
  virtual Result<> append(std::span<const std::byte> bytes) = 0;

  // Makes everything up to `offset` survive a crash.
  virtual Result<> checkpoint() = 0;

  // The digest that `commit` will give: nothing can be appended afterwards, and whoever has to know what an upload
  // becomes, should the program die in its commit, can write it down first. kInvalidArgument when declared digest or
  // size do not agree: nothing is kept then.
  virtual Result<Digest> seal() = 0;

  // Seals, if that was not done. The blob is durable and visible afterwards. A blob that is already there is kept (and
  // mended if it is damaged). After any failure but that of `seal` nothing is visible, and the last checkpoint can be
  // resumed.
  virtual Result<BlobInfo> commit() = 0;
};

enum class Depth : std::uint8_t { kQuick, kDeep };

struct Damage {
  enum class Kind : std::uint8_t { kMissing, kWrongSize, kWrongBytes, kUnreadable };
  Kind kind;
  std::string message;                  // names the blob and what is wrong
  std::vector<std::uint64_t> blocks{};  // kWrongBytes: the damaged MiB, where the block table tells
};

// Keeps immutable blobs under their digests.
//
// A blob is wholly present or absent; no reader ever sees half of one. Knows nothing of what refers to a
// blob. Safe to use from any thread. Every implementation passes blob_store_contract.h.
class BlobStore {
 public:
  virtual ~BlobStore() = default;

  // Begins an upload that survives a crash of either side: append, ask for the offset, commit.
  virtual Result<std::unique_ptr<UploadSession>> upload(const UploadOptions& options) = 0;
  // Takes up an upload again, at the offset of its last checkpoint (or later, where the process lived on).
  // kNotFound, and kFailedPrecondition while someone else has it open.
  virtual Result<std::unique_ptr<UploadSession>> resume(std::string_view upload_id) = 0;
  // Forgets an upload, also under the feet of its session; an unknown one is no failure.
  virtual Result<> discard(std::string_view upload_id) = 0;
  // Ids of uploads that are neither committed nor discarded, with the time of their last byte.
  struct PendingUpload {
    std::string id;
    std::uint64_t size_bytes;
    std::int64_t modified_ns;
  };
  virtual Result<std::vector<PendingUpload>> list_uploads() const = 0;

  // kDataLoss when the size is not what was committed: the next upload of the digest mends it.
  virtual Result<std::optional<BlobInfo>> find(const Digest& digest) const = 0;

  // A reader of [offset, offset + length), clipped to the end; an offset beyond it is kInvalidArgument.
  // Its bytes are what was committed as far as size, time and the last scrub tell; who needs proof hashes
  // what it reads. kNotFound; kDataLoss when the size is not what was committed.
  virtual Result<std::unique_ptr<ByteSource>> open(const Digest& digest, ByteRange range = {}) const = 0;
  virtual Result<std::unique_ptr<RandomAccess>> access(const Digest& digest) const = 0;

  // Sets a blob aside, from where `restore` brings it back until `purge_trash`. Trashing an absent blob succeeds.
  // That nothing refers to it is the caller's to know: see services/collector.h.
  virtual Result<> trash(const Digest& digest) = 0;
  virtual Result<> restore(const Digest& digest) = 0;
  // Ends what was trashed before `older_than_ns` since the epoch; the bytes this freed.
  virtual Result<std::uint64_t> purge_trash(std::int64_t older_than_ns) = 0;
  // Removes at once, trash included; the bytes this freed.
  virtual Result<std::uint64_t> remove(const Digest& digest) = 0;

  // Nothing, or what is wrong. kQuick looks at presence and size, kDeep reads every byte.
  virtual Result<std::optional<Damage>> verify(const Digest& digest, std::uint64_t size_bytes, Depth depth) const = 0;
  // Sets a damaged blob aside with the reason, so that the next upload of its digest heals it.
  virtual Result<> quarantine(const Digest& digest, std::string_view reason) = 0;

  // Every blob that is there, in no order; stops when `visit` says false. For sweeps and rebuilding.
  virtual Result<> list(
      const std::function<bool(const Digest&, std::uint64_t size_bytes, std::int64_t modified_ns)>& visit) const = 0;

  // Where a blob's bytes lie as a plain file, if they do: for reflinks into the library.
  virtual std::optional<std::string> path_of(const Digest& digest) const = 0;
};

}  // namespace weighhouse::store
