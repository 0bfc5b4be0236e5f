#include "base/text.h"
#include "db/rows.h"
#include "db/transaction.h"
#include "db/upkeep.h"

namespace weighhouse::db {
namespace {

std::string_view type_of(const Namespace& name_space) {
  return name_space == Namespace::standard() ? "default" : "custom";
}

tl::unexpected<Error> taken(const Model& model) {
  return fail(ErrorCode::kAlreadyExists, "There is a model " + model.reference() + " already. Choose another name.");
}

}  // namespace

// `last_version` is the caller's: a registry that is rebuilt from its files goes on counting.
constexpr Query kAddModel{"model.add", R"sql(
  INSERT INTO models (id, namespace, type, name, name_folded, kind, display_name, description, licence, created_at,
                      updated_at, created_by, current_held, current_moved_at, current_moved_by, last_version, pinned,
                      in_library, revision, updated_by)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?10, ?12, ?14, ?15, ?16, ?17, ?18)
  ON CONFLICT DO NOTHING)sql"};

Result<> SqlTransaction::add_model(const Model& model) {
  const auto added = TRY(
      db_.change(kAddModel, {model.id.text, model.name_space.text(), type_of(model.name_space), model.name.text(),
                             model.name.folded(), to_string(model.kind), model.display_name, model.description,
                             model.licence, model.created_at, model.updated_at, model.created_by, model.current_held,
                             model.last_version, model.pinned, model.in_library, model.revision, model.updated_by}));
  if (added == 0) return taken(model);
  TRY(add_to_counter(db_, models_counter(model.name_space), 1));
  return refresh_search_text(db_, model.id);
}

const ComposedQuery kFindModel{"model.find", {"SELECT ", kModelColumns, R"sql(
  FROM models m WHERE m.namespace = ?1 AND m.name_folded = ?2 AND m.deleted_at IS NULL)sql"}};

Result<std::optional<Model>> SqlTransaction::find_model(const Namespace& name_space, const ModelName& name) {
  return db_.find(kFindModel, {name_space.text(), name.folded()}, read_model);
}

Result<std::optional<Model>> SqlTransaction::find_model(const ModelRef& ref) {
  if (ref.name_space) return find_model(*ref.name_space, ref.name);
  auto custom = TRY(find_model(Namespace::custom(), ref.name));
  if (custom) return custom;
  return find_model(Namespace::standard(), ref.name);
}

Result<Model> SqlTransaction::get_model(const ModelRef& ref) {
  auto model = TRY(find_model(ref));
  if (model) return *std::move(model);
  return fail(ErrorCode::kNotFound, "There is no model " + ref.to_string() +
                                        (ref.name_space ? "." : " in the namespaces custom and default."));
}

const ComposedQuery kFindModelById{
    "model.find_by_id", {"SELECT ", kModelColumns, " FROM models m WHERE m.id = ?1 AND m.purged_at IS NULL"}};

Result<std::optional<Model>> SqlTransaction::find_model_by_id(const ModelId& id) {
  return db_.find(kFindModelById, {id.text}, read_model);
}

constexpr Query kNameTaken{"model.name_taken", R"sql(
  SELECT COUNT(*) FROM models WHERE namespace = ?1 AND name_folded = ?2 AND deleted_at IS NULL AND id <> ?3)sql"};
constexpr Query kUpdateModel{"model.update", R"sql(
  UPDATE models SET namespace = ?2, type = ?3, name = ?4, name_folded = ?5, kind = ?6, display_name = ?7,
                    description = ?8, licence = ?9, updated_at = ?10, pinned = ?11, in_library = ?12,
                    updated_by = ?13, revision = revision + 1
  WHERE id = ?1 AND deleted_at IS NULL)sql"};

Result<> SqlTransaction::update_model(const Model& model) {
  const auto before = TRY(find_model_by_id(model.id));
  if (!before || before->deleted_at) {
    return fail(ErrorCode::kNotFound, "There is no model " + model.reference() + " any more.");
  }
  if (TRY(db_.number(kNameTaken, {model.name_space.text(), model.name.folded(), model.id.text})) > 0) {
    return taken(model);
  }
  TRY(db_.change(kUpdateModel, {model.id.text, model.name_space.text(), type_of(model.name_space), model.name.text(),
                                model.name.folded(), to_string(model.kind), model.display_name, model.description,
                                model.licence, model.updated_at, model.pinned, model.in_library, model.updated_by}));
  if (before->name_space != model.name_space) {
    TRY(add_to_counter(db_, models_counter(before->name_space), -1));
    TRY(add_to_counter(db_, models_counter(model.name_space), 1));
  }
  if (before->name.text() != model.name.text() || before->display_name != model.display_name) {
    TRY(refresh_search_text(db_, model.id));
  }
  return {};
}

}  // namespace weighhouse::db
