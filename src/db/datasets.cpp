#include "base/text.h"
#include "db/data_columns.h"
#include "db/list/cursor.h"
#include "db/list/data_list.h"
#include "db/rows.h"
#include "db/transaction.h"
#include "db/upkeep.h"

namespace weighhouse::db {
namespace {

tl::unexpected<Error> taken(const Dataset& dataset) {
  return fail(ErrorCode::kAlreadyExists,
              "There is a dataset \"" + printable(dataset.name) + "\" already. Choose another name.");
}

}  // namespace

constexpr Query kAddDataset{"dataset.add", R"sql(
  INSERT INTO datasets (id, name, description, created_at, created_by, updated_at, updated_by)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING)sql"};

Result<> SqlTransaction::add_dataset(const Dataset& dataset) {
  const Marks& marks = dataset.marks;
  const auto added = TRY(db_.change(kAddDataset, {dataset.id.text, dataset.name, dataset.description, marks.created_at,
                                                  marks.created_by, marks.updated_at, marks.updated_by}));
  if (added == 0) return taken(dataset);
  return add_to_counter(db_, "datasets", 1);
}

const ComposedQuery kFindDataset{"dataset.find", {"SELECT ", kDatasetColumns, " FROM datasets d WHERE d.id = ?1"}};

Result<std::optional<Dataset>> SqlTransaction::find_dataset(const DatasetId& id) {
  return db_.find(kFindDataset, {id.text}, read_dataset);
}

const ComposedQuery kFindDatasetNamed{
    "dataset.find_named", {"SELECT ", kDatasetColumns, " FROM datasets d WHERE d.name = ?1 AND d.deleted_at IS NULL"}};

Result<std::optional<Dataset>> SqlTransaction::find_dataset_named(std::string_view name) {
  return db_.find(kFindDatasetNamed, {name}, read_dataset);
}

constexpr Query kDatasetNameTaken{"dataset.name_taken", R"sql(
  SELECT COUNT(*) FROM datasets WHERE name = ?2 AND id <> ?1 AND deleted_at IS NULL)sql"};
constexpr Query kUpdateDataset{"dataset.update", R"sql(
  UPDATE datasets SET name = ?2, description = ?3, updated_at = ?4, updated_by = ?5
  WHERE id = ?1 AND deleted_at IS NULL)sql"};

Result<> SqlTransaction::update_dataset(const Dataset& dataset) {
  if (TRY(db_.number(kDatasetNameTaken, {dataset.id.text, dataset.name})) > 0) return taken(dataset);
  const auto changed = TRY(db_.change(kUpdateDataset, {dataset.id.text, dataset.name, dataset.description,
                                                       dataset.marks.updated_at, dataset.marks.updated_by}));
  if (changed == 1) return {};
  return fail(ErrorCode::kNotFound, "There is no dataset \"" + printable(dataset.name) + "\" any more.");
}

constexpr Query kDatasetTotal{"dataset.total", "SELECT value FROM counters WHERE name = 'datasets'"};

Result<Page<Dataset>> SqlTransaction::list_datasets(const DatasetQuery& query) {
  DataList list{db_, lists_, "datasets", "datasets d"};
  list.demand("d.deleted_at IS NULL");
  if (query.created_by) list.demand("d.created_by = ", *query.created_by);
  list.demand({.id = "d.id", .name = "d.name"}, query.must, query.must_not);
  list.order_by("d.created_at", "d.id", DataList::Direction::kDescending);
  std::optional<std::uint64_t> total;
  if (!query.created_by && query.must.is_everything() && query.must_not.is_everything()) {
    total = static_cast<std::uint64_t>(TRY(db_.number(kDatasetTotal, {})));
  }
  return list.page(kDatasetColumns, read_dataset, query.length, query.cursor, total,
                   [](const Dataset& last) { return std::pair{last.marks.created_at.to_string(), last.id.text}; });
}

constexpr Query kModelsOf{"dataset.models", R"sql(
  SELECT m.namespace, m.name FROM trainings g JOIN models m ON m.id = g.model_id
  WHERE g.dataset_id = ?1 AND g.listed = 1 ORDER BY g.model_created_at DESC LIMIT 1)sql"};
constexpr Query kTrashDataset{"dataset.trash", R"sql(
  UPDATE datasets SET deleted_at = ?2, deleted_by = ?3, trash_id = ?4 WHERE id = ?1 AND deleted_at IS NULL)sql"};

Result<TrashItem> SqlTransaction::trash_dataset(const Dataset& dataset, std::string_view trash_id, Timestamp now,
                                                std::string_view by) {
  const auto model = TRY(db_.find(kModelsOf, {dataset.id.text}, [](Columns& columns) {
    auto name_space = columns.text();
    return name_space + "/" + columns.text();
  }));
  if (model) {
    const auto others = dataset.model_count - 1;
    return fail(ErrorCode::kFailedPrecondition,
                "The dataset \"" + printable(dataset.name) + "\" has models: " + *model +
                    (others > 0 ? " and " + std::to_string(others) + " more" : "") +
                    ". Delete them, or give them another dataset, then delete this one.",
                {{"models", dataset.model_count}});
  }
  if (TRY(db_.change(kTrashDataset, {dataset.id.text, now, by, trash_id})) == 0) {
    return fail(ErrorCode::kNotFound, "There is no dataset \"" + printable(dataset.name) + "\" any more.");
  }
  TRY(add_to_counter(db_, "datasets", -1));
  return TrashItem{.id = std::string{trash_id},
                   .model = {},
                   .reference = "dataset " + dataset.name,
                   .deleted_at = now,
                   .deleted_by = std::string{by},
                   .size_bytes = dataset.size_bytes,
                   .dataset = dataset.id};
}

}  // namespace weighhouse::db
