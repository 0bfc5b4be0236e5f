#include "base/text.h"
#include "db/data_columns.h"
#include "db/transaction.h"
#include "db/upkeep.h"

namespace weighhouse::db {
namespace {

constexpr Query kRestoreDataset{"data_trash.restore_dataset", R"sql(
  UPDATE datasets SET deleted_at = NULL, deleted_by = '', trash_id = NULL WHERE id = ?1 AND trash_id = ?2)sql"};
constexpr Query kRestoreSlice{"data_trash.restore_slice", R"sql(
  UPDATE slices SET deleted_at = NULL, deleted_by = '', trash_id = NULL WHERE id = ?1 AND trash_id = ?2)sql"};
constexpr Query kCountSliceAgain{"data_trash.count_slice",
                                 "UPDATE datasets SET slice_count = slice_count + 1 WHERE id = ?1"};

tl::unexpected<Error> gone(const TrashItem& item) {
  return fail(ErrorCode::kNotFound, "The " + item.reference + " is not in trash any more.");
}

tl::unexpected<Error> name_taken(const TrashItem& item) {
  return fail(ErrorCode::kAlreadyExists, "There is another " + item.reference + " now. Rename that one, then restore.");
}

}  // namespace

Result<> SqlTransaction::restore_data(const TrashItem& item) {
  const auto dataset = TRY(find_dataset(*item.dataset));
  if (!dataset) return gone(item);
  if (!item.slice) {
    if (TRY(find_dataset_named(dataset->name))) return name_taken(item);
    if (TRY(db_.change(kRestoreDataset, {dataset->id.text, item.id})) == 0) return gone(item);
    return add_to_counter(db_, "datasets", 1);
  }
  if (dataset->deleted_at) {
    return fail(ErrorCode::kFailedPrecondition,
                "The dataset of the " + item.reference + " is in trash itself. Restore the dataset first.");
  }
  const auto slice = TRY(find_slice(*item.slice));
  if (!slice) return gone(item);
  if (TRY(find_slice_named(dataset->id, slice->name))) return name_taken(item);
  if (TRY(db_.change(kRestoreSlice, {slice->id.text, item.id})) == 0) return gone(item);
  TRY(db_.change(kCountSliceAgain, {dataset->id.text}));
  return {};
}

namespace {

constexpr Query kDropMembers{"data_purge.members", "DELETE FROM slice_items WHERE slice_id = ?1"};
constexpr Query kEndSlice{"data_purge.slice", R"sql(
  UPDATE slices SET trash_id = NULL, item_count = 0, size_bytes = 0 WHERE id = ?1)sql"};
constexpr Query kDropSlice{"data_purge.drop_slice", R"sql(
  DELETE FROM slices WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM trained_on t WHERE t.slice_id = slices.id))sql"};

// What was trained on it keeps its row: a tombstone.
Result<> purge_slice(Connection& db, const SliceId& slice) {
  for (const Query& query : {kDropMembers, kEndSlice, kDropSlice}) TRY(db.change(query, {slice.text}));
  return {};
}

constexpr Query kReleaseItems{"data_purge.release", R"sql(
  UPDATE blobs SET refs = refs - (SELECT COUNT(*) FROM items i WHERE i.dataset_id = ?1 AND i.digest = blobs.digest)
  WHERE digest IN (SELECT i.digest FROM items i WHERE i.dataset_id = ?1))sql"};
constexpr Query kDropItemContents{"data_purge.item_contents", R"sql(
  DELETE FROM item_contents WHERE item_id IN (SELECT i.id FROM items i WHERE i.dataset_id = ?1))sql"};
constexpr Query kDropItems{"data_purge.items", "DELETE FROM items WHERE dataset_id = ?1"};
constexpr Query kSlicesOfDataset{"data_purge.slices", "SELECT id FROM slices WHERE dataset_id = ?1"};
constexpr Query kDeleteSlices{"data_purge.delete_slices", R"sql(
  UPDATE slices SET deleted_at = COALESCE(deleted_at, (SELECT d.deleted_at FROM datasets d WHERE d.id = ?1))
  WHERE dataset_id = ?1)sql"};
constexpr Query kEndDataset{"data_purge.dataset", R"sql(
  UPDATE datasets SET trash_id = NULL, item_count = 0, slice_count = 0, size_bytes = 0 WHERE id = ?1)sql"};
constexpr Query kDropDataset{"data_purge.drop_dataset", R"sql(
  DELETE FROM datasets WHERE id = ?1
    AND NOT EXISTS (SELECT 1 FROM slices s WHERE s.dataset_id = datasets.id)
    AND NOT EXISTS (SELECT 1 FROM trainings g WHERE g.dataset_id = datasets.id))sql"};

Result<> purge_dataset(Connection& db, const DatasetId& dataset) {
  TRY(db.change(kDeleteSlices, {dataset.text}));
  const auto slices =
      TRY(db.list(kSlicesOfDataset, {dataset.text}, [](Columns& columns) { return SliceId{columns.text()}; }));
  for (const SliceId& slice : slices) TRY(purge_slice(db, slice));
  for (const Query& query : {kReleaseItems, kDropItemContents, kDropItems, kEndDataset, kDropDataset}) {
    TRY(db.change(query, {dataset.text}));
  }
  return {};
}

}  // namespace

Result<> SqlTransaction::purge_data(const TrashItem& item) {
  if (!TRY(find_trash(item.id))) return gone(item);
  return item.slice ? purge_slice(db_, *item.slice) : purge_dataset(db_, *item.dataset);
}

}  // namespace weighhouse::db
