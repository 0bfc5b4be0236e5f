#include "db/rows.h"
#include "db/transaction.h"

namespace weighhouse::db {

// `refs` says where to look; whether nothing refers to a blob is asked of those who would.
const ComposedQuery kUnreferenced{"collect.unreferenced", {"SELECT ", kBlobColumns, R"sql(
  FROM blobs b WHERE b.refs = 0 AND b.state <> 'deleting'
    AND NOT EXISTS (SELECT 1 FROM holders h WHERE h.digest = b.digest)
    AND NOT EXISTS (SELECT 1 FROM leases l WHERE l.digest = b.digest AND l.expires_at > ?1)
  ORDER BY b.digest LIMIT ?2)sql"}};

Result<std::vector<Blob>> SqlTransaction::list_unreferenced(Timestamp now, std::size_t length) {
  return db_.list(kUnreferenced, {now, length}, read_blob);
}

constexpr Query kCondemn{"collect.condemn", R"sql(
  UPDATE blobs SET state = 'condemned' WHERE digest = ?1 AND state <> 'deleting'
    AND NOT EXISTS (SELECT 1 FROM holders h WHERE h.digest = blobs.digest)
    AND NOT EXISTS (SELECT 1 FROM leases l WHERE l.digest = blobs.digest AND l.expires_at > ?2))sql"};

Result<bool> SqlTransaction::condemn(const Digest& digest, Timestamp now) {
  return TRY(db_.change(kCondemn, {digest, now})) == 1;
}

constexpr Query kMarkDeleting{"collect.mark_deleting", R"sql(
  UPDATE blobs SET state = 'deleting' WHERE digest = ?1 AND state = 'condemned'
    AND NOT EXISTS (SELECT 1 FROM holders h WHERE h.digest = blobs.digest)
    AND NOT EXISTS (SELECT 1 FROM leases l WHERE l.digest = blobs.digest AND l.expires_at > ?2))sql"};

Result<bool> SqlTransaction::mark_deleting(const Digest& digest, Timestamp now) {
  return TRY(db_.change(kMarkDeleting, {digest, now})) == 1;
}

const ComposedQuery kListDeleting{
    "collect.deleting",
    {"SELECT ", kBlobColumns, " FROM blobs b WHERE b.state = 'deleting' ORDER BY b.digest LIMIT ?1"}};

Result<std::vector<Blob>> SqlTransaction::list_deleting(std::size_t length) {
  return db_.list(kListDeleting, {length}, read_blob);
}

constexpr Query kReferred{"collect.referred", "SELECT COUNT(*) FROM holders WHERE digest = ?1"};
constexpr Query kRemoveBlob{"collect.remove", "DELETE FROM blobs WHERE digest = ?1 RETURNING size_bytes"};
constexpr Query kDropLeases{"collect.drop_leases", "DELETE FROM leases WHERE digest = ?1"};
constexpr Query kUncount{"collect.uncount", R"sql(
  UPDATE counters SET value = value - CASE name WHEN 'blobs' THEN 1 ELSE ?1 END
  WHERE name IN ('blobs', 'stored_bytes'))sql"};

Result<> SqlTransaction::remove_blob(const Digest& digest) {
  if (TRY(db_.number(kReferred, {digest})) > 0) {
    return fail(ErrorCode::kFailedPrecondition, "Something refers to " + digest.to_string() + "; it must stay.");
  }
  const auto size_bytes = TRY(db_.find(kRemoveBlob, {digest}, [](Columns& columns) { return columns.integer(); }));
  if (!size_bytes) return {};
  TRY(db_.change(kDropLeases, {digest}));
  TRY(db_.change(kUncount, {*size_bytes}));
  return {};
}

constexpr Query kCounters{"storage.counters", "SELECT name, value FROM counters"};
constexpr Query kUnreferencedBytes{"storage.unreferenced", R"sql(
  SELECT CAST(COALESCE(SUM(b.size_bytes), 0) AS BIGINT) FROM blobs b WHERE b.refs = 0
    AND NOT EXISTS (SELECT 1 FROM leases l WHERE l.digest = b.digest AND l.expires_at > ?1))sql"};
constexpr Query kTrashedBytes{"storage.trashed", R"sql(
  WITH trashed AS (
    SELECT v.model_id, v.number FROM trash t
    JOIN versions v ON v.model_id = t.model_id AND (t.number IS NULL OR v.number = t.number))
  SELECT CAST(COALESCE(SUM(b.size_bytes), 0) AS BIGINT) FROM blobs b
  WHERE b.digest IN (SELECT f.digest FROM trashed x JOIN files f ON f.model_id = x.model_id AND f.number = x.number)
    AND NOT EXISTS (SELECT 1 FROM files o JOIN versions v ON v.model_id = o.model_id AND v.number = o.number
                    WHERE o.digest = b.digest AND v.listed = 1)
    AND NOT EXISTS (SELECT 1 FROM data_holders h WHERE h.digest = b.digest))sql"};
constexpr Query kTrashedDataBytes{"storage.trashed_data", R"sql(
  SELECT CAST(COALESCE(SUM(b.size_bytes), 0) AS BIGINT) FROM blobs b
  WHERE b.digest IN (SELECT i.digest FROM datasets d JOIN items i ON i.dataset_id = d.id WHERE d.trash_id IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM files f WHERE f.digest = b.digest)
    AND NOT EXISTS (SELECT 1 FROM content_files f WHERE f.digest = b.digest)
    AND NOT EXISTS (SELECT 1 FROM items i JOIN datasets d ON d.id = i.dataset_id
                    WHERE i.digest = b.digest AND d.deleted_at IS NULL))sql"};

Result<StorageTotals> SqlTransaction::storage_totals(Timestamp now) {
  StorageTotals totals;
  TRY(db_.run(kCounters, {}, [&](const Row& row) -> Result<> {
    const std::string_view name = row.text(0);
    const std::int64_t value = row.integer(1);
    if (name.starts_with("models/")) totals.models += value;
    if (name == "versions") totals.versions = value;
    if (name == "blobs") totals.blobs = value;
    if (name == "referenced_bytes") totals.referenced_bytes = static_cast<std::uint64_t>(value);
    if (name == "stored_bytes") totals.stored_bytes = static_cast<std::uint64_t>(value);
    return {};
  }));
  totals.unreferenced_bytes = static_cast<std::uint64_t>(TRY(db_.number(kUnreferencedBytes, {now})));
  totals.trashed_bytes =
      static_cast<std::uint64_t>(TRY(db_.number(kTrashedBytes, {})) + TRY(db_.number(kTrashedDataBytes, {})));
  return totals;
}

constexpr Query kLargest{"storage.largest", R"sql(
  SELECT m.id, m.namespace, m.name, m.size_bytes FROM models m WHERE m.deleted_at IS NULL
  ORDER BY m.size_bytes DESC, m.id DESC LIMIT ?1)sql"};
constexpr Query kUniqueBytes{"storage.unique", R"sql(
  SELECT CAST(COALESCE(SUM(b.size_bytes), 0) AS BIGINT) FROM blobs b
  WHERE b.digest IN (SELECT digest FROM files WHERE model_id = ?1)
    AND NOT EXISTS (SELECT 1 FROM files o WHERE o.digest = b.digest AND o.model_id <> ?1)
    AND NOT EXISTS (SELECT 1 FROM data_holders h WHERE h.digest = b.digest))sql"};

Result<std::vector<ModelStorage>> SqlTransaction::largest_models(std::size_t length) {
  auto models = TRY(db_.list(kLargest, {length}, [](Columns& columns) {
    ModelStorage storage{.model = {columns.text()}, .reference = columns.text()};
    storage.reference += "/" + columns.text();
    storage.size_bytes = columns.size();
    return storage;
  }));
  for (ModelStorage& storage : models) {
    storage.unique_bytes = static_cast<std::uint64_t>(TRY(db_.number(kUniqueBytes, {storage.model.text})));
  }
  return models;
}

}  // namespace weighhouse::db
