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
  registry::Upload upload;  // `finished` only once it is so
  std::uint64_t offset = 0;
};

class Intake;

// The bytes of one request, taken in whole or not at all: gone with this object unless `finish` succeeded. Nobody is
// told its id, so it counts towards no limit, and what a crash leaves of it goes at the next start.
class Delivery {
 public:
  Delivery(Intake& intake, Caller caller, std::string name, std::unique_ptr<store::UploadSession> session)
      : intake_(intake), caller_(std::move(caller)), name_(std::move(name)), session_(std::move(session)) {}
  Delivery(const Delivery&) = delete;
  Delivery& operator=(const Delivery&) = delete;
  ~Delivery();

  Result<> append(std::span<const std::byte> bytes) { return session_->append(bytes); }
  Result<registry::Blob> finish();

 private:
  friend class Intake;
  Result<store::BlobInfo> commit();

  Intake& intake_;
  Caller caller_;
  std::string name_;
  std::unique_ptr<store::UploadSession> session_;
};

// Takes bytes in. Bytes first, row second: a crash in between leaves a blob that nothing refers to, which
// is collected later, and never a row without its bytes. A lease, not the blob's age, keeps the collector
// away until a version refers to the blob; it also says who may publish it.
//
// An upload has a row once its id may be known to somebody. The row says what it becomes before the bytes take their
// place, so that whoever asks after a crash finds either the upload at its full offset or the blob.
class Intake {
 public:
  struct Limits {
    std::chrono::hours lease{24};
    std::size_t open_uploads_per_owner = 100;
  };
  Intake(registry::MetadataStore& metadata, store::BlobStore& blobs, const Clock& clock, Limits limits)
      : metadata_(metadata), blobs_(blobs), clock_(clock), limits_(limits) {}

  // A blob that is here and that this caller may refer to; it is leased to the caller anew.
  Result<std::optional<registry::Blob>> find_known(const Caller& caller, const Digest& digest);
  // Those of `digests` that this caller still has to upload.
  Result<std::vector<Digest>> absent(const Caller& caller, std::span<const Digest> digests);

  Result<std::unique_ptr<Delivery>> deliver(const Caller& caller, const NewUpload& upload);
  // The same from begin to end, for bytes at hand.
  Result<registry::Blob> take(const Caller& caller, ByteSource& bytes, const NewUpload& upload = {});

  // Short texts, each a blob; their digests in order. One transaction before and one behind all of them.
  Result<std::vector<Digest>> take_texts(const Caller& caller, std::span<const std::string_view> texts);

  // An upload that survives a crash: kept under its id until it is finished or discarded.
  Result<std::unique_ptr<store::UploadSession>> begin(const Caller& caller, const NewUpload& upload);
  struct Resumed {
    std::unique_ptr<store::UploadSession> session;  // none: it is complete
    UploadState state;
  };
  // kNotFound for someone else's; kFailedPrecondition while it is being appended to elsewhere.
  Result<Resumed> resume(const Caller& caller, std::string_view id);
  // Commits the bytes, then looks inside and makes the row and the caller's lease.
  Result<registry::Blob> finish(const Caller& caller, store::UploadSession& session);
  Result<UploadState> state(const Caller& caller, std::string_view id);
  // Those that are not complete.
  Result<std::vector<UploadState>> list(const Caller& caller);
  Result<> discard(const Caller& caller, std::string_view id);

 private:
  friend class Delivery;

  Result<registry::Upload> get_upload(const Caller& caller, std::string_view id);
  Result<registry::Blob> end(const Caller& caller, store::UploadSession& session, std::string_view name,
                             const std::optional<registry::Upload>& upload);
  Result<> expect(const Caller& caller, const Digest& digest, const std::optional<registry::Upload>& upload);
  Result<> expect(registry::Transaction& rows, const Caller& caller, const Digest& digest);
  Result<registry::Blob> settle(const Caller& caller, const store::BlobInfo& info, std::string_view name);
  Result<registry::Blob> get_finished(const Caller& caller, const registry::Upload& upload);

  registry::MetadataStore& metadata_;
  store::BlobStore& blobs_;
  const Clock& clock_;
  Limits limits_;
};

}  // namespace weighhouse::services
