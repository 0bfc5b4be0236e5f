#include "base/text.h"
#include "db/rows.h"
#include "db/transaction.h"
#include "db/upkeep.h"

namespace weighhouse::db {

constexpr Query kListTags{"tag.list", "SELECT key, value FROM tags WHERE model_id = ?1 AND listed = 1 ORDER BY key"};

Result<std::vector<std::pair<std::string, std::string>>> SqlTransaction::list_tags(const ModelId& model) {
  return db_.list(kListTags, {model.text}, [](Columns& columns) {
    auto key = columns.text();
    return std::pair{std::move(key), columns.text()};
  });
}

constexpr Query kPutTag{"tag.put", R"sql(
  INSERT INTO tags (model_id, key, value, model_created_at, listed)
  SELECT m.id, CAST(?2 AS TEXT), CAST(?3 AS TEXT), m.created_at, 1 FROM models m
  WHERE m.id = ?1 AND m.deleted_at IS NULL
  ON CONFLICT (model_id, key) DO UPDATE SET value = excluded.value)sql"};

Result<> SqlTransaction::put_tag(const ModelId& model, std::string_view key, std::string_view value) {
  if (TRY(db_.change(kPutTag, {model.text, key, value})) == 0) {
    return fail(ErrorCode::kNotFound, "There is no model with the id " + model.text + ".");
  }
  return touch_model(db_, model, std::nullopt);
}

constexpr Query kRemoveTag{"tag.remove", "DELETE FROM tags WHERE model_id = ?1 AND key = ?2 AND listed = 1"};

Result<> SqlTransaction::remove_tag(const ModelId& model, std::string_view key) {
  if (TRY(db_.change(kRemoveTag, {model.text, key})) == 0) {
    return fail(ErrorCode::kNotFound, "The model has no tag \"" + printable(key, 80) + "\".");
  }
  return touch_model(db_, model, std::nullopt);
}

}  // namespace weighhouse::db
