#include "db/rows.h"
#include "db/training_rows.h"
#include "db/transaction.h"
#include "db/upkeep.h"

namespace weighhouse::db {
namespace {

constexpr Query kReleaseFiles{"purge.release", R"sql(
  UPDATE blobs SET refs = refs - (SELECT COUNT(*) FROM files f
                                  WHERE f.model_id = ?1 AND f.number = ?2 AND f.digest = blobs.digest)
  WHERE digest IN (SELECT digest FROM files WHERE model_id = ?1 AND number = ?2))sql"};
constexpr Query kDropFiles{"purge.files", "DELETE FROM files WHERE model_id = ?1 AND number = ?2"};
constexpr Query kDropMetrics{"purge.metrics", "DELETE FROM metrics WHERE model_id = ?1 AND number = ?2"};
constexpr Query kDropEvaluations{"purge.evaluations", "DELETE FROM evaluations WHERE model_id = ?1 AND number = ?2"};
constexpr Query kDropPublications{"purge.publications", "DELETE FROM publications WHERE model_id = ?1 AND number = ?2"};
constexpr Query kPurgeVersion{"purge.version", R"sql(
  UPDATE versions SET purged_at = ?3, trash_id = NULL, listed = 0
  WHERE model_id = ?1 AND number = ?2 AND purged_at IS NULL RETURNING size_bytes)sql"};

// The row stays: it keeps the number taken.
Result<> purge_version(Connection& db, const ModelId& model, VersionNumber number, Timestamp now) {
  const auto size_bytes = TRY(
      db.find(kPurgeVersion, {model.text, number.value(), now}, [](Columns& columns) { return columns.integer(); }));
  if (!size_bytes) return {};
  TRY(db.change(kReleaseFiles, {model.text, number.value()}));
  TRY(db.change(kDropFiles, {model.text, number.value()}));
  TRY(db.change(kDropMetrics, {model.text, number.value()}));
  TRY(db.change(kDropEvaluations, {model.text, number.value()}));
  TRY(db.change(kDropPublications, {model.text, number.value()}));
  TRY(drop_trained_on(db, model, number));
  return add_to_counter(db, "referenced_bytes", -*size_bytes);
}

constexpr Query kVersionsLeft{"purge.versions_left", R"sql(
  SELECT number FROM versions WHERE model_id = ?1 AND purged_at IS NULL)sql"};
constexpr Query kDropTags{"purge.tags", "DELETE FROM tags WHERE model_id = ?1"};
constexpr Query kDropAliases{"purge.aliases", "DELETE FROM aliases WHERE model_id = ?1"};
constexpr Query kDropGates{"purge.gates", "DELETE FROM gates WHERE model_id = ?1"};
constexpr Query kDropCurrent{"purge.current", "DELETE FROM current_metrics WHERE model_id = ?1"};
constexpr Query kDropMeta{"purge.meta", "DELETE FROM meta_paths WHERE model_id = ?1"};
constexpr Query kDropSearch{"purge.search", "DELETE FROM search_texts WHERE model_id = ?1"};
constexpr Query kDropTrash{"purge.trash", "DELETE FROM trash WHERE model_id = ?1"};
constexpr Query kPurgeModel{"purge.model", R"sql(
  UPDATE models SET purged_at = ?2, trash_id = NULL, current_number = NULL, version_count = 0, size_bytes = 0, meta = ''
  WHERE id = ?1)sql"};

// The row stays: the history names it.
Result<> purge_model(Connection& db, const ModelId& model, Timestamp now) {
  for (const VersionNumber number : TRY(db.list(kVersionsLeft, {model.text}, read_number))) {
    TRY(purge_version(db, model, number, now));
  }
  for (const Query& query : {kDropTags, kDropAliases, kDropGates, kDropCurrent, kDropMeta, kDropSearch, kDropTrash}) {
    TRY(db.change(query, {model.text}));
  }
  TRY(drop_training(db, model));
  TRY(db.change(kPurgeModel, {model.text, now}));
  return {};
}

}  // namespace

constexpr Query kEndTrash{"purge.end", "DELETE FROM trash WHERE id = ?1"};

Result<> SqlTransaction::purge_trash(const TrashItem& item, Timestamp now) {
  if (item.is_data()) return purge_data(item);
  if (TRY(db_.change(kEndTrash, {item.id})) == 0) {
    return fail(ErrorCode::kNotFound, item.reference + " is not in trash any more.");
  }
  if (item.version) return purge_version(db_, item.model, *item.version, now);
  return purge_model(db_, item.model, now);
}

// What the entries hold, less what anything else holds too.
constexpr Query kFreed{"purge.freed", R"sql(
  WITH going AS (
    SELECT v.model_id, v.number FROM trash t
    JOIN versions v ON v.model_id = t.model_id AND (t.number IS NULL OR v.number = t.number)
    WHERE t.id IN IN_LIST(?1))
  SELECT CAST(COALESCE(SUM(b.size_bytes), 0) AS BIGINT) FROM blobs b
  WHERE b.digest IN (SELECT f.digest FROM going g JOIN files f ON f.model_id = g.model_id AND f.number = g.number)
    AND NOT EXISTS (SELECT 1 FROM files o WHERE o.digest = b.digest
                    AND NOT EXISTS (SELECT 1 FROM going g WHERE g.model_id = o.model_id AND g.number = o.number))
    AND NOT EXISTS (SELECT 1 FROM data_holders h WHERE h.digest = b.digest))sql"};
constexpr Query kFreedData{"purge.freed_data", R"sql(
  WITH going AS (SELECT id FROM datasets WHERE trash_id IN IN_LIST(?1))
  SELECT CAST(COALESCE(SUM(b.size_bytes), 0) AS BIGINT) FROM blobs b
  WHERE b.digest IN (SELECT i.digest FROM going g JOIN items i ON i.dataset_id = g.id)
    AND NOT EXISTS (SELECT 1 FROM files f WHERE f.digest = b.digest)
    AND NOT EXISTS (SELECT 1 FROM content_files f WHERE f.digest = b.digest)
    AND NOT EXISTS (SELECT 1 FROM items o WHERE o.digest = b.digest
                    AND NOT EXISTS (SELECT 1 FROM going g WHERE g.id = o.dataset_id)))sql"};

Result<std::uint64_t> SqlTransaction::freed_by_purging(std::span<const std::string> trash_ids) {
  const std::string ids = json_list(trash_ids);
  return static_cast<std::uint64_t>(TRY(db_.number(kFreed, {ids})) + TRY(db_.number(kFreedData, {ids})));
}

}  // namespace weighhouse::db
