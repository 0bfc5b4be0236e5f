#include <chrono>

#include "base/text.h"
#include "db/list/details.h"
#include "db/list/plan.h"
#include "db/list/resolve.h"
#include "db/rows.h"
#include "db/transaction.h"

namespace weighhouse::db {
namespace {

constexpr std::size_t kLongestPage = 1'000;

// The parts of a filter that all have to hold, and what the caller may see.
std::vector<Filter> conjuncts_of(const ModelQuery& query) {
  std::vector<Filter> conjuncts;
  const auto* all = std::get_if<All>(&query.filter.node);
  conjuncts = all != nullptr ? all->of : std::vector<Filter>{query.filter};
  const std::string& pattern = query.namespace_pattern;
  const auto demand = [&](Comparison comparison, std::string text) {
    conjuncts.push_back({Condition{{Field::Of::kNamespace}, comparison, {std::move(text)}}});
  };
  if (!pattern.ends_with('*')) {
    demand(Comparison::kEqual, pattern);
  } else if (pattern.size() > 1) {
    const std::string prefix = pattern.substr(0, pattern.size() - 1);
    demand(Comparison::kGreaterEqual, prefix);
    demand(Comparison::kLess, prefix + "\x7F");  // above every character of a namespace
  }
  return conjuncts;
}

// A cursor is good for the same filter, order and sight; the length may change.
std::string identity_of(const ModelQuery& query) {
  std::string text = "models\n" + to_string(query.filter) + "\n" + query.namespace_pattern + "\n";
  for (const OrderKey& key : query.order) text += to_string(key.field) + (key.descending ? " DESC," : ",");
  return text;
}

constexpr Query kTotal{"list.total", R"sql(
  SELECT CAST(COALESCE(SUM(value), 0) AS BIGINT) FROM counters WHERE name >= ?1 AND name < ?2)sql"};
constexpr Query kTotalOfNamespace{"list.total_of_namespace", "SELECT value FROM counters WHERE name = ?1"};

// The one namespace that a filter asks for, if that is all it does.
std::optional<std::string> only_namespace(const Filter& filter) {
  const auto* condition = std::get_if<Condition>(&filter.node);
  if (condition == nullptr || condition->field.of != Field::Of::kNamespace ||
      condition->comparison != Comparison::kEqual) {
    return std::nullopt;
  }
  return std::get<std::string>(condition->values.front());
}

// From the counters, where they tell.
Result<std::optional<std::uint64_t>> counted_total(Connection& db, const ModelQuery& query) {
  const std::string& pattern = query.namespace_pattern;
  const auto only = query.filter.is_everything() && !pattern.ends_with('*') ? std::optional{pattern}
                    : pattern == "*"                                        ? only_namespace(query.filter)
                                                                            : std::nullopt;
  std::optional<std::uint64_t> total;
  if (only) {
    total = static_cast<std::uint64_t>(TRY(db.number(kTotalOfNamespace, {"models/" + *only})));
  } else if (query.filter.is_everything()) {
    const std::string prefix = "models/" + pattern.substr(0, pattern.size() - 1);
    total = static_cast<std::uint64_t>(TRY(db.number(kTotal, {prefix, prefix + "\x7F"})));
  }
  return total;
}

constexpr Query kTotalOfDataset{"list.total_of_dataset", "SELECT model_count FROM datasets WHERE id = ?1"};

// From the dataset's own count, where the filter asks for its models and for nothing else.
Result<std::optional<std::uint64_t>> counted_models_of(Connection& db, const Filter& filter) {
  std::optional<std::uint64_t> total;
  const auto* condition = std::get_if<Condition>(&filter.node);
  if (condition != nullptr && condition->field.of == Field::Of::kDataset &&
      condition->comparison == Comparison::kEqual) {
    const auto& id = std::get<std::string>(condition->values.front());
    total = static_cast<std::uint64_t>(TRY(db.number(kTotalOfDataset, {id})));
  }
  return total;
}

Error too_many() {
  return {
      ErrorCode::kInvalidArgument,
      "This filter would look at too many models. Narrow it by kind, namespace, dataset, a tag, an alias, a metric, "
      "a time or the beginning of a name."};
}

}  // namespace

Result<Page<ModelRow>> SqlTransaction::list_models(const ModelQuery& query) {
  const std::string identity = identity_of(query);
  const std::size_t key_count = std::max<std::size_t>(query.order.size(), 1) + 1;
  std::optional<std::vector<CursorValue>> behind;
  if (!query.cursor.empty()) behind = TRY(decode_cursor(query.cursor, identity, key_count));
  const std::vector<Filter> conjuncts = TRY(with_ids(db_, conjuncts_of(query)));
  const std::size_t length = std::min(std::max<std::size_t>(query.length, 1), kLongestPage);

  TRY(db_.limit_time(lists_.longest));
  auto found = find_page(db_, conjuncts, query.order, length, lists_, behind);
  const bool too_long = db_.ran_out_of_time();
  if (!too_long) TRY(db_.limit_time(std::nullopt));
  if (!found) {
    return fail(too_long ? too_many() : std::move(found).error());
  }
  Page<ModelRow> page;
  page.items = TRY(rows_of_models(db_, found->ids));
  page.total = TRY(counted_total(db_, query));
  if (!page.total && query.namespace_pattern == "*" && conjuncts.size() == 1) {
    page.total = TRY(counted_models_of(db_, conjuncts.front()));
  }
  if (!page.total) page.total = found->total;
  if (!page.total && query.count) {
    TRY(db_.limit_time(lists_.longest));
    const auto count = count_models(db_, conjuncts, lists_);
    if (!count) return fail(db_.ran_out_of_time() ? too_many() : count.error());
    TRY(db_.limit_time(std::nullopt));
    page.total = *count;
  }
  if (found->more) page.next_cursor = encode_cursor(identity, found->last);
  return page;
}

Result<ModelRow> SqlTransaction::get_model_row(const ModelRef& ref) {
  const Model model = TRY(get_model(ref));
  auto rows = TRY(rows_of_models(db_, {model.id.text}));
  check(rows.size() == 1, "a model that was just read has a row");
  return std::move(rows.front());
}

}  // namespace weighhouse::db
