#include "services/intake.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <future>
#include <map>

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

Blob described(const store::BlobInfo& info, Timestamp now) {
  return {.digest = info.digest,
          .size_bytes = info.size_bytes,
          .crc32 = info.crc32,
          .modified_ns = info.modified_ns,
          .inode = info.inode,
          .format = {},
          .created_at = now,
          .verified_at = now};
}

// Damaged bytes count as absent: taking the same bytes in again is what mends them.
bool is_sound(const store::BlobStore& blobs, const Blob& blob) {
  if (!blob.damage.empty()) return false;
  const auto stored = blobs.find(blob.digest);
  return stored && *stored && (*stored)->size_bytes == blob.size_bytes;
}

// Several threads take the numbers below `count` in turn: short files wait for the disk most of the time, which writes
// many of them as quickly as one. The first failure; what others are at is ended first.
Result<> for_each_at_once(std::size_t count, const std::function<Result<>(std::size_t)>& take) {
  constexpr std::size_t kThreads = 8;
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> failed = false;
  const auto work = [&]() -> Result<> {
    for (std::size_t i = next++; i < count && !failed; i = next++) {
      auto taken = take(i);
      if (taken) continue;
      failed = true;
      return taken;
    }
    return {};
  };
  std::vector<std::future<Result<>>> others;
  for (std::size_t i = 1; i < std::min(count, kThreads); ++i) others.push_back(std::async(std::launch::async, work));
  auto result = work();
  for (auto& other : others) {
    auto ended = other.get();
    if (result) result = std::move(ended);
  }
  return result;
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

Result<std::unique_ptr<Delivery>> Intake::deliver(const Caller& caller, const NewUpload& upload) {
  auto session = TRY(blobs_.upload({.declared = upload.declared, .size_bytes = upload.size_bytes}));
  return std::make_unique<Delivery>(*this, caller, upload.name, std::move(session));
}

Result<Blob> Delivery::finish() {
  auto blob = TRY(intake_.end(caller_, *session_, name_, std::nullopt));
  session_.reset();
  return blob;
}

Result<store::BlobInfo> Delivery::commit() {
  auto info = TRY(session_->commit());
  session_.reset();
  return info;
}

// Discarded under the feet of its session, which would otherwise flush what nobody will resume.
Delivery::~Delivery() {
  if (!session_) return;
  if (const auto discarded = intake_.blobs_.discard(session_->id()); !discarded) {
    log::warning("an upload could not be discarded",
                 {{"upload", session_->id()}, {"reason", discarded.error().message}});
  }
}

Result<Blob> Intake::take(const Caller& caller, ByteSource& bytes, const NewUpload& upload) {
  const auto delivery = TRY(deliver(caller, upload));
  std::vector<std::byte> buffer(std::size_t{512} << 10U);
  for (;;) {
    const auto count = TRY(bytes.read(buffer));
    if (count == 0) return delivery->finish();
    TRY(delivery->append(std::span{buffer}.first(count)));
  }
}

// The same steps as for one upload, but each transaction once for all of them.
Result<std::vector<Digest>> Intake::take_texts(const Caller& caller, std::span<const std::string_view> texts) {
  std::vector<Digest> digests;
  std::map<Digest, std::string_view> by_digest;
  for (const std::string_view text : texts) {
    digests.push_back(Digest::of(text));
    by_digest.emplace(digests.back(), text);
  }
  std::vector<Digest> distinct;
  for (const auto& [digest, text] : by_digest) distinct.push_back(digest);
  const auto missing = TRY(absent(caller, distinct));
  if (missing.empty()) return digests;

  TRY(metadata_.transact([&](Transaction& rows) -> Result<> {
    for (const Digest& digest : missing) TRY(expect(rows, caller, digest));
    return {};
  }));
  std::vector<Blob> blobs(missing.size());
  TRY(for_each_at_once(missing.size(), [&](std::size_t i) -> Result<> {
    const std::string_view text = by_digest.at(missing[i]);
    const auto delivery = TRY(deliver(caller, {.size_bytes = text.size(), .declared = missing[i]}));
    TRY(delivery->append(std::as_bytes(std::span{text})));
    blobs[i] = described(TRY(delivery->commit()), clock_.now());
    blobs[i].format = look_inside(blobs_, missing[i], {}).format;
    return {};
  }));
  TRY(metadata_.transact([&](Transaction& rows) -> Result<> {
    for (const Blob& blob : blobs) TRY(rows.put_blob(blob));
    return {};
  }));
  return digests;
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

Result<Upload> Intake::get_upload(const Caller& caller, std::string_view id) {
  auto upload =
      TRY(metadata_.read_value<std::optional<Upload>>([&](Transaction& rows) { return rows.find_upload(id); }));
  TRY(require_owner(caller, upload, id));
  return *std::move(upload);
}

// As long as the store can resume it, an upload is unfinished, whatever was noted of its end.
Result<Intake::Resumed> Intake::resume(const Caller& caller, std::string_view id) {
  auto upload = TRY(get_upload(caller, id));
  auto session = blobs_.resume(id);
  if (session) {
    upload.finished.reset();
    const std::uint64_t offset = (*session)->offset();
    return Resumed{std::move(session).take(), {std::move(upload), offset}};
  }
  if (!upload.finished || session.error().code != ErrorCode::kNotFound) return fail(std::move(session).error());
  const auto blob = TRY(get_finished(caller, upload));
  return Resumed{nullptr, {std::move(upload), blob.size_bytes}};
}

Result<UploadState> Intake::state(const Caller& caller, std::string_view id) {
  // Opening it tells how far it is durable; an append that is still running will be asked again soon.
  auto resumed = TRY(resume(caller, id));
  return std::move(resumed.state);
}

// The bytes took their place; where a crash came before the rows, they are made now.
Result<Blob> Intake::get_finished(const Caller& caller, const Upload& upload) {
  const Digest& digest = *upload.finished;
  const auto known =
      TRY(metadata_.read_value<std::optional<Blob>>([&](Transaction& rows) -> Result<std::optional<Blob>> {
        const auto& who = caller.identity;
        const auto absent = TRY(rows.absent({&digest, 1}, who.name, who.namespace_pattern, clock_.now()));
        return absent.empty() ? rows.find_blob(digest) : Result<std::optional<Blob>>{std::nullopt};
      }));
  if (known) return *known;
  TRY(expect(caller, digest, std::nullopt));
  const auto info = TRY(blobs_.find(digest));
  if (info) return settle(caller, *info, upload.name);
  return fail(ErrorCode::kNotFound, "The upload \"" + upload.id + "\" became " + digest.to_string() +
                                        ", which nothing referred to and which is gone since. Upload it again.");
}

Result<Blob> Intake::finish(const Caller& caller, store::UploadSession& session) {
  const auto upload = TRY(get_upload(caller, session.id()));
  return end(caller, session, upload.name, upload);
}

Result<Blob> Intake::end(const Caller& caller, store::UploadSession& session, std::string_view name,
                         const std::optional<Upload>& upload) {
  TRY(expect(caller, TRY(session.seal()), upload));
  return settle(caller, TRY(session.commit()), name);
}

// From here on the collector leaves the digest alone, also where its bytes are here already. What it has begun to
// delete cannot be had back: a moment later it is gone, and the bytes are as good as new.
Result<> Intake::expect(const Caller& caller, const Digest& digest, const std::optional<Upload>& upload) {
  return metadata_.transact([&](Transaction& rows) -> Result<> {
    TRY(expect(rows, caller, digest));
    if (!upload) return {};
    Upload ending = *upload;
    ending.finished = digest;
    return rows.put_upload(ending);
  });
}

Result<> Intake::expect(Transaction& rows, const Caller& caller, const Digest& digest) {
  const auto blob = TRY(rows.find_blob(digest));
  if (blob && blob->state == registry::BlobState::kDeleting) {
    return fail(ErrorCode::kUnavailable,
                "An older copy of " + digest.to_string() + " is just being deleted. Try again in a moment.");
  }
  return rows.put_lease(Lease{digest, caller.identity.name, clock_.now() + limits_.lease});
}

Result<Blob> Intake::settle(const Caller& caller, const store::BlobInfo& info, std::string_view name) {
  const auto inside = look_inside(blobs_, info.digest, name);
  const Timestamp now = clock_.now();
  Blob blob = described(info, now);
  blob.format = inside.format;
  TRY(metadata_.transact([&](Transaction& rows) -> Result<> {
    TRY(rows.put_blob(blob));
    TRY(rows.put_lease(Lease{blob.digest, caller.identity.name, now + limits_.lease}));
    return rows.put_tensors(blob.digest, inside.tensors);
  }));
  return blob;
}

Result<std::vector<UploadState>> Intake::list(const Caller& caller) {
  const auto pending = TRY(blobs_.list_uploads());
  std::vector<UploadState> states;
  TRY(metadata_.read([&](Transaction& rows) -> Result<> {
    states.clear();
    for (const auto& one : pending) {
      auto upload = TRY(rows.find_upload(one.id));
      if (!upload || upload->owner != caller.identity.name) continue;
      upload->finished.reset();
      states.push_back({*std::move(upload), one.size_bytes});
    }
    return {};
  }));
  return states;
}

Result<> Intake::discard(const Caller& caller, std::string_view id) {
  TRY(get_upload(caller, id));
  TRY(blobs_.discard(id));
  return metadata_.transact([&](Transaction& rows) { return rows.remove_upload(id); });
}

}  // namespace weighhouse::services
