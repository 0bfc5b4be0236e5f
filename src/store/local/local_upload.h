#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <string>

#include "base/guarded.h"
#include "store/blob_store.h"
#include "store/detail/block_table.h"
#include "store/detail/resumable_sha256.h"
#include "store/local/open_uploads.h"
#include "store/local/relay.h"
#include "store/local/shelf.h"
#include "store/local/spare_room.h"
#include "store/local/upload_files.h"
#include "store/refused.h"

namespace weighhouse::store {

// The path of a blob into the shelf. The thread that appends copies, checks and block-hashes; SHA-256, the
// slowest step, has a thread to itself; a third writes. So an upload runs at the speed of SHA-256 on one
// core, or of the disk.
//
// Checkpoints on the way do not stop it: the point is marked in the stream, and once both threads are past it
// a fourth flushes and saves the state of that point while the rest goes on.
class LocalUpload final : public UploadSession, public ShowsRefused {
 public:
  struct Settings {
    std::uint64_t checkpoint_bytes;
    std::uint64_t note_bytes;
    int note_share;
    Relay::Shape ring;
    bool has_room = false;  // its space is its own already
  };

  LocalUpload(Shelf& shelf, const SpareRoom& room, UploadFiles files, std::unique_ptr<File> data,
              OpenUploads::Claim claim, const Settings& settings, UploadState state);
  // Leaves an upload that was neither committed nor discarded as far as it got.
  ~LocalUpload() override;

  // Reads what lies behind the last midstate and the last whole block again.
  Result<> catch_up();

  const std::string& id() const override { return claim_.id(); }
  const UploadOptions& options() const override { return saved_.options; }
  std::uint64_t offset() const override { return failure_ ? saved_.offset : offset_; }
  Result<> append(std::span<const std::byte> bytes) override;
  Result<> checkpoint() override;
  Result<Digest> seal() override;
  Result<BlobInfo> commit() override;
  std::unique_ptr<RandomAccess> take_refused() override;

 private:
  struct Sealed {
    Digest digest;
    Sha256::Midstate midstate;  // the hash itself is used up
  };
  struct Midpoint {
    std::uint64_t offset;
    Sha256::Midstate sha256;
  };

  Result<> take_in(std::span<const std::byte> bytes);
  // Writes down how far it came for the case that this program ends, and flushes nothing for that.
  Result<> note_if_due();
  Result<> hash(std::uint64_t offset, std::span<const std::byte> bytes);
  Result<> write(std::uint64_t offset, std::span<const std::byte> bytes);

  UploadState state_now() const;
  void mark();
  Result<> begin_checkpoint_if_due();
  Result<> end_checkpoint();
  // Flushes, then saves: in this order what the state promises is there.
  Result<> make_durable(const UploadState& state);

  Result<> usable() const;
  Result<> failed(Error error);
  Result<Digest> end_stream();
  Result<BlobInfo> place();
  Result<> matches_declaration(const Digest& digest) const;
  void remove_files();

  Shelf& shelf_;
  const SpareRoom& room_;
  const UploadFiles files_;
  std::unique_ptr<File> data_;
  OpenUploads::Claim claim_;
  const Settings settings_;

  UploadState saved_;  // what is durable
  bool was_saved_ = false;
  bool ended_ = false;
  bool refused_ = false;  // for its digest: the file is open still, and has no name
  std::optional<Sealed> sealed_;
  std::optional<Error> failure_;

  // Of the thread that appends.
  std::uint64_t offset_;
  std::uint32_t crc32_;
  detail::BlockHasher blocks_;

  // Of the thread that hashes, and what it tells.
  detail::ResumableSha256 sha256_;
  std::atomic<std::uint64_t> wanted_midpoint_ = 0;
  Guarded<std::optional<Midpoint>> midpoint_;

  // Of the thread that writes, and what it tells.
  std::uint64_t window_begin_;
  std::uint64_t window_end_;
  std::atomic<std::uint64_t> written_;

  std::uint64_t noted_;
  std::chrono::steady_clock::time_point next_note_{};

  std::optional<UploadState> marked_;  // waits for both
  struct Checkpoint {
    UploadState state;
    std::future<Result<>> done;
  };
  std::optional<Checkpoint> running_;

  Relay relay_;  // last: its threads use the above
};

}  // namespace weighhouse::store
