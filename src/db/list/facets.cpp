#include "db/list/facets.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "db/list/conditions.h"

namespace weighhouse::db {

using namespace registry;

namespace {

using Of = Field::Of;

std::function<std::string(Statement&)> constant(std::string text) {
  return [text = std::move(text)](Statement&) { return text; };
}

Facet of_models(std::function<std::string(Statement&)> condition, bool newest_first) {
  return {constant("models f"),
          [condition = std::move(condition)](Statement& statement) {
            return condition(statement) + " AND f.deleted_at IS NULL";
          },
          "f.id",
          "f.created_at",
          newest_first,
          {},
          1};
}

Facet of_table(const std::string& table, std::function<std::string(Statement&)> condition, bool newest_first) {
  return {
      constant(table + " f"),
      [condition = std::move(condition)](Statement& statement) { return condition(statement) + " AND f.listed = 1"; },
      "f.model_id",
      "f.model_created_at",
      newest_first,
      {},
      1};
}

// The text in front of a "%" that stands alone at the end of a pattern.
std::optional<std::string> prefix_of(const Condition& condition) {
  const auto* pattern = std::get_if<std::string>(&condition.values.front());
  if (pattern == nullptr || pattern->size() < 2 || pattern->find_first_of("%_") != pattern->size() - 1 ||
      pattern->back() != '%') {
    return std::nullopt;
  }
  return pattern->substr(0, pattern->size() - 1);
}

std::optional<Facet> name_facet(const Condition& condition) {
  if (condition.comparison == Comparison::kEqual || condition.comparison == Comparison::kIn) {
    return of_models([&condition](Statement& s) { return compare_folded("f.name_folded", condition, s); }, false);
  }
  if (condition.comparison != Comparison::kLike && condition.comparison != Comparison::kILike) return std::nullopt;
  const auto prefix = prefix_of(condition);
  if (!prefix) return std::nullopt;
  // The range finds names of any case; the index holds the name as it was written, to tell them apart.
  return of_models(
      [&condition, folded = to_lower(*prefix)](Statement& s) {
        return has_prefix("f.name_folded", folded, s) + " AND " + compare_text("f.name", condition, s);
      },
      false);
}

std::optional<Facet> equality_facet(const Condition& condition) {
  const auto equals = [&condition](const char* column) {
    return [&condition, column](Statement& s) { return compare_text(column, condition, s); };
  };
  switch (condition.field.of) {
    case Of::kKind:
      return of_models(equals("f.kind"), true);
    case Of::kNamespace:
      return of_models(equals("f.namespace"), true);
    case Of::kType:
      return of_models(equals("f.type"), true);
    case Of::kAlias:
      return of_table("aliases", equals("f.name"), true);
    case Of::kLabel:
      return of_table(
          "versions",
          [&condition](Statement& s) { return compare_text("f.label", condition, s) + " AND f.label IS NOT NULL"; },
          true);
    case Of::kTag:
      return of_table(
          "tags",
          [&condition](Statement& s) {
            return "f.key = " + s.bind(condition.field.key) + " AND " + compare_text("f.value", condition, s);
          },
          true);
    case Of::kDataset:
      return of_table("trainings", equals("f.dataset_id"), true);
    case Of::kStatus:
      return of_table("trainings", equals("f.status"), true);
    case Of::kTask:
      return of_table("trainings", equals("f.task"), true);
    case Of::kBaseline:
      return of_table("trainings", equals("f.baseline"), true);
    case Of::kScoreKey:
      return of_table("trainings", equals("f.score_key"), true);
    case Of::kDigest:
      return Facet{[&condition](Statement& s) {
                     return "(SELECT DISTINCT v.model_id AS id, v.model_created_at AS created_at FROM files x "
                            "CROSS JOIN versions v WHERE " +
                            compare_text("x.digest", condition, s) +
                            " AND v.model_id = x.model_id AND v.number = x.number AND v.listed = 1) f";
                   },
                   constant("1 = 1"),
                   "f.id",
                   "f.created_at",
                   false,
                   {},
                   3};
    default:
      return std::nullopt;
  }
}

std::optional<Facet> pinned_facet(const Condition& condition) {
  const auto* flag = std::get_if<bool>(&condition.values.front());
  if (condition.comparison != Comparison::kEqual || flag == nullptr || !*flag) return std::nullopt;
  return of_models(constant("f.pinned = 1"), true);
}

std::optional<Facet> trained_facet(const Condition& condition) {
  const auto* flag = std::get_if<bool>(&condition.values.front());
  if (condition.comparison != Comparison::kEqual || flag == nullptr || !*flag) return std::nullopt;
  return of_table("trainings", constant("f.status = 'completed'"), true);
}

std::optional<Facet> id_facet(const Condition& condition) {
  if (condition.comparison != Comparison::kEqual && condition.comparison != Comparison::kIn) return std::nullopt;
  return of_models([&condition](Statement& s) { return compare_text("f.id", condition, s); }, false);
}

// A model may use a slice for both purposes.
std::optional<Facet> slice_facet(const Condition& condition) {
  if (condition.comparison != Comparison::kEqual && condition.comparison != Comparison::kIn) return std::nullopt;
  return Facet{[&condition](Statement& s) {
                 return "(SELECT DISTINCT t.model_id AS id, t.model_created_at AS created_at FROM trained_on t WHERE " +
                        compare_text("t.slice_id", condition, s) + " AND t.number = 0 AND t.listed = 1) f";
               },
               constant("1 = 1"),
               "f.id",
               "f.created_at",
               false,
               {},
               2};
}

enum class Names : std::uint8_t { kEither, kName, kDisplayName };

// Whether such a name in `row` of search_texts holds the text. A model without a display name shows its name.
std::string name_holds(const std::string& row, Names names, const std::string& text, Statement& s) {
  const std::string name = row + ".name";
  const std::string display_name = row + ".display_name";
  switch (names) {
    case Names::kEither:
      return "(" + holds(name, text, s) + " OR " + holds(display_name, text, s) + ")";
    case Names::kName:
      return holds(name, text, s);
    case Names::kDisplayName:
      return holds("CASE WHEN " + display_name + " = '' THEN " + name + " ELSE " + display_name + " END", text, s);
  }
  return "1 = 0";
}

// Names that hold the text, which is long enough for the index of substrings.
Facet substring_facet(const std::string& text, Names names) {
  const auto candidates = [text, names](Statement& s) -> std::string {
    if (s.is_sqlite()) {
      std::string phrase = "\"";
      for (const char c : text) phrase += c == '"' ? std::string{"\"\""} : std::string{c};
      const std::string match = s.bind(Param::owning(phrase + "\""));
      return "x.model_search MATCH " + match + " AND t.row_key = x.rowid AND " + name_holds("t", names, text, s);
    }
    std::string pattern = "%";
    for (const char c : text) pattern += c == '%' || c == '_' || c == '\\' ? std::string{'\\', c} : std::string{c};
    const std::string sought = s.bind(Param::owning(pattern + "%"));
    return "(t.name LIKE " + sought + " OR t.display_name LIKE " + sought + ") AND " + name_holds("t", names, text, s);
  };
  const auto meets = [text, names](Statement& s) { return name_holds("f", names, text, s); };
  return {[candidates](Statement& s) {
            return "(SELECT t.model_id AS id, t.model_created_at AS created_at FROM " +
                   std::string{s.is_sqlite() ? "model_search x CROSS JOIN " : ""} + "search_texts t WHERE " +
                   candidates(s) + " AND t.listed = 1) f";
          },
          constant("1 = 1"),
          "f.id",
          "f.created_at",
          false,
          {},
          3,
          std::make_shared<Facet>(of_table("search_texts", meets, true)),
          [text, names](Statement& s) { return name_holds("t", names, text, s); }};
}

Facet search_facet(const Search& search) {
  const std::string text = to_lower(search.text);
  if (is_substring_search(text)) return substring_facet(text, Names::kEither);
  return {[text](Statement& s) {
            return "(SELECT n.id AS id, n.created_at AS created_at FROM models n WHERE n.deleted_at IS NULL AND " +
                   has_prefix("n.name_folded", text, s) +
                   " UNION ALL SELECT d.model_id, d.model_created_at FROM search_texts d WHERE d.listed = 1 AND "
                   "d.display_name <> '' AND " +
                   has_prefix("d.display_name", text, s) + " AND NOT " + has_prefix("d.name", text, s) + ") f";
          },
          constant("1 = 1"),
          "f.id",
          "f.created_at",
          false,
          {},
          3};
}

std::optional<Facet> contains_facet(const Condition& condition) {
  const bool of_names = condition.field.of == Of::kName || condition.field.of == Of::kDisplayName;
  if (!of_names || condition.comparison != Comparison::kContains) return std::nullopt;
  const std::string text = to_lower(std::get<std::string>(condition.values.front()));
  if (!is_substring_search(text)) return std::nullopt;
  return substring_facet(text, condition.field.of == Of::kName ? Names::kName : Names::kDisplayName);
}

// Ranges of one thing belong to one facet: metric.f1 > 0.5 AND metric.f1 < 0.9.
struct Range {
  Field field;
  std::vector<std::pair<std::size_t, const Condition*>> bounds;
};

std::optional<std::string> range_key(const Condition& condition) {
  switch (condition.field.of) {
    case Of::kCreatedAt:
    case Of::kUpdatedAt:
    case Of::kSize:
    case Of::kMetric:
      if (is_range(condition)) return to_string(condition.field);
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

Facet range_facet(const Range& range) {
  const Field& field = range.field;
  const bool of_metric = field.of == Of::kMetric;
  const std::string column = of_metric                    ? "f.value"
                             : field.of == Of::kSize      ? "f.size_bytes"
                             : field.of == Of::kUpdatedAt ? "f.updated_at"
                                                          : "f.created_at";
  const auto bounds = [bounds = range.bounds, numeric = of_metric || field.of == Of::kSize](const std::string& of,
                                                                                            Statement& s) {
    std::string text;
    for (const auto& [index, condition] : bounds) {
      text += (text.empty() ? "" : " AND ") +
              (numeric ? compare_number(of, *condition, s) : compare_text(of, *condition, s));
    }
    return text;
  };
  const auto of_column = [bounds](std::string name) {
    return [bounds, name = std::move(name)](Statement& s) { return bounds(name, s); };
  };
  const auto of_the_metric = [field](const std::function<std::string(Statement&)>& demand, bool newest_first) {
    return of_table(
        "current_metrics",
        [field, demand](Statement& s) {
          return "f.name = " + s.bind(Param::owning(field.key)) +
                 " AND f.class_name = " + s.bind(Param::owning(field.class_name)) +
                 " AND f.slice = " + s.bind(Param::owning(field.slice)) + " AND " + demand(s);
        },
        newest_first);
  };
  Facet facet =
      of_metric ? of_the_metric(of_column(column), false) : of_models(of_column(column), field.of == Of::kCreatedAt);
  if (of_metric) {
    // The sign keeps SQLite from the index by value, which would have to sort what it finds.
    const auto in_passing = [bounds](Statement& s) { return bounds(s.is_sqlite() ? "+f.value" : "f.value", s); };
    facet.walk = std::make_shared<Facet>(of_the_metric(in_passing, true));
  }
  for (const auto& [index, condition] : range.bounds) facet.says.push_back(index);
  return facet;
}

}  // namespace

bool is_range(const Condition& condition) {
  switch (condition.comparison) {
    case Comparison::kEqual:
    case Comparison::kLess:
    case Comparison::kLessEqual:
    case Comparison::kGreater:
    case Comparison::kGreaterEqual:
      return true;
    default:
      return false;
  }
}

std::vector<Facet> facets_of(const std::vector<Filter>& conjuncts) {
  std::vector<Facet> facets;
  std::map<std::string, Range> ranges;
  for (std::size_t i = 0; i < conjuncts.size(); ++i) {
    if (const auto* search = std::get_if<Search>(&conjuncts[i].node)) {
      facets.push_back(search_facet(*search));
      facets.back().says = {i};
      continue;
    }
    const auto* condition = std::get_if<Condition>(&conjuncts[i].node);
    if (condition == nullptr) continue;
    if (const auto key = range_key(*condition)) {
      Range& range = ranges.try_emplace(*key, Range{condition->field, {}}).first->second;
      range.bounds.emplace_back(i, condition);
      continue;
    }
    std::optional<Facet> facet = contains_facet(*condition);
    if (condition->field.of == Of::kName && !facet) facet = name_facet(*condition);
    if (condition->field.of == Of::kPinned) facet = pinned_facet(*condition);
    if (condition->field.of == Of::kTrained) facet = trained_facet(*condition);
    if (condition->field.of == Of::kId) facet = id_facet(*condition);
    if (condition->field.of == Of::kSlice) facet = slice_facet(*condition);
    if (condition->comparison == Comparison::kEqual && !facet) facet = equality_facet(*condition);
    if (!facet) continue;
    facet->says = {i};
    facets.push_back(*std::move(facet));
  }
  for (const auto& [key, range] : ranges) facets.push_back(range_facet(range));
  for (const Facet& facet : facets) {
    if (facet.walk) facet.walk->says = facet.says;
  }
  return facets;
}

}  // namespace weighhouse::db
