#include "db/rows.h"
#include "db/transaction.h"
#include "db/upkeep.h"

namespace weighhouse::db {

const ComposedQuery kListAliases{"alias.list", {"SELECT ", kAliasColumns, R"sql(
  FROM aliases a WHERE a.model_id = ?1 AND a.listed = 1 ORDER BY a.name)sql"}};

Result<std::vector<Alias>> SqlTransaction::list_aliases(const ModelId& model) {
  return db_.list(kListAliases, {model.text}, read_alias);
}

const ComposedQuery kFindAlias{"alias.find", {"SELECT ", kAliasColumns, R"sql(
  FROM aliases a WHERE a.model_id = ?1 AND a.name = ?2 AND a.listed = 1)sql"}};
constexpr Query kFindCurrent{"alias.current", R"sql(
  SELECT 'current', current_number, current_held, current_moved_at, current_moved_by, current_revision
  FROM models WHERE id = ?1 AND current_number IS NOT NULL AND deleted_at IS NULL)sql"};

Result<std::optional<Alias>> SqlTransaction::find_alias(const ModelId& model, const VersionWord& name) {
  if (name == VersionWord::current()) return db_.find(kFindCurrent, {model.text}, read_alias);
  return db_.find(kFindAlias, {model.text, name.text()}, read_alias);
}

constexpr Query kLabelOfName{"alias.label", R"sql(
  SELECT COUNT(*) FROM versions WHERE model_id = ?1 AND label = ?2 AND label IS NOT NULL AND purged_at IS NULL)sql"};
constexpr Query kPutAlias{"alias.put", R"sql(
  INSERT INTO aliases (model_id, name, number, held, moved_at, moved_by, revision, model_created_at, listed)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7, 1)
  ON CONFLICT (model_id, name) DO UPDATE SET number = excluded.number, held = excluded.held,
    moved_at = excluded.moved_at, moved_by = excluded.moved_by, revision = aliases.revision + 1)sql"};

Result<> SqlTransaction::put_alias(const ModelId& model, const Alias& alias) {
  const auto target = TRY(find_model_by_id(model));
  if (!target || !TRY(find_version(model, alias.number))) {
    return fail(ErrorCode::kNotFound, "There is no version " + std::to_string(alias.number.value()) +
                                          " that the alias " + alias.name.text() + " could point at.");
  }
  if (alias.name == VersionWord::current()) {
    TRY(move_current(db_, model, alias.number, alias.held, alias.moved_at, alias.moved_by));
    return touch_model(db_, model, alias.moved_at);
  }
  if (TRY(db_.number(kLabelOfName, {model.text, alias.name.text()})) > 0) {
    return fail(ErrorCode::kAlreadyExists, "A version of " + target->reference() + " has the label " +
                                               alias.name.text() + "; an alias needs another name.");
  }
  TRY(db_.change(kPutAlias, {model.text, alias.name.text(), alias.number.value(), alias.held, alias.moved_at,
                             alias.moved_by, target->created_at}));
  return touch_model(db_, model, alias.moved_at);
}

constexpr Query kRemoveAlias{"alias.remove", "DELETE FROM aliases WHERE model_id = ?1 AND name = ?2 AND listed = 1"};

Result<> SqlTransaction::remove_alias(const ModelId& model, const VersionWord& name) {
  if (name == VersionWord::current()) {
    return fail(ErrorCode::kFailedPrecondition,
                "The alias current is what a bare name means; it can be moved and never removed.");
  }
  if (TRY(db_.change(kRemoveAlias, {model.text, name.text()})) == 0) {
    return fail(ErrorCode::kNotFound, "The model has no alias " + name.text() + ".");
  }
  return touch_model(db_, model, std::nullopt);
}

}  // namespace weighhouse::db
