#include "services/intake.h"

#include <algorithm>

#include "base/log.h"
#include "base/text.h"
#include "formats/inspect.h"
#include "formats/tensor_hash.h"

namespace weighhouse::services {

using registry::Blob;
using registry::Lease;
using registry::Transaction;
using registry::Upload;

namespace {

constexpr std::size_t kIndexedTensors = 20'000;

Result<> require_owner(const Caller& caller, const std::optional<Upload>& upload, std::string_view id) {
  if (upload && upload->owner == caller.identity.name) return {};
  return fail(ErrorCode::kNotFound, "There is no unfinished upload \"" + printable(id, 40) +
                                        "\". It may be complete or discarded; begin a new one with POST /api/uploads.");
}

// What can be told of the bytes once they are durable. A file that cannot be understood is kept all the
// same: the report says so when someone asks.
struct Inside {
  std::string format;
  std::vector<registry::TensorEntry> tensors;
};

Inside look_inside(const store::BlobStore& blobs, const Digest& digest, std::string_view name) {
  const auto bytes = blobs.access(digest);
  if (!bytes) return {};
  const auto report = formats::inspect(**bytes, name);
  if (!report) return {};
  Inside inside{std::string{formats::to_string(report->format)}, {}};
  if (report->tensors.size() > kIndexedTensors) return inside;
  const auto hashes = formats::hash_tensors(**bytes, *report);
  if (!hashes) {
    log::warning("tensors could not be indexed", {{"blob", digest.to_string()}, {"reason", hashes.error().message}});
    return inside;
  }
  for (const auto& hash : *hashes) inside.tensors.push_back({digest, hash.name, hash.hash, hash.size_bytes});
  return inside;
}

// Damaged bytes count as absent: taking the same bytes in again is what mends them.
bool is_sound(const store::BlobStore& blobs, const Blob& blob) {
  if (!blob.damage.empty()) return false;
  const auto stored = blobs.find(blob.digest);
  return stored && *stored && (*stored)->size_bytes == blob.size_bytes;
}

}  // namespace

Result<std::optional<Blob>> Intake::find_known(const Caller& caller, const Digest& digest) {
  const auto missing = TRY(absent(caller, {&digest, 1}));
  if (!missing.empty()) return std::optional<Blob>{};
  return metadata_.read_value<std::optional<Blob>>([&](Transaction& rows) { return rows.find_blob(digest); });
}

Result<std::vector<Digest>> Intake::absent(const Caller& caller, std::span<const Digest> digests) {
  const Timestamp now = clock_.now();
  return metadata_.transact_value<std::vector<Digest>>([&](Transaction& rows) -> Result<std::vector<Digest>> {
    auto missing = TRY(rows.absent(digests, caller.identity.name, caller.identity.namespace_pattern, now));
    for (const Digest& digest : digests) {
      if (std::find(missing.begin(), missing.end(), digest) != missing.end()) continue;
      const auto blob = TRY(rows.find_blob(digest));
      if (!blob || !is_sound(blobs_, *blob)) {
        missing.push_back(digest);
      } else {
        TRY(rows.put_lease(Lease{digest, caller.identity.name, now + limits_.lease}));
      }
    }
    return missing;
  });
}

Result<std::unique_ptr<store::UploadSession>> Intake::begin(const Caller& caller, const NewUpload& upload) {
  const auto unfinished = TRY(list(caller));
  if (unfinished.size() >= limits_.open_uploads_per_owner) {
    return fail(ErrorCode::kResourceExhausted, "There are " + std::to_string(unfinished.size()) +
                                                   " unfinished uploads already. Finish or delete some of them first.");
  }
  auto session = TRY(blobs_.upload({.declared = upload.declared, .size_bytes = upload.size_bytes}));
  const Upload row{.id = session->id(),
                   .owner = caller.identity.name,
                   .name = upload.name,
                   .size_bytes = upload.size_bytes,
                   .declared = upload.declared,
                   .created_at = clock_.now()};
  TRY(metadata_.transact([&](Transaction& rows) { return rows.put_upload(row); }));
  return session;
}

Result<std::unique_ptr<store::UploadSession>> Intake::resume(const Caller& caller, std::string_view id) {
  const auto upload =
      TRY(metadata_.read_value<std::optional<Upload>>([&](Transaction& rows) { return rows.find_upload(id); }));
  TRY(require_owner(caller, upload, id));
  if (upload->finished) {
    return fail(ErrorCode::kFailedPrecondition,
                "The upload \"" + upload->id + "\" is complete: it became " + upload->finished->to_string() + ".");
  }
  return blobs_.resume(id);
}

Result<Blob> Intake::finish(const Caller& caller, store::UploadSession& session) {
  const auto info = TRY(session.commit());
  const auto upload = TRY(
      metadata_.read_value<std::optional<Upload>>([&](Transaction& rows) { return rows.find_upload(session.id()); }));
  const auto inside = look_inside(blobs_, info.digest, upload ? upload->name : std::string{});
  const Timestamp now = clock_.now();
  const Blob blob{.digest = info.digest,
                  .size_bytes = info.size_bytes,
                  .crc32 = info.crc32,
                  .modified_ns = info.modified_ns,
                  .inode = info.inode,
                  .format = inside.format,
                  .created_at = now,
                  .verified_at = now};
  TRY(metadata_.transact([&](Transaction& rows) -> Result<> {
    TRY(rows.put_blob(blob));
    TRY(rows.put_lease(Lease{blob.digest, caller.identity.name, now + limits_.lease}));
    TRY(rows.put_tensors(blob.digest, inside.tensors));
    if (!upload) return {};
    // The row stays until the next sweep, so that a client whose answer was lost learns how it ended.
    Upload ended = *upload;
    ended.finished = blob.digest;
    return rows.put_upload(ended);
  }));
  return blob;
}

Result<UploadState> Intake::state(const Caller& caller, std::string_view id) {
  const auto upload =
      TRY(metadata_.read_value<std::optional<Upload>>([&](Transaction& rows) { return rows.find_upload(id); }));
  TRY(require_owner(caller, upload, id));
  if (upload->finished) {
    const auto blob = TRY(metadata_.read_value<std::optional<Blob>>(
        [&](Transaction& rows) { return rows.find_blob(*upload->finished); }));
    return UploadState{*upload, blob ? blob->size_bytes : 0};
  }
  // Opening it tells how far it is durable; an append that is still running will be asked again soon.
  const auto session = TRY(blobs_.resume(id));
  return UploadState{*upload, session->offset()};
}

Result<std::vector<UploadState>> Intake::list(const Caller& caller) {
  const auto pending = TRY(blobs_.list_uploads());
  std::vector<UploadState> states;
  TRY(metadata_.read([&](Transaction& rows) -> Result<> {
    states.clear();
    for (const auto& one : pending) {
      const auto upload = TRY(rows.find_upload(one.id));
      if (upload && upload->owner == caller.identity.name && !upload->finished)
        states.push_back({*upload, one.size_bytes});
    }
    return {};
  }));
  return states;
}

Result<> Intake::discard(const Caller& caller, std::string_view id) {
  const auto upload =
      TRY(metadata_.read_value<std::optional<Upload>>([&](Transaction& rows) { return rows.find_upload(id); }));
  TRY(require_owner(caller, upload, id));
  TRY(blobs_.discard(id));
  return metadata_.transact([&](Transaction& rows) { return rows.remove_upload(id); });
}

Result<Blob> Intake::take(const Caller& caller, ByteSource& bytes, const NewUpload& upload) {
  auto session = TRY(begin(caller, upload));
  const auto receive = [&]() -> Result<Blob> {
    std::vector<std::byte> buffer(std::size_t{512} << 10U);
    for (;;) {
      const auto count = TRY(bytes.read(buffer));
      if (count == 0) return finish(caller, *session);
      TRY(session->append(std::span{buffer}.first(count)));
    }
  };
  auto blob = receive();
  const std::string id = session->id();
  session.reset();
  if (!blob) {
    if (const auto discarded = blobs_.discard(id); !discarded) {
      log::warning("an upload could not be discarded", {{"upload", id}, {"reason", discarded.error().message}});
    }
  }
  TRY(metadata_.transact([&](Transaction& rows) { return rows.remove_upload(id); }));
  return blob;
}

}  // namespace weighhouse::services
