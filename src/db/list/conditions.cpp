#include "db/list/conditions.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace weighhouse::db {

using namespace registry;

namespace {

using Of = Field::Of;

std::string_view symbol_of(Comparison comparison) {
  switch (comparison) {
    case Comparison::kNotEqual:
      return "<>";
    case Comparison::kLess:
      return "<";
    case Comparison::kLessEqual:
      return "<=";
    case Comparison::kGreater:
      return ">";
    case Comparison::kGreaterEqual:
      return ">=";
    default:
      return "=";
  }
}

std::string text_of(const Literal& literal) {
  if (const auto* text = std::get_if<std::string>(&literal)) return *text;
  if (const auto* flag = std::get_if<bool>(&literal)) return *flag ? "true" : "false";
  if (const auto* time = std::get_if<Timestamp>(&literal)) return time->to_string();
  return std::to_string(std::get<double>(literal));
}

double number_of(const Literal& literal) {
  if (const auto* number = std::get_if<double>(&literal)) return *number;
  if (const auto* flag = std::get_if<bool>(&literal)) return *flag ? 1 : 0;
  return 0;
}

// LIKE of both engines in MLflow's sense: "%" and "_" are wild, nothing escapes them, case counts.
std::string like(std::string_view expression, const std::string& pattern, bool ignoring_case, Statement& statement) {
  std::string written;
  if (!statement.is_sqlite()) {
    for (const char c : pattern) written += c == '\\' ? std::string{"\\\\"} : std::string{c};
    return std::string{expression} + (ignoring_case ? " ILIKE " : " LIKE ") +
           statement.bind(Param::owning(std::move(written)));
  }
  if (ignoring_case) return std::string{expression} + " LIKE " + statement.bind(Param::owning(pattern));
  for (const char c : pattern) {
    if (c == '%') {
      written += '*';
    } else if (c == '_') {
      written += '?';
    } else if (c == '*' || c == '?' || c == '[') {
      written += std::string{'['} + c + ']';
    } else {
      written += c;
    }
  }
  return std::string{expression} + " GLOB " + statement.bind(Param::owning(std::move(written)));
}

// The values as a bracketed list of placeholders.
template <class Bind>
std::string list_of(const Condition& condition, const Bind& bind) {
  std::string list;
  for (const Literal& value : condition.values) list += (list.empty() ? "(" : ", ") + bind(value);
  return list + ")";
}

std::string bind_number(const Literal& literal, Statement& statement) {
  const double number = number_of(literal);
  // A whole number fits columns of either type; PostgreSQL wants to be told of any other.
  constexpr double kExact = 9007199254740992.0;
  if (std::trunc(number) == number && std::abs(number) < kExact) {
    return statement.bind(static_cast<std::int64_t>(number));
  }
  return "CAST(" + statement.bind(number) + " AS DOUBLE PRECISION)";
}

bool negates(Comparison comparison) {
  return comparison == Comparison::kNotEqual || comparison == Comparison::kNotIn || comparison == Comparison::kIsNull;
}

// The same comparison without its NOT.
Condition affirmed(Condition condition) {
  if (condition.comparison == Comparison::kNotEqual) condition.comparison = Comparison::kEqual;
  if (condition.comparison == Comparison::kNotIn) condition.comparison = Comparison::kIn;
  if (condition.comparison == Comparison::kIsNull) condition.comparison = Comparison::kIsNotNull;
  return condition;
}

// A column of models that no index shall be chosen for.
std::string column(std::string_view name, const Statement& statement) {
  return (statement.is_sqlite() ? "+m." : "m.") + std::string{name};
}

std::string exists(const std::string& from_where, const std::string& comparison) {
  return "EXISTS (SELECT 1 FROM " + from_where + (comparison.empty() ? "" : " AND " + comparison) + ")";
}

// What a model has several of: aliases, labels, formats, digests. "Is not x" means that none is x.
std::string among(const std::string& from_where, std::string_view expression, const Condition& condition,
                  Statement& statement) {
  const Condition plain = affirmed(condition);
  const std::string comparison =
      plain.comparison == Comparison::kIsNotNull ? "" : compare_text(expression, plain, statement);
  return (negates(condition.comparison) ? "NOT " : "") + exists(from_where, comparison);
}

std::string of_versions(const std::string& demand, std::string_view expression, const Condition& condition,
                        Statement& statement) {
  return among("versions v WHERE v.model_id = m.id AND v.listed = 1 AND " + demand, expression, condition, statement);
}

// What a model has one of under a key: tags, metrics, metadata. "Is not x" means that it is something else.
template <class Compare>
std::string under_key(const std::string& from_where, const Condition& condition, const Compare& compare) {
  if (condition.comparison == Comparison::kIsNull) return "NOT " + exists(from_where, "");
  if (condition.comparison == Comparison::kIsNotNull) return exists(from_where, "");
  return exists(from_where, compare());
}

std::string on_metric(const Condition& condition, Statement& statement) {
  const Field& field = condition.field;
  return under_key("current_metrics c WHERE c.model_id = m.id AND c.name = " + statement.bind(field.key) +
                       " AND c.class_name = " + statement.bind(field.class_name) +
                       " AND c.slice = " + statement.bind(field.slice),
                   condition, [&] { return compare_number("c.value", condition, statement); });
}

std::string on_meta(const Condition& condition, Statement& statement) {
  return under_key("meta_paths p WHERE p.model_id = m.id AND p.path = " + statement.bind(condition.field.key),
                   condition, [&] {
                     const bool numeric = std::holds_alternative<double>(condition.values.front());
                     return numeric ? compare_number("p.number_value", condition, statement)
                                    : compare_text("p.text_value", condition, statement);
                   });
}

// A text of the model's training; a model without one has an empty text.
std::string on_training_text(std::string_view expression, const Condition& condition, Statement& statement) {
  return compare_text("COALESCE((SELECT " + std::string{expression} + " FROM trainings g WHERE g.model_id = m.id), '')",
                      condition, statement);
}

std::string on_dataset(const Condition& condition, Statement& statement) {
  if (!is_pattern(condition.comparison)) return on_training_text("g.dataset_id", condition, statement);
  return on_training_text("(SELECT d.name FROM datasets d WHERE d.id = g.dataset_id)", condition, statement);
}

std::string on_slice(const Condition& condition, Statement& statement) {
  const std::string used = "trained_on t WHERE t.model_id = m.id AND t.number = 0";
  if (!is_pattern(condition.comparison)) return among(used, "t.slice_id", condition, statement);
  return among("trained_on t JOIN slices s ON s.id = t.slice_id WHERE t.model_id = m.id AND t.number = 0", "s.name",
               condition, statement);
}

std::string on_condition(const Condition& condition, Statement& statement) {
  switch (condition.field.of) {
    case Of::kName: {
      const bool as_written = is_pattern(condition.comparison);
      return as_written ? compare_text(column("name", statement), condition, statement)
                        : compare_folded(column("name_folded", statement), condition, statement);
    }
    case Of::kNamespace:
      return compare_text(column("namespace", statement), condition, statement);
    case Of::kKind:
      return compare_text(column("kind", statement), condition, statement);
    case Of::kType:
      return compare_text(column("type", statement), condition, statement);
    case Of::kDisplayName:
      return compare_text("CASE WHEN m.display_name = '' THEN m.name ELSE m.display_name END", condition, statement);
    case Of::kDescription:
      return compare_text("m.description", condition, statement);
    case Of::kCreatedBy:
      return compare_text("m.created_by", condition, statement);
    case Of::kLicence:
      return compare_text("m.licence", condition, statement);
    case Of::kCreatedAt:
      return compare_text(column("created_at", statement), condition, statement);
    case Of::kUpdatedAt:
      return compare_text(column("updated_at", statement), condition, statement);
    case Of::kSize:
      return compare_number(column("size_bytes", statement), condition, statement);
    case Of::kVersions:
      return compare_number("m.version_count", condition, statement);
    case Of::kPinned:
      return compare_number(column("pinned", statement), condition, statement);
    case Of::kAlias:
      return among("aliases a WHERE a.model_id = m.id AND a.listed = 1", "a.name", condition, statement);
    case Of::kLabel:
      return of_versions("v.label IS NOT NULL", "v.label", condition, statement);
    case Of::kDigest:
      return among(
          "files f JOIN versions v ON v.model_id = f.model_id AND v.number = f.number "
          "WHERE f.model_id = m.id AND v.listed = 1",
          "f.digest", condition, statement);
    case Of::kFormat:
      return among("files f WHERE f.model_id = m.id AND f.number = m.current_number AND f.format <> ''", "f.format",
                   condition, statement);
    case Of::kSource:
      return of_versions("v.origin_source <> ''", "v.origin_source", condition, statement);
    case Of::kCommit:
      return of_versions("v.origin_commit <> ''", "v.origin_commit", condition, statement);
    case Of::kNumber: {
      const Condition plain = affirmed(condition);
      return (negates(condition.comparison) ? "NOT " : "") +
             exists("versions v WHERE v.model_id = m.id AND v.listed = 1",
                    compare_number("v.number", plain, statement));
    }
    case Of::kTag:
      return under_key("tags t WHERE t.model_id = m.id AND t.key = " + statement.bind(condition.field.key), condition,
                       [&] { return compare_text("t.value", condition, statement); });
    case Of::kMetric:
      return on_metric(condition, statement);
    case Of::kMeta:
      return on_meta(condition, statement);
    case Of::kId:
      return compare_text(column("id", statement), condition, statement);
    case Of::kUpdatedBy:
      return compare_text("m.updated_by", condition, statement);
    case Of::kDataset:
      return on_dataset(condition, statement);
    case Of::kSlice:
      return on_slice(condition, statement);
    case Of::kStatus:
      return on_training_text("g.status", condition, statement);
    case Of::kTask:
      return on_training_text("g.task", condition, statement);
    case Of::kBaseline:
      return on_training_text("g.baseline", condition, statement);
    case Of::kScoreKey:
      return on_training_text("g.score_key", condition, statement);
    case Of::kTrained:
      return compare_number(
          "CASE WHEN EXISTS (SELECT 1 FROM trainings g WHERE g.model_id = m.id AND g.status = 'completed') "
          "THEN 1 ELSE 0 END",
          condition, statement);
    case Of::kTrainedAt:
      return under_key("trainings g WHERE g.model_id = m.id AND g.trained_at IS NOT NULL", condition,
                       [&] { return compare_text("g.trained_at", condition, statement); });
    case Of::kScore:
      return under_key("trainings g WHERE g.model_id = m.id AND g.score_value IS NOT NULL", condition,
                       [&] { return compare_number("g.score_value", condition, statement); });
  }
  return "1 = 1";
}

std::string on_search(const Search& search, Statement& statement) {
  const std::string text = to_lower(search.text);
  const auto fits = [&](std::string_view expression) {
    if (!is_substring_search(text)) return has_prefix(expression, text, statement);
    return holds(expression, text, statement);
  };
  const std::string name = fits("s.name");
  return "EXISTS (SELECT 1 FROM search_texts s WHERE s.model_id = m.id AND (" + name + " OR " + fits("s.display_name") +
         "))";
}

std::string joined(const std::vector<Filter>& parts, std::string_view word, Statement& statement) {
  std::string text;
  for (const Filter& part : parts) {
    text += (text.empty() ? "(" : " " + std::string{word} + " ") + condition_on(part, statement);
  }
  return text + ")";
}

}  // namespace

