#include "db/rows.h"
#include "db/transaction.h"

namespace weighhouse::db {

// The registry's answer "live" is what lets a version refer to a blob: a condemned one comes back to life,
// one that is being deleted does not, since its bytes may be gone already.
constexpr Query kPutBlob{"blob.put", R"sql(
  INSERT INTO blobs (digest, size_bytes, crc32, modified_ns, inode, state, format, created_at, verified_at, damage)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
  ON CONFLICT DO NOTHING)sql"};
constexpr Query kRefreshBlob{"blob.refresh", R"sql(
  UPDATE blobs SET size_bytes = ?2, crc32 = ?3, modified_ns = ?4, inode = ?5, format = ?6, verified_at = ?7,
    damage = ?8, state = CASE state WHEN 'condemned' THEN 'live' ELSE state END
  WHERE digest = ?1)sql"};
constexpr Query kCountBlob{"blob.count", R"sql(
  INSERT INTO counters (name, value) VALUES ('blobs', ?1), ('stored_bytes', ?2)
  ON CONFLICT (name) DO UPDATE SET value = counters.value + excluded.value)sql"};

Result<> SqlTransaction::put_blob(const Blob& blob) {
  const auto added =
      TRY(db_.change(kPutBlob, {blob.digest, blob.size_bytes, blob.crc32, blob.modified_ns, blob.inode,
                                to_string(blob.state), blob.format, blob.created_at, blob.verified_at, blob.damage}));
  if (added == 1) {
    TRY(db_.change(kCountBlob, {1, blob.size_bytes}));
    return {};
  }
  TRY(db_.change(kRefreshBlob, {blob.digest, blob.size_bytes, blob.crc32, blob.modified_ns, blob.inode, blob.format,
                                blob.verified_at, blob.damage}));
  return {};
}

const ComposedQuery kFindBlob{"blob.find", {"SELECT ", kBlobColumns, " FROM blobs b WHERE b.digest = ?1"}};

Result<std::optional<Blob>> SqlTransaction::find_blob(const Digest& digest) {
  return db_.find(kFindBlob, {digest}, read_blob);
}

const ComposedQuery kListBlobs{
    "blob.list", {"SELECT ", kBlobColumns, " FROM blobs b WHERE b.digest > ?1 ORDER BY b.digest LIMIT ?2"}};

Result<std::vector<Blob>> SqlTransaction::list_blobs(const std::optional<Digest>& after, std::size_t length) {
  return db_.list(kListBlobs, {after ? after->to_string() : std::string{}, length}, read_blob);
}

constexpr Query kMarkVerified{"blob.verified", "UPDATE blobs SET verified_at = ?2, damage = ?3 WHERE digest = ?1"};

Result<> SqlTransaction::mark_verified(const Digest& digest, Timestamp at, std::string_view damage) {
  if (TRY(db_.change(kMarkVerified, {digest, at, damage})) == 1) return {};
  return fail(ErrorCode::kNotFound, "There is no blob " + digest.to_string() + ".");
}

constexpr Query kReferrers{"blob.referrers", R"sql(
  SELECT DISTINCT m.namespace, m.name, f.number
  FROM files f JOIN models m ON m.id = f.model_id WHERE f.digest = ?1 ORDER BY m.namespace, m.name, f.number LIMIT ?2)sql"};

Result<std::vector<std::string>> SqlTransaction::list_referrers(const Digest& digest, std::size_t length) {
  return db_.list(kReferrers, {digest, length}, [](Columns& columns) {
    const auto name_space = columns.text();
    const auto name = columns.text();
    return name_space + "/" + name + "@" + std::to_string(columns.integer());
  });
}

constexpr Query kDropTensors{"tensor.drop", "DELETE FROM tensors WHERE blob = ?1"};
constexpr Query kPutTensor{"tensor.put", R"sql(
  INSERT INTO tensors (blob, name, hash, size_bytes) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING)sql"};

Result<> SqlTransaction::put_tensors(const Digest& blob, std::span<const TensorEntry> tensors) {
  TRY(db_.change(kDropTensors, {blob}));
  for (const TensorEntry& tensor : tensors) {
    TRY(db_.change(kPutTensor, {blob, tensor.name, tensor.hash, tensor.size_bytes}));
  }
  return {};
}

constexpr Query kSharedTensors{"tensor.shared", R"sql(
  SELECT CAST(COALESCE(SUM(t.size_bytes), 0) AS BIGINT) FROM tensors t
  WHERE t.blob = ?1 AND EXISTS (SELECT 1 FROM tensors o WHERE o.hash = t.hash AND o.blob <> t.blob))sql"};

Result<std::uint64_t> SqlTransaction::shared_tensor_bytes(const Digest& blob) {
  return static_cast<std::uint64_t>(TRY(db_.number(kSharedTensors, {blob})));
}

}  // namespace weighhouse::db
