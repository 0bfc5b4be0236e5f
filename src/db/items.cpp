#include <map>

#include "base/text.h"
#include "db/data_columns.h"
#include "db/list/data_list.h"
#include "db/rows.h"
#include "db/transaction.h"
#include "db/upkeep.h"

namespace weighhouse::db {
namespace {

constexpr Query kCountItem{"item.count_in", R"sql(
  UPDATE datasets SET item_count = item_count + ?2, size_bytes = size_bytes + ?3 WHERE id = ?1)sql"};
constexpr Query kCountInSlices{"item.count_in_slices", R"sql(
  UPDATE slices SET item_count = item_count + ?2, size_bytes = size_bytes + ?3
  WHERE id IN (SELECT slice_id FROM slice_items WHERE item_id = ?1))sql"};
constexpr Query kAddContentOfItem{"item.add_content", R"sql(
  INSERT INTO item_contents (item_id, position, content_id)
  SELECT CAST(?1 AS TEXT), CAST(?2 AS BIGINT), c.id FROM contents c WHERE c.id = ?3)sql"};
constexpr Query kDropContentsOfItem{"item.drop_contents", "DELETE FROM item_contents WHERE item_id = ?1"};

Result<> put_contents(Connection& db, const Item& item) {
  TRY(db.change(kDropContentsOfItem, {item.id.text}));
  std::int64_t position = 0;
  for (const ContentId& content : item.contents) {
    if (TRY(db.change(kAddContentOfItem, {item.id.text, position++, content.text})) == 1) continue;
    return fail(ErrorCode::kNotFound, "There is no content " + printable(content.text, 40) + " for the item \"" +
                                          printable(item.key) + "\".");
  }
  return {};
}

std::int64_t difference(std::uint64_t from, std::uint64_t to) {
  return static_cast<std::int64_t>(to) - static_cast<std::int64_t>(from);
}

constexpr Query kContentsOfItems{"item.contents", R"sql(
  SELECT item_id, content_id FROM item_contents WHERE item_id IN IN_LIST(?1) ORDER BY item_id, position)sql"};

Result<> fill_contents(Connection& db, std::vector<Item>& items) {
  if (items.empty()) return {};
  std::vector<std::string> ids;
  std::map<std::string, Item*, std::less<>> by_id;
  for (Item& item : items) {
    ids.push_back(item.id.text);
    by_id.emplace(item.id.text, &item);
  }
  const std::string list = json_list(ids);
  const std::array<Param, 1> of_items{list};
  TRY(db.run(kContentsOfItems, of_items, [&](const Row& row) -> Result<> {
    by_id.find(row.text(0))->second->contents.push_back({std::string{row.text(1)}});
    return {};
  }));
  return {};
}

}  // namespace

constexpr Query kAddItem{"item.add", R"sql(
  INSERT INTO items (id, dataset_id, key, digest, media_type, size_bytes, annotations, metadata, record, created_at,
                     created_by, updated_at, updated_by)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT DO NOTHING)sql"};

Result<> SqlTransaction::add_items(std::span<const Item> items) {
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> added;  // by dataset: items and bytes
  for (const Item& item : items) {
    if (item.digest) TRY(refer_to_blob(db_, *item.digest));
    const Marks& marks = item.marks;
    const auto made =
        TRY(db_.change(kAddItem, {item.id.text, item.dataset.text, item.key, item.digest, item.media_type,
                                  item.size_bytes, item.annotations, item.metadata, item.record, marks.created_at,
                                  marks.created_by, marks.updated_at, marks.updated_by}));
    if (made == 0) {
      return fail(ErrorCode::kAlreadyExists, "The dataset has an item \"" + printable(item.key) +
                                                 "\" already. Choose another key, or change that item.");
    }
    TRY(put_contents(db_, item));
    auto& [count, bytes] = added[item.dataset.text];
    ++count;
    bytes += static_cast<std::int64_t>(item.size_bytes);
  }
  for (const auto& [dataset, sums] : added) TRY(db_.change(kCountItem, {dataset, sums.first, sums.second}));
  return {};
}

const ComposedQuery kFindItem{"item.find", {"SELECT ", kItemColumns, R"sql( FROM items i
  JOIN datasets d ON d.id = i.dataset_id WHERE i.id = ?1 AND d.deleted_at IS NULL)sql"}};
const ComposedQuery kFindItemNamed{"item.find_named", {"SELECT ", kItemColumns, R"sql( FROM items i
  JOIN datasets d ON d.id = i.dataset_id WHERE i.dataset_id = ?1 AND i.key = ?2 AND d.deleted_at IS NULL)sql"}};

Result<std::optional<Item>> SqlTransaction::find_item(const ItemId& id) {
  auto found = TRY(db_.list(kFindItem, {id.text}, read_item));
  TRY(fill_contents(db_, found));
  return found.empty() ? std::nullopt : std::optional{std::move(found.front())};
}

Result<std::optional<Item>> SqlTransaction::find_item_named(const DatasetId& dataset, std::string_view key) {
  auto found = TRY(db_.list(kFindItemNamed, {dataset.text, key}, read_item));
  TRY(fill_contents(db_, found));
  return found.empty() ? std::nullopt : std::optional{std::move(found.front())};
}

constexpr Query kKeyTaken{"item.key_taken",
                          "SELECT COUNT(*) FROM items WHERE dataset_id = ?1 AND key = ?2 AND id <> ?3"};
constexpr Query kUpdateItem{"item.update", R"sql(
  UPDATE items SET key = ?2, digest = ?3, media_type = ?4, size_bytes = ?5, annotations = ?6, metadata = ?7, record = ?8,
                   updated_at = ?9, updated_by = ?10
  WHERE id = ?1)sql"};
constexpr Query kRenameInSlices{"item.rename_in_slices", "UPDATE slice_items SET item_key = ?2 WHERE item_id = ?1"};

Result<> SqlTransaction::update_item(const Item& item) {
  const auto before = TRY(find_item(item.id));
  if (!before) return fail(ErrorCode::kNotFound, "There is no item \"" + printable(item.key) + "\" any more.");
  if (TRY(db_.number(kKeyTaken, {item.dataset.text, item.key, item.id.text})) > 0) {
    return fail(ErrorCode::kAlreadyExists,
                "The dataset has another item \"" + printable(item.key) + "\" already. Choose another key.");
  }
  if (item.digest != before->digest) {
    if (item.digest) TRY(refer_to_blob(db_, *item.digest));
    if (before->digest) TRY(release_blob(db_, *before->digest));
  }
  TRY(db_.change(kUpdateItem, {item.id.text, item.key, item.digest, item.media_type, item.size_bytes, item.annotations,
                               item.metadata, item.record, item.marks.updated_at, item.marks.updated_by}));
  TRY(put_contents(db_, item));
  if (item.key != before->key) TRY(db_.change(kRenameInSlices, {item.id.text, item.key}));
  const std::int64_t grown = difference(before->size_bytes, item.size_bytes);
  if (grown == 0) return {};
  TRY(db_.change(kCountItem, {item.dataset.text, 0, grown}));
  TRY(db_.change(kCountInSlices, {item.id.text, 0, grown}));
  return {};
}

constexpr Query kRemoveFromSlices{"item.remove_from_slices", "DELETE FROM slice_items WHERE item_id = ?1"};
constexpr Query kRemoveItem{"item.remove", "DELETE FROM items WHERE id = ?1"};

Result<> SqlTransaction::remove_item(const Item& item) {
  const auto found = TRY(find_item(item.id));
  if (!found) return fail(ErrorCode::kNotFound, "There is no item \"" + printable(item.key) + "\" any more.");
  const std::int64_t shrunk = difference(found->size_bytes, 0);
  TRY(db_.change(kCountInSlices, {item.id.text, -1, shrunk}));
  for (const Query& query : {kRemoveFromSlices, kDropContentsOfItem, kRemoveItem}) {
    TRY(db_.change(query, {item.id.text}));
  }
  if (found->digest) TRY(release_blob(db_, *found->digest));
  TRY(db_.change(kCountItem, {found->dataset.text, -1, shrunk}));
  return {};
}

constexpr Query kItemTotal{"item.total", "SELECT item_count FROM datasets WHERE id = ?1"};
constexpr Query kItemTotalOfSlice{"item.total_of_slice", "SELECT item_count FROM slices WHERE id = ?1"};

Result<Page<Item>> SqlTransaction::list_items(const ItemQuery& query) {
  const bool of_slice = query.slice.has_value();
  DataList list{db_, lists_, "items", of_slice ? "slice_items x CROSS JOIN items i" : "items i"};
  if (of_slice) {
    list.demand("x.slice_id = ", query.slice->text);
    list.demand("i.id = x.item_id");
    list.order_by("x.item_key", "x.item_id", DataList::Direction::kAscending);
  } else {
    list.order_by("i.key", "i.id", DataList::Direction::kAscending);
  }
  list.demand(of_slice ? "i.dataset_id || '' = " : "i.dataset_id = ", query.dataset.text);
  list.demand({.id = "i.id", .name = "i.key", .media_type = "i.media_type"}, query.must, query.must_not);
  std::optional<std::uint64_t> total;
  if (query.must.is_everything() && query.must_not.is_everything()) {
    total = static_cast<std::uint64_t>(TRY(of_slice ? db_.number(kItemTotalOfSlice, {query.slice->text})
                                                    : db_.number(kItemTotal, {query.dataset.text})));
  }
  auto page = TRY(list.page(kItemColumns, read_item, query.length, query.cursor, total,
                            [](const Item& last) { return std::pair{last.key, last.id.text}; }));
  TRY(fill_contents(db_, page.items));
  return page;
}

constexpr Query kPutInSlice{"slice.put_item", R"sql(
  INSERT INTO slice_items (slice_id, item_key, item_id)
  SELECT CAST(?1 AS TEXT), i.key, i.id FROM items i WHERE i.id = ?2 AND i.dataset_id = ?3 ON CONFLICT DO NOTHING)sql"};
constexpr Query kSizeOfItem{"slice.item_size", "SELECT size_bytes FROM items WHERE id = ?1 AND dataset_id = ?2"};
constexpr Query kCountInSlice{"slice.count", R"sql(
  UPDATE slices SET item_count = item_count + ?2, size_bytes = size_bytes + ?3 WHERE id = ?1)sql"};

Result<std::int64_t> SqlTransaction::put_in_slice(const Slice& slice, std::span<const ItemId> items) {
  std::int64_t added = 0;
  std::int64_t bytes = 0;
  for (const ItemId& item : items) {
    const auto size =
        TRY(db_.find(kSizeOfItem, {item.text, slice.dataset.text}, [](Columns& columns) { return columns.integer(); }));
    if (!size) {
      return fail(ErrorCode::kInvalidArgument, "There is no item " + printable(item.text, 40) +
                                                   " in the dataset of the slice \"" + printable(slice.name) + "\".");
    }
    if (TRY(db_.change(kPutInSlice, {slice.id.text, item.text, slice.dataset.text})) == 0) continue;
    ++added;
    bytes += *size;
  }
  if (added > 0) TRY(db_.change(kCountInSlice, {slice.id.text, added, bytes}));
  return added;
}

constexpr Query kTakeFromSlice{"slice.take_item", "DELETE FROM slice_items WHERE item_id = ?2 AND slice_id = ?1"};

Result<std::int64_t> SqlTransaction::take_from_slice(const Slice& slice, std::span<const ItemId> items) {
  std::int64_t taken = 0;
  std::int64_t bytes = 0;
  for (const ItemId& item : items) {
    if (TRY(db_.change(kTakeFromSlice, {slice.id.text, item.text})) == 0) continue;
    ++taken;
    bytes += TRY(db_.number(kSizeOfItem, {item.text, slice.dataset.text}));
  }
  if (taken > 0) TRY(db_.change(kCountInSlice, {slice.id.text, -taken, -bytes}));
  return taken;
}

const ComposedQuery kSlicesOfItems{"item.slices", {"SELECT x.item_id, ", kSliceColumns, R"sql(
  FROM slice_items x JOIN slices s ON s.id = x.slice_id
  WHERE x.item_id IN IN_LIST(?1) AND s.deleted_at IS NULL ORDER BY x.item_id, s.created_at, s.id)sql"}};

Result<std::vector<std::pair<ItemId, Slice>>> SqlTransaction::list_slices_of_items(std::span<const ItemId> items) {
  std::vector<std::string> ids;
  for (const ItemId& item : items) ids.push_back(item.text);
  return db_.list(kSlicesOfItems, {Param::owning(json_list(ids))}, [](Columns& columns) {
    ItemId item{columns.text()};
    return std::pair{std::move(item), read_slice(columns)};
  });
}

}  // namespace weighhouse::db