std::string compare_text(std::string_view expression, const Condition& condition, Statement& statement) {
  const std::string left{expression};
  const auto bind = [&](const Literal& value) { return statement.bind(Param::owning(text_of(value))); };
  switch (condition.comparison) {
    case Comparison::kLike:
    case Comparison::kILike:
      return like(left, text_of(condition.values.front()), condition.comparison == Comparison::kILike, statement);
    case Comparison::kContains:
      return holds("lower(" + left + ")", to_lower(text_of(condition.values.front())), statement);
    case Comparison::kIn:
      return left + " IN " + list_of(condition, bind);
    case Comparison::kNotIn:
      return left + " NOT IN " + list_of(condition, bind);
    case Comparison::kIsNull:
      return left + " = ''";
    case Comparison::kIsNotNull:
      return left + " <> ''";
    default:
      return left + " " + std::string{symbol_of(condition.comparison)} + " " + bind(condition.values.front());
  }
}

std::string compare_number(std::string_view expression, const Condition& condition, Statement& statement) {
  const std::string left{expression};
  const auto bind = [&](const Literal& value) { return bind_number(value, statement); };
  switch (condition.comparison) {
    case Comparison::kIn:
      return left + " IN " + list_of(condition, bind);
    case Comparison::kNotIn:
      return left + " NOT IN " + list_of(condition, bind);
    case Comparison::kIsNull:
      return "1 = 0";
    case Comparison::kIsNotNull:
      return "1 = 1";
    default:
      return left + " " + std::string{symbol_of(condition.comparison)} + " " + bind(condition.values.front());
  }
}

