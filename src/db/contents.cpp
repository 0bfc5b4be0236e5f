#include "base/text.h"
#include "db/data_columns.h"
#include "db/list/data_list.h"
#include "db/rows.h"
#include "db/transaction.h"
#include "db/upkeep.h"

namespace weighhouse::db {

constexpr Query kAddContent{"content.add", R"sql(
  INSERT INTO contents (id, key, content_type, folder, created_at, created_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6))sql"};

Result<> SqlTransaction::add_content(const Content& content) {
  TRY(db_.change(kAddContent, {content.id.text, content.key, content.content_type, content.folder, content.created_at,
                               content.created_by}));
  return add_to_counter(db_, "contents", 1);
}

const ComposedQuery kFindContent{"content.find", {"SELECT ", kContentColumns, " FROM contents c WHERE c.id = ?1"}};

Result<std::optional<Content>> SqlTransaction::find_content(const ContentId& id) {
  return db_.find(kFindContent, {id.text}, read_content);
}

const ComposedQuery kFindContentKeyed{"content.find_keyed", {"SELECT ", kContentColumns, R"sql(
  FROM contents c WHERE c.key = ?1 AND c.key <> '' ORDER BY c.id DESC LIMIT 1)sql"}};
const ComposedQuery kFindContentKeyedBy{"content.find_keyed_by", {"SELECT ", kContentColumns, R"sql(
  FROM contents c WHERE c.key = ?1 AND c.key <> '' AND c.created_by = ?2 ORDER BY c.id DESC LIMIT 1)sql"}};

Result<std::optional<Content>> SqlTransaction::find_content_keyed(std::string_view key,
                                                                  std::optional<std::string_view> by) {
  if (by) return db_.find(kFindContentKeyedBy, {key, *by}, read_content);
  return db_.find(kFindContentKeyed, {key}, read_content);
}

constexpr Query kContentTotal{"content.total", "SELECT value FROM counters WHERE name = 'contents'"};

Result<Page<Content>> SqlTransaction::list_contents(std::size_t length, std::string_view cursor) {
  DataList list{db_, lists_, "contents", "contents c"};
  list.order_by("c.id", "c.id", DataList::Direction::kDescending);
  const auto total = static_cast<std::uint64_t>(TRY(db_.number(kContentTotal, {})));
  return list.page(kContentColumns, read_content, length, cursor, total,
                   [](const Content& last) { return std::pair{last.id.text, last.id.text}; });
}

const ComposedQuery kFindContentFile{"content.find_file", {"SELECT ", kContentFileColumns, R"sql(
  FROM content_files f WHERE f.content_id = ?1 AND f.name = ?2)sql"}};

Result<std::optional<ContentFile>> SqlTransaction::find_content_file(const ContentId& id, std::string_view name) {
  return db_.find(kFindContentFile, {id.text, name}, read_content_file);
}

constexpr Query kPutContentFile{"content.put_file", R"sql(
  INSERT INTO content_files (content_id, name, digest, size_bytes, content_type, created_at)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6)
  ON CONFLICT (content_id, name) DO UPDATE SET digest = excluded.digest, size_bytes = excluded.size_bytes,
    content_type = excluded.content_type, created_at = excluded.created_at)sql"};

Result<> SqlTransaction::put_content_file(const ContentId& id, const ContentFile& file) {
  const auto before = TRY(find_content_file(id, file.name));
  TRY(refer_to_blob(db_, file.digest));
  TRY(db_.change(kPutContentFile,
                 {id.text, file.name, file.digest, file.size_bytes, file.content_type, file.created_at}));
  if (before) return release_blob(db_, before->digest);
  return {};
}

const ComposedQuery kListContentFiles{"content.files", {"SELECT ", kContentFileColumns, R"sql(
  FROM content_files f WHERE f.content_id = ?1 ORDER BY f.name)sql"}};

Result<std::vector<ContentFile>> SqlTransaction::list_content_files(const ContentId& id) {
  return db_.list(kListContentFiles, {id.text}, read_content_file);
}

constexpr Query kContentOfModel{"content.of_model", R"sql(
  SELECT m.namespace, m.name FROM (
    SELECT model_id FROM model_contents WHERE content_id = ?1
    UNION ALL SELECT model_id FROM training_reports WHERE content_id = ?1) x
  JOIN models m ON m.id = x.model_id LIMIT 1)sql"};
constexpr Query kContentOfDataset{"content.of_item", R"sql(
  SELECT i.key, d.name FROM item_contents x JOIN items i ON i.id = x.item_id JOIN datasets d ON d.id = i.dataset_id
  WHERE x.content_id = ?1 LIMIT 1)sql"};
constexpr Query kDropContentFiles{"content.drop_files", "DELETE FROM content_files WHERE content_id = ?1"};
constexpr Query kRemoveContent{"content.remove", "DELETE FROM contents WHERE id = ?1"};

Result<> SqlTransaction::remove_content(const ContentId& id) {
  const auto in_use = [&](const std::string& by) {
    return fail(ErrorCode::kFailedPrecondition, "The content " + printable(id.text, 40) + " is in use by " + by +
                                                    ". Remove it there first, or delete that for good.");
  };
  const auto model = TRY(db_.find(kContentOfModel, {id.text}, [](Columns& columns) {
    auto name_space = columns.text();
    return "the model " + name_space + "/" + columns.text();
  }));
  if (model) return in_use(*model);
  const auto item = TRY(db_.find(kContentOfDataset, {id.text}, [](Columns& columns) {
    auto key = columns.text();
    return "the item \"" + printable(key) + "\" of the dataset \"" + printable(columns.text()) + "\"";
  }));
  if (item) return in_use(*item);
  for (const ContentFile& file : TRY(list_content_files(id))) TRY(release_blob(db_, file.digest));
  TRY(db_.change(kDropContentFiles, {id.text}));
  if (TRY(db_.change(kRemoveContent, {id.text})) == 1) return add_to_counter(db_, "contents", -1);
  return fail(ErrorCode::kNotFound, "There is no content " + printable(id.text, 40) + ".");
}

}  // namespace weighhouse::db
