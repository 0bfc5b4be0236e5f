#include "services/shelf.h"

#include "base/log.h"
#include "base/text.h"

namespace weighhouse::services {

using registry::Blob;
using registry::Transaction;

namespace {

bool is_as_recorded(const store::BlobInfo& found, const Blob& blob) {
  return found.size_bytes == blob.size_bytes && found.modified_ns == blob.modified_ns && found.inode == blob.inode;
}

}  // namespace

Result<Blob> sound_blob(const Shelf& shelf, const Digest& digest, std::string_view name) {
  const auto blob =
      TRY(shelf.metadata.read_value<std::optional<Blob>>([&](Transaction& rows) { return rows.find_blob(digest); }));
  if (!blob) return fail(ErrorCode::kNotFound, "There is no blob " + digest.to_string() + " here.");
  // Damage that the store sees by itself is told like any other, with the file's name, and recorded.
  const auto seen = shelf.blobs.find(digest);
  if (!seen && seen.error().code != ErrorCode::kDataLoss) return fail(seen.error());
  if (seen && *seen && blob->damage.empty() && is_as_recorded(**seen, *blob)) return *blob;

  const auto damage = TRY(shelf.blobs.verify(digest, blob->size_bytes, store::Depth::kDeep));
  const Timestamp now = shelf.clock.now();
  if (damage) {
    log::error("stored bytes are damaged",
               {{"blob", digest.to_string()}, {"file", std::string{name}}, {"damage", damage->message}});
    TRY(shelf.metadata.transact([&](Transaction& rows) { return rows.mark_verified(digest, now, damage->message); }));
    return fail(ErrorCode::kDataLoss,
                "\"" + printable(name) + "\" is damaged in the store: " + damage->message +
                    " Upload the same file again, or restore it from a backup, and it is mended.");
  }
  // The same bytes under another time or inode: a restored disk, a moved home.
  const auto found = TRY(shelf.blobs.find(digest));
  if (!found) return fail(ErrorCode::kNotFound, "There is no blob " + digest.to_string() + " here any more.");
  Blob refreshed = *blob;
  refreshed.modified_ns = found->modified_ns;
  refreshed.inode = found->inode;
  refreshed.verified_at = now;
  refreshed.damage.clear();
  TRY(shelf.metadata.transact([&](Transaction& rows) { return rows.put_blob(refreshed); }));
  return refreshed;
}

}  // namespace weighhouse::services
