#include "db/rows.h"
#include "db/transaction.h"

namespace weighhouse::db {

constexpr Query kPutLease{"lease.put", R"sql(
  INSERT INTO leases (digest, owner, expires_at) VALUES (?1, ?2, ?3)
  ON CONFLICT (digest, owner) DO UPDATE SET expires_at =
    CASE WHEN leases.expires_at > excluded.expires_at THEN leases.expires_at ELSE excluded.expires_at END)sql"};
constexpr Query kRevive{"lease.revive", "UPDATE blobs SET state = 'live' WHERE digest = ?1 AND state = 'condemned'"};

Result<> SqlTransaction::put_lease(const Lease& lease) {
  TRY(db_.change(kPutLease, {lease.digest, lease.owner, lease.expires_at}));
  TRY(db_.change(kRevive, {lease.digest}));
  return {};
}

// What items and contents hold is for those who may touch every namespace. A pattern is "*", "prefix*" or a namespace:
// ?3 is the text in front of the star, and ?4 the whole namespace, each NULL where the other says it.
constexpr Query kMayRefer{"lease.may_refer", R"sql(
  SELECT COUNT(*) FROM blobs b WHERE b.digest = ?1 AND b.state = 'live' AND (
    EXISTS (SELECT 1 FROM leases l WHERE l.digest = b.digest AND l.owner = ?2 AND l.expires_at > ?5)
    OR EXISTS (SELECT 1 FROM files f
               JOIN versions v ON v.model_id = f.model_id AND v.number = f.number
               JOIN models m ON m.id = f.model_id
               WHERE f.digest = b.digest AND v.listed = 1
                 AND (m.namespace = CAST(?4 AS TEXT)
                      OR substr(m.namespace, 1, length(CAST(?3 AS TEXT))) = CAST(?3 AS TEXT)))
    OR (CAST(?3 AS TEXT) = '' AND EXISTS (SELECT 1 FROM data_holders h WHERE h.digest = b.digest))))sql"};

Result<std::vector<Digest>> SqlTransaction::absent(std::span<const Digest> digests, std::string_view owner,
                                                   std::string_view namespace_pattern, Timestamp now) {
  const bool is_prefix = namespace_pattern.ends_with('*');
  const auto prefix =
      is_prefix ? std::optional{namespace_pattern.substr(0, namespace_pattern.size() - 1)} : std::nullopt;
  const auto whole = is_prefix ? std::nullopt : std::optional{namespace_pattern};
  std::vector<Digest> absent;
  for (const Digest& digest : digests) {
    if (TRY(db_.number(kMayRefer, {digest, owner, prefix, whole, now})) == 0) absent.push_back(digest);
  }
  return absent;
}

constexpr Query kDropLease{"lease.drop", "DELETE FROM leases WHERE digest = ?1 AND owner = ?2"};

Result<> SqlTransaction::drop_leases(std::span<const Digest> digests, std::string_view owner) {
  for (const Digest& digest : digests) TRY(db_.change(kDropLease, {digest, owner}));
  return {};
}

constexpr Query kPutUpload{"upload.put", R"sql(
  INSERT INTO uploads (id, owner, name, size_bytes, declared, created_at, finished) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
  ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, name = excluded.name, size_bytes = excluded.size_bytes,
    declared = excluded.declared, created_at = excluded.created_at, finished = excluded.finished)sql"};

Result<> SqlTransaction::put_upload(const Upload& upload) {
  TRY(db_.change(kPutUpload, {upload.id, upload.owner, upload.name, upload.size_bytes, upload.declared,
                              upload.created_at, upload.finished}));
  return {};
}

constexpr Query kFindUpload{"upload.find", R"sql(
  SELECT id, owner, name, size_bytes, declared, created_at, finished FROM uploads WHERE id = ?1)sql"};

Result<std::optional<Upload>> SqlTransaction::find_upload(std::string_view id) {
  return db_.find(kFindUpload, {id}, [](Columns& columns) {
    return Upload{.id = columns.text(),
                  .owner = columns.text(),
                  .name = columns.text(),
                  .size_bytes = columns.maybe(&Columns::size),
                  .declared = columns.maybe(&Columns::digest),
                  .created_at = columns.time(),
                  .finished = columns.maybe(&Columns::digest)};
  });
}

constexpr Query kRemoveUpload{"upload.remove", "DELETE FROM uploads WHERE id = ?1"};

Result<> SqlTransaction::remove_upload(std::string_view id) {
  TRY(db_.change(kRemoveUpload, {id}));
  return {};
}

}  // namespace weighhouse::db
