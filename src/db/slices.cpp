#include "base/text.h"
#include "db/data_columns.h"
#include "db/list/data_list.h"
#include "db/rows.h"
#include "db/transaction.h"

namespace weighhouse::db {
namespace {

tl::unexpected<Error> taken(const Slice& slice) {
  return fail(ErrorCode::kAlreadyExists,
              "The dataset has a slice \"" + printable(slice.name) + "\" already. Choose another name.");
}

constexpr Query kCountSlice{"slice.count_in", "UPDATE datasets SET slice_count = slice_count + ?2 WHERE id = ?1"};

}  // namespace

constexpr Query kAddSlice{"slice.add", R"sql(
  INSERT INTO slices (id, dataset_id, name, description, pinned, created_at, created_by, updated_at, updated_by)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING)sql"};

Result<> SqlTransaction::add_slice(const Slice& slice) {
  const Marks& marks = slice.marks;
  const auto added =
      TRY(db_.change(kAddSlice, {slice.id.text, slice.dataset.text, slice.name, slice.description, slice.pinned,
                                 marks.created_at, marks.created_by, marks.updated_at, marks.updated_by}));
  if (added == 0) return taken(slice);
  TRY(db_.change(kCountSlice, {slice.dataset.text, 1}));
  return {};
}

const ComposedQuery kFindSlice{"slice.find", {"SELECT ", kSliceColumns, " FROM slices s WHERE s.id = ?1"}};

Result<std::optional<Slice>> SqlTransaction::find_slice(const SliceId& id) {
  return db_.find(kFindSlice, {id.text}, read_slice);
}

const ComposedQuery kFindSliceNamed{"slice.find_named", {"SELECT ", kSliceColumns, R"sql(
  FROM slices s WHERE s.dataset_id = ?1 AND s.name = ?2 AND s.deleted_at IS NULL)sql"}};

Result<std::optional<Slice>> SqlTransaction::find_slice_named(const DatasetId& dataset, std::string_view name) {
  return db_.find(kFindSliceNamed, {dataset.text, name}, read_slice);
}

constexpr Query kSliceNameTaken{"slice.name_taken", R"sql(
  SELECT COUNT(*) FROM slices WHERE dataset_id = ?1 AND name = ?2 AND id <> ?3 AND deleted_at IS NULL)sql"};
constexpr Query kUpdateSlice{"slice.update", R"sql(
  UPDATE slices SET name = ?2, description = ?3, pinned = ?4, updated_at = ?5, updated_by = ?6
  WHERE id = ?1 AND deleted_at IS NULL)sql"};

Result<> SqlTransaction::update_slice(const Slice& slice) {
  if (TRY(db_.number(kSliceNameTaken, {slice.dataset.text, slice.name, slice.id.text})) > 0) return taken(slice);
  const auto changed = TRY(db_.change(kUpdateSlice, {slice.id.text, slice.name, slice.description, slice.pinned,
                                                     slice.marks.updated_at, slice.marks.updated_by}));
  if (changed == 1) return {};
  return fail(ErrorCode::kNotFound, "There is no slice \"" + printable(slice.name) + "\" any more.");
}

constexpr Query kSliceTotal{"slice.total", "SELECT slice_count FROM datasets WHERE id = ?1"};

Result<Page<Slice>> SqlTransaction::list_slices(const SliceQuery& query) {
  DataList list{db_, lists_, "slices", "slices s"};
  list.demand("s.dataset_id = ", query.dataset.text);
  list.demand("s.deleted_at IS NULL");
  list.demand({.id = "s.id", .name = "s.name"}, query.must, query.must_not);
  list.order_by("s.created_at", "s.id", DataList::Direction::kDescending);
  std::optional<std::uint64_t> total;
  if (query.must.is_everything() && query.must_not.is_everything()) {
    total = static_cast<std::uint64_t>(TRY(db_.number(kSliceTotal, {query.dataset.text})));
  }
  return list.page(kSliceColumns, read_slice, query.length, query.cursor, total,
                   [](const Slice& last) { return std::pair{last.marks.created_at.to_string(), last.id.text}; });
}

constexpr Query kTrashSlice{"slice.trash", R"sql(
  UPDATE slices SET deleted_at = ?2, deleted_by = ?3, trash_id = ?4 WHERE id = ?1 AND deleted_at IS NULL)sql"};

Result<TrashItem> SqlTransaction::trash_slice(const Slice& slice, std::string_view trash_id, Timestamp now,
                                              std::string_view by) {
  const auto dataset = TRY(find_dataset(slice.dataset));
  if (!dataset || TRY(db_.change(kTrashSlice, {slice.id.text, now, by, trash_id})) == 0) {
    return fail(ErrorCode::kNotFound, "There is no slice \"" + printable(slice.name) + "\" any more.");
  }
  TRY(db_.change(kCountSlice, {slice.dataset.text, -1}));
  return TrashItem{.id = std::string{trash_id},
                   .model = {},
                   .reference = "slice " + slice.name + " of " + dataset->name,
                   .deleted_at = now,
                   .deleted_by = std::string{by},
                   .size_bytes = slice.size_bytes,
                   .dataset = slice.dataset,
                   .slice = slice.id};
}

const ComposedQuery kSliceUsers{"slice.users", {"SELECT ", kModelColumns, R"sql(, t.number, t.purpose
  FROM trained_on t JOIN models m ON m.id = t.model_id
  WHERE t.slice_id = ?1 AND t.listed = 1
  ORDER BY t.model_created_at DESC, t.model_id DESC, t.number, t.purpose LIMIT ?2)sql"}};

Result<std::vector<SliceUser>> SqlTransaction::list_slice_users(const SliceId& slice, std::size_t length) {
  return db_.list(kSliceUsers, {slice.text, length}, [](Columns& columns) {
    SliceUser user{.model = read_model(columns)};
    user.number = columns.integer();
    user.purpose = read_purpose(columns);
    return user;
  });
}

}  // namespace weighhouse::db
