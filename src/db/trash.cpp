#include "db/list/cursor.h"
#include "db/rows.h"
#include "db/training_rows.h"
#include "db/transaction.h"
#include "db/upkeep.h"

namespace weighhouse::db {
namespace {

constexpr std::size_t kLongestPage = 1'000;

constexpr Query kAddTrash{"trash.add", R"sql(
  INSERT INTO trash (id, model_id, number, reference, deleted_at, deleted_by, size_bytes)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7))sql"};
constexpr Query kRemoveTrash{"trash.remove", "DELETE FROM trash WHERE id = ?1"};

Result<> add_trash(Connection& db, const TrashItem& item) {
  const auto number = item.version ? std::optional{item.version->value()} : std::nullopt;
  TRY(db.change(kAddTrash,
                {item.id, item.model.text, number, item.reference, item.deleted_at, item.deleted_by, item.size_bytes}));
  return {};
}

// `listed` of all rows that lists find a model by. Versions in trash by themselves stay there.
constexpr Query kListTags{"trash.tags", "UPDATE tags SET listed = ?2 WHERE model_id = ?1"};
constexpr Query kListAliases{"trash.aliases", "UPDATE aliases SET listed = ?2 WHERE model_id = ?1"};
constexpr Query kListMetrics{"trash.metrics", "UPDATE current_metrics SET listed = ?2 WHERE model_id = ?1"};
constexpr Query kListSearch{"trash.search", "UPDATE search_texts SET listed = ?2 WHERE model_id = ?1"};
constexpr Query kListVersions{"trash.versions", R"sql(
  UPDATE versions SET listed = ?2 WHERE model_id = ?1 AND deleted_at IS NULL AND purged_at IS NULL)sql"};

Result<> set_listed(Connection& db, const ModelId& model, bool listed) {
  for (const Query& query : {kListTags, kListAliases, kListMetrics, kListSearch, kListVersions}) {
    TRY(db.change(query, {model.text, listed}));
  }
  return list_training(db, model, listed);
}

}  // namespace

constexpr Query kTrashModel{"trash.model", R"sql(
  UPDATE models SET deleted_at = ?2, trash_id = ?3, revision = revision + 1 WHERE id = ?1 AND deleted_at IS NULL)sql"};

Result<TrashItem> SqlTransaction::trash_model(const Model& model, std::string_view trash_id, Timestamp now,
                                              std::string_view by) {
  const auto found = TRY(find_model_by_id(model.id));
  if (!found || TRY(db_.change(kTrashModel, {model.id.text, now, trash_id})) == 0) {
    return fail(ErrorCode::kNotFound, "There is no model " + model.reference() + " any more.");
  }
  TRY(set_listed(db_, model.id, false));
  TRY(add_to_counter(db_, models_counter(found->name_space), -1));
  TRY(add_to_counter(db_, "versions", -found->version_count));
  TrashItem item{.id = std::string{trash_id},
                 .model = model.id,
                 .reference = found->reference(),
                 .version = std::nullopt,
                 .deleted_at = now,
                 .deleted_by = std::string{by},
                 .size_bytes = found->size_bytes};
  TRY(add_trash(db_, item));
  return item;
}

constexpr Query kPointsAt{"trash.points_at", R"sql(
  SELECT name FROM aliases WHERE model_id = ?1 AND number = ?2 ORDER BY name LIMIT 1)sql"};
constexpr Query kTrashVersion{"trash.version", R"sql(
  UPDATE versions SET deleted_at = ?3, trash_id = ?4, listed = 0 WHERE model_id = ?1 AND number = ?2 AND listed = 1)sql"};
constexpr Query kDiscount{"trash.discount", R"sql(
  UPDATE models SET version_count = version_count - 1, size_bytes = size_bytes - ?2 WHERE id = ?1)sql"};
