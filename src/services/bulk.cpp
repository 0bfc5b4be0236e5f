#include "services/bulk.h"

#include <array>
#include <boost/json.hpp>
#include <chrono>

#include "base/id.h"
#include "base/text.h"
#include "services/texts.h"

namespace weighhouse::services {

namespace json = boost::json;

using registry::Model;
using registry::ModelQuery;
using registry::ModelRow;
using registry::Transaction;
using Verb = BulkAction::Verb;

namespace {

constexpr std::array<std::string_view, 5> kVerbs{"delete", "pin", "unpin", "tag", "untag"};
constexpr std::chrono::hours kUndoFor{24 * 30};

std::string note_key(std::string_view id) { return "bulk:" + std::string{id}; }

Result<std::vector<ModelRow>> find_all(Transaction& rows, const Caller& caller, const registry::Filter& filter) {
  ModelQuery query{.filter = filter, .length = 1'000, .namespace_pattern = caller.identity.namespace_pattern};
  std::vector<ModelRow> found;
  do {
    auto page = TRY(rows.list_models(query));
    for (auto& row : page.items) found.push_back(std::move(row));
    if (found.size() > Bulk::kMost) {
      return fail(ErrorCode::kInvalidArgument,
                  "This filter finds more than 10000 models. Narrow it, and do the rest in a second step.");
    }
    query.cursor = page.next_cursor;
  } while (!query.cursor.empty());
  return found;
}

const std::string* tag_of(const ModelRow& row, const std::string& key) {
  for (const auto& [name, value] : row.tags) {
    if (name == key) return &value;
  }
  return nullptr;
}

// Why nothing is done to a model; empty when something is.
Result<std::string> reason_to_skip(Transaction& rows, const ModelRow& row, const BulkAction& action) {
  switch (action.verb) {
    case Verb::kDelete:
      if (row.model.pinned) return std::string{"it is pinned"};
      for (const auto& version : TRY(rows.list_all_versions(row.model.id))) {
        if (version.pinned) return "version " + std::to_string(version.number.value()) + " is pinned";
      }
      return std::string{};
    case Verb::kPin:
      return std::string{row.model.pinned ? "it is pinned already" : ""};
    case Verb::kUnpin:
      return std::string{row.model.pinned ? "" : "it is not pinned"};
    case Verb::kTag: {
      const auto* value = tag_of(row, action.key);
      return std::string{value != nullptr && *value == action.value ? "it has that tag already" : ""};
    }
    case Verb::kUntag:
      return std::string{tag_of(row, action.key) == nullptr ? "it has no such tag" : ""};
  }
  return std::string{};
}

// One bulk change inside its transaction: does it, and notes how each model was before.
class Change {
 public:
  Change(Transaction& rows, const Caller& caller, Timestamp now, const std::string& id)
      : rows_(rows), caller_(caller), now_(now), id_(id) {}

  Result<> apply(ModelRow& row, const BulkAction& action);
  json::array take_before() { return std::move(before_); }

 private:
  Result<> tell(const Model& model, std::string action, std::string subject = {}) {
    return record(rows_, caller_, now_,
                  {.action = std::move(action),
                   .model = &model,
                   .subject = std::move(subject),
                   .details = json::serialize(json::object{{"bulk", id_}})});
  }

  Transaction& rows_;
  const Caller& caller_;
  const Timestamp now_;
  const std::string& id_;
  json::array before_{};
};

Result<> Change::apply(ModelRow& row, const BulkAction& action) {
  Model& model = row.model;
  json::object before{{"model", model.id.text}};
  switch (action.verb) {
    case Verb::kDelete: {
      const std::string trash_id = new_ulid(now_);
      TRY(rows_.trash_model(model, trash_id, now_, caller_.identity.name));
      before["trash"] = trash_id;
      TRY(tell(model, "model.deleted", trash_id));
      break;
    }
    case Verb::kPin:
    case Verb::kUnpin:
      model.pinned = action.verb == Verb::kPin;
      model.updated_at = now_;
      model.updated_by = caller_.identity.name;
      TRY(rows_.update_model(model));
      TRY(tell(model, "model.updated"));
      break;
    case Verb::kTag:
    case Verb::kUntag:
      if (const auto* value = tag_of(row, action.key)) before["value"] = *value;
      if (action.verb == Verb::kTag) {
        TRY(rows_.put_tag(model.id, action.key, action.value));
      } else {
        TRY(rows_.remove_tag(model.id, action.key));
      }
      TRY(tell(model, action.verb == Verb::kTag ? "tag.set" : "tag.removed", action.key));
      break;
  }
  before_.push_back(std::move(before));
  return {};
}

Result<> require_sound(const registry::Filter& filter, const BulkAction& action) {
  if (filter.is_everything()) {
    return fail(ErrorCode::kInvalidArgument,
                "A bulk change needs a filter. For every model write one that all fit, such as name IS NOT NULL.");
  }
  if (action.verb == Verb::kTag) return require_tag(action.key, action.value);
  if (action.verb == Verb::kUntag) TRY(registry::parse_tag_key(action.key));
  return {};
}

// What a note of a bulk change says of one model.
std::string text_of(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{};
}

// Takes one model back to how it was; why not, where that cannot be.
Result<std::string> take_back(Transaction& rows, const Caller& caller, Timestamp now, const json::object& before,
                              Verb verb, const json::object& note, std::string& reference) {
  const auto model = TRY(rows.find_model_by_id({text_of(before, "model")}));
  if (!model || !caller.identity.may_touch(model->name_space.text())) return std::string{"it is gone"};
  reference = model->reference();
  if (verb == Verb::kDelete) {
    const auto item = TRY(rows.find_trash(text_of(before, "trash")));
    if (!item) return std::string{"it is not in the trash any more"};
    if (TRY(rows.find_model(model->name_space, model->name))) return std::string{"its name is taken again"};
    TRY(rows.restore_trash(*item, now, caller.identity.name));
    TRY(record(rows, caller, now, {.action = "model.restored", .model = &*model, .subject = item->id}));
    return std::string{};
  }
  if (model->deleted_at) return std::string{"it is in the trash"};
  if (verb == Verb::kPin || verb == Verb::kUnpin) {
    Model changed = *model;
    if (changed.pinned != (verb == Verb::kPin)) return std::string{"it was changed again"};
    changed.pinned = verb != Verb::kPin;
    changed.updated_at = now;
    changed.updated_by = caller.identity.name;
    TRY(rows.update_model(changed));
    TRY(record(rows, caller, now, {.action = "model.updated", .model = &*model}));
    return std::string{};
  }
  const std::string key = text_of(note, "key");
  std::optional<std::string> value;
  for (const auto& [name, text] : TRY(rows.list_tags(model->id))) {
    if (name == key) value = text;
  }
  const bool as_left = verb == Verb::kTag ? value == text_of(note, "value") : !value;
  if (!as_left) return std::string{"it was changed again"};
  if (before.contains("value")) {
    TRY(rows.put_tag(model->id, key, text_of(before, "value")));
  } else {
    TRY(rows.remove_tag(model->id, key));
  }
  TRY(record(rows, caller, now,
             {.action = before.contains("value") ? "tag.set" : "tag.removed", .model = &*model, .subject = key}));
  return std::string{};
}

}  // namespace

Result<Verb> parse_bulk_verb(std::string_view word) {
  for (std::size_t i = 0; i < kVerbs.size(); ++i) {
    if (kVerbs.at(i) == word) return static_cast<Verb>(i);
  }
  return fail(ErrorCode::kInvalidArgument,
              "\"" + printable(word, 40) + "\" is nothing to do in bulk. Use delete, pin, unpin, tag or untag.");
}

std::string_view to_string(Verb verb) { return kVerbs.at(static_cast<std::size_t>(verb)); }

Result<BulkResult> Bulk::run(const Caller& caller, const registry::Filter& filter, const BulkAction& action,
                             DryRun dry_run) {
  TRY(require_sound(filter, action));
  const Timestamp now = clock_.now();
  const std::string id = new_ulid(now);
  const auto work = [&](Transaction& rows) -> Result<BulkResult> {
    BulkResult result;
    Change change{rows, caller, now, id};
    for (auto& row : TRY(find_all(rows, caller, filter))) {
      const std::string reason = TRY(reason_to_skip(rows, row, action));
      if (!reason.empty()) {
        result.skipped.emplace_back(row.model.reference(), reason);
        continue;
      }
      result.references.push_back(row.model.reference());
      result.models.push_back(row.model.id);
      if (dry_run == DryRun::kNo) TRY(change.apply(row, action));
    }
    if (dry_run == DryRun::kYes || result.references.empty()) return result;
    result.id = id;
    const json::object note{{"verb", to_string(action.verb)},
                            {"by", caller.identity.name},
                            {"key", action.key},
                            {"value", action.value},
                            {"models", change.take_before()}};
    TRY(rows.put_passing_note(note_key(id), json::serialize(note), now + kUndoFor));
    return result;
  };
  if (dry_run == DryRun::kYes) return metadata_.read_value<BulkResult>(work);
  return metadata_.transact_value<BulkResult>(work);
}

Result<BulkResult> Bulk::undo(const Caller& caller, std::string_view id) {
  const Timestamp now = clock_.now();
  return metadata_.transact_value<BulkResult>([&](Transaction& rows) -> Result<BulkResult> {
    const auto text = TRY(rows.find_note(note_key(id)));
    json::error_code error;
    const auto parsed = text ? json::parse(*text, error) : json::value(nullptr);
    const bool theirs = parsed.is_object() && (caller.identity.namespace_pattern == "*" ||
                                               text_of(parsed.get_object(), "by") == caller.identity.name);
    if (!theirs) {
      return fail(ErrorCode::kNotFound, "There is no bulk change \"" + printable(id, 40) +
                                            "\" to undo. It may be undone already, or older than 30 days.");
    }
    const json::object& note = parsed.get_object();
    const Verb verb = TRY(parse_bulk_verb(text_of(note, "verb")));
    BulkResult result{.id = std::string{id}};
    for (const auto& one : note.at("models").as_array()) {
      const json::object& before = one.as_object();
      std::string reference = text_of(before, "model");
      const std::string reason = TRY(take_back(rows, caller, now, before, verb, note, reference));
      if (!reason.empty()) {
        result.skipped.emplace_back(reference, reason);
        continue;
      }
      result.references.push_back(reference);
      result.models.push_back({text_of(before, "model")});
    }
    TRY(rows.remove_note(note_key(id)));
    return result;
  });
}

}  // namespace weighhouse::services