std::string compare_folded(std::string_view expression, const Condition& condition, Statement& statement) {
  Condition folded = condition;
  for (Literal& value : folded.values) value = to_lower(text_of(value));
  return compare_text(expression, folded, statement);
}

std::string has_prefix(std::string_view expression, std::string_view prefix, Statement& statement) {
  constexpr std::string_view kLastCharacter = "\xF4\x8F\xBF\xBF";
  const std::string left{expression};
  const std::string from = statement.bind(Param::owning(std::string{prefix}));
  return "(" + left + " >= " + from + " AND " + left + " < " +
         statement.bind(Param::owning(std::string{prefix} + std::string{kLastCharacter})) + ")";
}

std::string holds(std::string_view expression, std::string_view part, Statement& statement) {
  return (statement.is_sqlite() ? "instr(" : "strpos(") + std::string{expression} + ", " +
         statement.bind(Param::owning(std::string{part})) + ") > 0";
}

bool is_substring_search(std::string_view text) {
  const auto begins_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  return std::count_if(text.begin(), text.end(), begins_character) >= 3;
}

std::string condition_on(const Filter& filter, Statement& statement) {
  if (const auto* all = std::get_if<All>(&filter.node)) {
    return all->of.empty() ? "1 = 1" : joined(all->of, "AND", statement);
  }
  if (const auto* any = std::get_if<Any>(&filter.node)) {
    return any->of.empty() ? "1 = 0" : joined(any->of, "OR", statement);
  }
  if (const auto* negated = std::get_if<Not>(&filter.node)) {
    return "NOT (" + condition_on(negated->of.front(), statement) + ")";
  }
  if (const auto* search = std::get_if<Search>(&filter.node)) return on_search(*search, statement);
  return on_condition(std::get<Condition>(filter.node), statement);
}

}  // namespace weighhouse::db