// `current` on a version that was deleted moves to the newest left and stands for the deleted one: it goes
// back there by itself, unless somebody moves it first. Of several deleted in a row it stands for the first.
constexpr Query kStandsFor{"trash.stands_for", "SELECT current_stands_for FROM models WHERE id = ?1"};
constexpr Query kStandFor{"trash.stand_for", "UPDATE models SET current_stands_for = ?2 WHERE id = ?1"};
constexpr Query kNewestVersion{"trash.newest", R"sql(
  SELECT number FROM versions WHERE model_id = ?1 AND listed = 1 ORDER BY number DESC LIMIT 1)sql"};

namespace {

Result<std::optional<VersionNumber>> stood_for(Connection& db, const ModelId& id) {
  const auto found =
      TRY(db.find(kStandsFor, {id.text}, [](Columns& columns) { return columns.maybe(&Columns::integer); }));
  std::optional<VersionNumber> number;
  if (found && *found) number = VersionNumber{**found};
  return number;
}

Result<> leave_deleted_version(Connection& db, const Model& model, VersionNumber deleted, Timestamp now,
                               std::string_view by) {
  const auto earlier = TRY(stood_for(db, model.id));
  const auto newest = TRY(db.find(kNewestVersion, {model.id.text}, read_number));
  TRY(move_current(db, model.id, newest, model.current_held, now, by));
  TRY(db.change(kStandFor, {model.id.text, earlier.value_or(deleted).value()}));
  return {};
}

Result<> return_to_restored_version(Connection& db, const Model& model, VersionNumber restored, Timestamp now,
                                    std::string_view by) {
  const auto awaited = TRY(stood_for(db, model.id));
  if (!awaited && model.current) return {};
  const auto newest = TRY(db.find(kNewestVersion, {model.id.text}, read_number));
  const auto target = awaited == restored ? awaited : newest;
  if (target != model.current) TRY(move_current(db, model.id, target, model.current_held, now, by));
  if (awaited && awaited != restored) TRY(db.change(kStandFor, {model.id.text, awaited->value()}));
  return {};
}

}  // namespace

Result<TrashItem> SqlTransaction::trash_version(const Model& model, VersionNumber number, std::string_view trash_id,
                                                Timestamp now, std::string_view by) {
  const std::string reference = model.reference(number);
  const auto version = TRY(find_version(model.id, number));
  if (!version) return fail(ErrorCode::kNotFound, "There is no version " + reference + ".");
  if (const auto alias = TRY(db_.find(kPointsAt, {model.id.text, number.value()}, read_text))) {
    return fail(ErrorCode::kFailedPrecondition,
                "The alias " + *alias + " points at " + reference + ". Move or remove the alias first.");
  }
  TRY(db_.change(kTrashVersion, {model.id.text, number.value(), now, trash_id}));
  TRY(list_trained_on_of(db_, model.id, number, false));
  TRY(db_.change(kDiscount, {model.id.text, version->size_bytes}));
  TRY(add_to_counter(db_, "versions", -1));
  const auto owner = TRY(find_model_by_id(model.id));
  if (owner && owner->current == number) TRY(leave_deleted_version(db_, *owner, number, now, by));
  TRY(touch_model(db_, model.id, now));
  TrashItem item{.id = std::string{trash_id},
                 .model = model.id,
                 .reference = reference,
                 .version = number,
                 .deleted_at = now,
                 .deleted_by = std::string{by},
                 .size_bytes = version->size_bytes};
  TRY(add_trash(db_, item));
  return item;
}

const ComposedQuery kFindTrash{"trash.find", {"SELECT ", kTrashColumns, " FROM trash_entries t WHERE t.id = ?1"}};

Result<std::optional<TrashItem>> SqlTransaction::find_trash(std::string_view id) {
  return db_.find(kFindTrash, {id}, read_trash);
}

