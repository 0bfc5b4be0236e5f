#include "db/list/order.h"

namespace weighhouse::db {

using namespace registry;

namespace {

using Of = Field::Of;
using Type = SortKey::Type;

Param param_of(const CursorValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* text = std::get_if<std::string>(&value)) return Param::owning(*text);
  return Param{std::nullopt};
}

Result<SortKey> sort_key(const OrderKey& order) {
  const Field& field = order.field;
  const auto column = [&](const char* name, Type type) { return plain_key(name, type, order.descending); };
  const auto of_training = [&](const char* name, Type type) {
    return SortKey{
        [name](Statement&) { return "(SELECT g." + std::string{name} + " FROM trainings g WHERE g.model_id = m.id)"; },
        type, order.descending, true};
  };
  switch (field.of) {
    case Of::kName:
      return column("m.name_folded", Type::kText);
    case Of::kNamespace:
      return column("m.namespace", Type::kText);
    case Of::kKind:
      return column("m.kind", Type::kText);
    case Of::kType:
      return column("m.type", Type::kText);
    case Of::kDisplayName:
      return column("CASE WHEN m.display_name = '' THEN m.name ELSE m.display_name END", Type::kText);
    case Of::kCreatedAt:
      return column("m.created_at", Type::kText);
    case Of::kUpdatedAt:
      return column("m.updated_at", Type::kText);
    case Of::kCreatedBy:
      return column("m.created_by", Type::kText);
    case Of::kLicence:
      return column("m.licence", Type::kText);
    case Of::kSize:
      return column("m.size_bytes", Type::kInteger);
    case Of::kVersions:
      return column("m.version_count", Type::kInteger);
    case Of::kPinned:
      return column("m.pinned", Type::kInteger);
    case Of::kMetric:
      return SortKey{[field](Statement& s) {
                       return "(SELECT c.value FROM current_metrics c WHERE c.model_id = m.id AND c.name = " +
                              s.bind(Param::owning(field.key)) +
                              " AND c.class_name = " + s.bind(Param::owning(field.class_name)) +
                              " AND c.slice = " + s.bind(Param::owning(field.slice)) + ")";
                     },
                     Type::kReal, order.descending, true};
    case Of::kUpdatedBy:
      return column("m.updated_by", Type::kText);
    case Of::kStatus:
      return of_training("status", Type::kText);
    case Of::kTask:
      return of_training("task", Type::kText);
    case Of::kBaseline:
      return of_training("baseline", Type::kText);
    case Of::kScoreKey:
      return of_training("score_key", Type::kText);
    case Of::kTrainedAt:
      return of_training("trained_at", Type::kText);
    case Of::kScore:
      return of_training("score_value", Type::kReal);
    case Of::kTrained:
      return column(
          "CASE WHEN EXISTS (SELECT 1 FROM trainings g WHERE g.model_id = m.id AND g.status = 'completed') "
          "THEN 1 ELSE 0 END",
          Type::kInteger);
    case Of::kTag:
      return SortKey{[field](Statement& s) {
                       return "(SELECT t.value FROM tags t WHERE t.model_id = m.id AND t.key = " +
                              s.bind(Param::owning(field.key)) + ")";
                     },
                     Type::kText, order.descending, true};
    default:
      return fail(ErrorCode::kInvalidArgument, "A list cannot be ordered by " + to_string(field) +
                                                   ". Use name, namespace, kind, created_at, updated_at, size, "
                                                   "versions, score, trained_at, tag.x or metric.x.");
  }
}

std::string behind_key(const SortKey& key, const CursorValue& value, Statement& statement) {
  if (std::holds_alternative<std::monostate>(value)) return "1 = 0";
  const std::string beyond =
      key.expression(statement) + (key.descending ? " < " : " > ") + statement.bind(param_of(value));
  return key.nullable ? "(" + beyond + " OR " + key.expression(statement) + " IS NULL)" : beyond;
}

std::string at_key(const SortKey& key, const CursorValue& value, Statement& statement) {
  if (std::holds_alternative<std::monostate>(value)) return key.expression(statement) + " IS NULL";
  return key.expression(statement) + " = " + statement.bind(param_of(value));
}

}  // namespace

SortKey plain_key(std::string expression, Type type, bool descending) {
  return {[expression = std::move(expression)](Statement&) { return expression; }, type, descending, false};
}

Result<std::vector<SortKey>> sort_keys(const std::vector<OrderKey>& order) {
  std::vector<SortKey> keys;
  for (const OrderKey& key : order) keys.push_back(TRY(sort_key(key)));
  if (keys.empty()) keys.push_back(plain_key("m.created_at", Type::kText, true));
  keys.push_back(plain_key("m.id", Type::kText, keys.back().descending));
  return keys;
}

std::string order_by(const std::vector<SortKey>& keys, Statement& statement) {
  std::string text;
  for (const SortKey& key : keys) {
    if (!text.empty()) text += ", ";
    if (key.nullable) text += key.expression(statement) + " IS NULL, ";
    text += key.expression(statement) + (key.descending ? " DESC" : "");
  }
  return text;
}

std::string is_behind(const std::vector<SortKey>& keys, const std::vector<CursorValue>& position,
                      Statement& statement) {
  std::string text = behind_key(keys.back(), position.back(), statement);
  for (std::size_t i = keys.size() - 1; i-- > 0;) {
    text = "(" + behind_key(keys[i], position[i], statement) + " OR (" + at_key(keys[i], position[i], statement) +
           " AND " + text + "))";
  }
  const SortKey& first = keys.front();
  if (first.nullable) return text;
  // Says nothing new, but gives an index the place to begin at.
  return first.expression(statement) + (first.descending ? " <= " : " >= ") +
         statement.bind(param_of(position.front())) + " AND " + text;
}

Result<> check_position(const std::vector<SortKey>& keys, const std::vector<CursorValue>& position) {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const CursorValue& value = position[i];
    const bool fits = std::holds_alternative<std::monostate>(value) ? keys[i].nullable
                      : keys[i].type == Type::kText                 ? std::holds_alternative<std::string>(value)
                      : keys[i].type == Type::kInteger              ? std::holds_alternative<std::int64_t>(value)
                                                                    : std::holds_alternative<double>(value);
    if (!fits) return fail(ErrorCode::kInvalidArgument, "The cursor is damaged. Begin again without one.");
  }
  return {};
}

CursorValue value_at(const Row& row, int column, const SortKey& key) {
  if (row.is_null(column)) return std::monostate{};
  switch (key.type) {
    case Type::kInteger:
      return row.integer(column);
    case Type::kReal:
      return row.real(column);
    case Type::kText:
      break;
  }
  return std::string{row.text(column)};
}

}  // namespace weighhouse::db
