#include "services/collector.h"

#include <algorithm>

#include "base/log.h"
#include "base/text.h"

namespace weighhouse::services {

using registry::Blob;
using registry::BlobState;
using registry::Transaction;

namespace {

constexpr std::size_t kBatch = 500;

std::int64_t nanoseconds(Timestamp at) { return std::chrono::nanoseconds{at.since_epoch()}.count(); }

}  // namespace

// The row says "deleting" before the file moves, so that nobody refers to it any more; the file is gone
// before the row goes, so that no row lacks its bytes except in that state.
Result<bool> Collector::free(const Digest& digest) {
  const Timestamp now = clock_.now();
  const bool doomed = TRY(metadata_.transact_value<bool>([&](Transaction& rows) -> Result<bool> {
    const bool condemned = TRY(rows.condemn(digest, now));
    return condemned ? rows.mark_deleting(digest, now) : Result<bool>{false};
  }));
  if (!doomed) return false;
  TRY(blobs_.remove(digest));
  TRY(metadata_.transact([&](Transaction& rows) { return rows.remove_blob(digest); }));
  return true;
}

Result<Freed> Collector::collect(DryRun dry_run) {
  Freed freed;
  for (;;) {
    const std::size_t length = dry_run == DryRun::kYes ? 1'000'000 : kBatch;
    const auto blobs = TRY(metadata_.read_value<std::vector<Blob>>(
        [&](Transaction& rows) { return rows.list_unreferenced(clock_.now(), length); }));
    bool freed_one = false;
    for (const auto& blob : blobs) {
      if (dry_run == DryRun::kNo && !TRY(free(blob.digest))) continue;
      freed.bytes += blob.size_bytes;
      freed.digests.push_back(blob.digest);
      freed_one = true;
    }
    if (dry_run == DryRun::kYes || !freed_one) return freed;
  }
}

Result<Freed> Collector::collect(std::span<const Digest> digests) {
  Freed freed;
  for (const Digest& digest : digests) {
    const auto blob =
        TRY(metadata_.read_value<std::optional<Blob>>([&](Transaction& rows) { return rows.find_blob(digest); }));
    if (!blob || !TRY(free(digest))) continue;
    freed.bytes += blob->size_bytes;
    freed.digests.push_back(digest);
  }
  return freed;
}

Result<Freed> Collector::advance() {
  const Timestamp now = clock_.now();
  const auto blobs = TRY(
      metadata_.read_value<std::vector<Blob>>([&](Transaction& rows) { return rows.list_unreferenced(now, kBatch); }));
  Freed freed;
  for (const auto& blob : blobs) {
    const bool waited = blob.state == BlobState::kCondemned && now - blob.created_at > keep_condemned_;
    if (waited) {
      if (!TRY(free(blob.digest))) continue;
      freed.bytes += blob.size_bytes;
      freed.digests.push_back(blob.digest);
    } else if (blob.state == BlobState::kLive && now - blob.created_at > std::chrono::hours{1}) {
      TRY(metadata_.transact_value<bool>([&](Transaction& rows) { return rows.condemn(blob.digest, now); }));
    }
  }
  return freed;
}

Result<> Collector::recover() {
  TRY(finish_deletions());
  return discard_orphans();
}

Result<> Collector::finish_deletions() {
  for (;;) {
    const auto blobs =
        TRY(metadata_.read_value<std::vector<Blob>>([&](Transaction& rows) { return rows.list_deleting(kBatch); }));
    if (blobs.empty()) return {};
    for (const auto& blob : blobs) {
      TRY(blobs_.remove(blob.digest));
      TRY(metadata_.transact([&](Transaction& rows) { return rows.remove_blob(blob.digest); }));
    }
  }
}

Result<Freed> Collector::sweep(DryRun dry_run, Size size) {
  // Younger files may belong to an upload whose row is about to be made.
  const auto young = nanoseconds(clock_.now()) - std::chrono::nanoseconds{std::chrono::hours{24}}.count();
  Freed strays;
  std::uint64_t stored = 0;
  Result<> looked{};
  TRY(blobs_.list([&](const Digest& digest, std::uint64_t size_bytes, std::int64_t modified_ns) {
    stored += size_bytes;
    if (modified_ns > young) return true;
    const auto row =
        metadata_.read_value<std::optional<Blob>>([&](Transaction& rows) { return rows.find_blob(digest); });
    if (!row) {
      looked = tl::unexpected<Error>{row.error()};
      return false;
    }
    if (!*row) {
      strays.bytes += size_bytes;
      strays.digests.push_back(digest);
    }
    return true;
  }));
  TRY(looked);
  if (dry_run == DryRun::kYes) return strays;
  if (size == Size::kAtMostATenth && strays.bytes > stored / 10) {
    return fail(
        ErrorCode::kFailedPrecondition,
        "Files of " + format_size(strays.bytes) + " in the store, of " + format_size(stored) +
            " in all, have no row in the database. That is more than a tenth, so nothing was moved: is this the right "
            "database? If it is, collect again with force.");
  }
  for (const Digest& digest : strays.digests) {
    TRY(blobs_.trash(digest));
    log::info("a file without a row went to the store's trash", {{"blob", digest.to_string()}});
  }
  return strays;
}

// The power may go before an upload's first checkpoint: what is left then is listed, but nobody can resume it.
Result<bool> Collector::can_go_on(const std::string& upload) {
  if (resumable_.contains(upload)) return true;
  const auto session = blobs_.resume(upload);
  if (session || session.error().code == ErrorCode::kFailedPrecondition) return true;  // or somebody has it open
  if (session.error().code == ErrorCode::kNotFound) return false;
  return fail(session.error());
}

// An upload gets its row before anybody learns its id. The row of one that has taken its place, but left some of its
// files behind, tells what it became.
Result<> Collector::discard_orphans() {
  for (const auto& upload : TRY(blobs_.list_uploads())) {
    const auto row = TRY(metadata_.read_value<std::optional<registry::Upload>>(
        [&](Transaction& rows) { return rows.find_upload(upload.id); }));
    if (row && TRY(can_go_on(upload.id))) continue;
    TRY(blobs_.discard(upload.id));
    if (row && !row->finished) {
      TRY(metadata_.transact([&](Transaction& rows) { return rows.remove_upload(upload.id); }));
    }
    log::info("an upload that nobody can go on with was discarded", {{"upload", upload.id}});
  }
  return {};
}

Result<> Collector::discard_idle_uploads(std::chrono::hours idle) {
  const auto before = nanoseconds(clock_.now()) - std::chrono::nanoseconds{idle}.count();
  const auto uploads = TRY(blobs_.list_uploads());
  std::set<std::string> still_resumable;
  for (const auto& upload : uploads) {
    const bool fresh = upload.modified_ns > before;
    if (fresh && TRY(can_go_on(upload.id))) {
      still_resumable.insert(upload.id);
      continue;
    }
    TRY(blobs_.discard(upload.id));
    TRY(metadata_.transact([&](Transaction& rows) -> Result<> {
      const auto row = TRY(rows.find_upload(upload.id));
      return fresh && row && row->finished ? Result<>{} : rows.remove_upload(upload.id);
    }));
    log::info(fresh ? "a broken upload was discarded" : "an idle upload was discarded", {{"upload", upload.id}});
  }
  resumable_ = std::move(still_resumable);
  return {};
}

}  // namespace weighhouse::services