const ComposedQuery kListTrash{"trash.list", {"SELECT ", kTrashColumns, R"sql(
  FROM trash_entries t ORDER BY t.deleted_at DESC, t.id DESC LIMIT ?1)sql"}};
const ComposedQuery kListTrashAfter{"trash.list_after", {"SELECT ", kTrashColumns, R"sql(
  FROM trash_entries t WHERE (t.deleted_at, t.id) < (?2, ?3) ORDER BY t.deleted_at DESC, t.id DESC LIMIT ?1)sql"}};
constexpr Query kCountTrash{"trash.count", "SELECT COUNT(*) FROM trash_entries"};

Result<Page<TrashItem>> SqlTransaction::list_trash(std::size_t length, std::string_view cursor) {
  constexpr std::string_view kQuery = "trash";
  length = std::min(std::max<std::size_t>(length, 1), kLongestPage);
  Page<TrashItem> page;
  if (cursor.empty()) {
    page.items = TRY(db_.list(kListTrash, {length + 1}, read_trash));
  } else {
    const auto values = TRY(decode_cursor(cursor, kQuery, 2));
    const std::string deleted_at = TRY(text_of(values, 0));
    const std::string id = TRY(text_of(values, 1));
    page.items = TRY(db_.list(kListTrashAfter, {length + 1, deleted_at, id}, read_trash));
  }
  page.total = static_cast<std::uint64_t>(TRY(db_.number(kCountTrash, {})));
  if (page.items.size() > length) {
    page.items.pop_back();
    page.next_cursor = encode_cursor(kQuery, {page.items.back().deleted_at.to_string(), page.items.back().id});
  }
  return page;
}

const ComposedQuery kListTrashBefore{"trash.list_before", {"SELECT ", kTrashColumns, R"sql(
  FROM trash_entries t WHERE t.deleted_at < ?1 ORDER BY t.deleted_at, t.id LIMIT ?2)sql"}};

Result<std::vector<TrashItem>> SqlTransaction::list_trash_before(Timestamp deleted_before, std::size_t length) {
  return db_.list(kListTrashBefore, {deleted_before, length}, read_trash);
}

constexpr Query kTakenAgain{"trash.taken_again", R"sql(
  SELECT COUNT(*) FROM models WHERE namespace = ?1 AND name_folded = ?2 AND deleted_at IS NULL)sql"};
constexpr Query kRestoreModel{"trash.restore_model", R"sql(
  UPDATE models SET deleted_at = NULL, trash_id = NULL, revision = revision + 1 WHERE id = ?1)sql"};
constexpr Query kRestoreVersion{"trash.restore_version", R"sql(
  UPDATE versions SET deleted_at = NULL, trash_id = NULL, listed = 1 WHERE model_id = ?1 AND number = ?2)sql"};
constexpr Query kRecount{"trash.recount", R"sql(
  UPDATE models SET version_count = version_count + 1, size_bytes = size_bytes + ?2 WHERE id = ?1)sql"};

Result<> SqlTransaction::restore_trash(const TrashItem& item, Timestamp now, std::string_view by) {
  if (item.is_data()) return restore_data(item);
  const auto model = TRY(find_model_by_id(item.model));
  if (!model || TRY(db_.change(kRemoveTrash, {item.id})) == 0) {
    return fail(ErrorCode::kNotFound, item.reference + " is not in trash any more.");
  }
  if (!item.version) {
    if (TRY(db_.number(kTakenAgain, {model->name_space.text(), model->name.folded()})) > 0) {
      return fail(ErrorCode::kAlreadyExists, "There is another model " + item.reference +
                                                 " now. Rename that one, with \"weigh edit " + item.reference +
                                                 " --rename NEW\" or on its page, then restore.");
    }
    TRY(db_.change(kRestoreModel, {item.model.text}));
    TRY(set_listed(db_, item.model, true));
    TRY(add_to_counter(db_, models_counter(model->name_space), 1));
    TRY(add_to_counter(db_, "versions", model->version_count));
    return touch_model(db_, item.model, now);
  }
  if (model->deleted_at) {
    return fail(ErrorCode::kFailedPrecondition,
                "The model of " + item.reference + " is in trash itself. Restore the model first.");
  }
  TRY(db_.change(kRestoreVersion, {item.model.text, item.version->value()}));
  TRY(list_trained_on_of(db_, item.model, *item.version, true));
  TRY(db_.change(kRecount, {item.model.text, item.size_bytes}));
  TRY(add_to_counter(db_, "versions", 1));
  TRY(return_to_restored_version(db_, *model, *item.version, now, by));
  return touch_model(db_, item.model, now);
}

}  // namespace weighhouse::db
