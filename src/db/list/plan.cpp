#include "db/list/plan.h"

#include <algorithm>

#include "db/list/conditions.h"
#include "db/list/facets.h"
#include "db/list/order.h"

namespace weighhouse::db {

using namespace registry;

namespace {

class Planner {
 public:
  Planner(Connection& db, const std::vector<Filter>& conjuncts, const std::vector<OrderKey>& order, std::size_t length,
          const ListLimits& limits)
      : db_(db), conjuncts_(conjuncts), order_(order), length_(length), limits_(limits) {}

  Result<FoundPage> find(const std::optional<std::vector<CursorValue>>& behind);
  Result<std::uint64_t> count();

 private:
  struct Choice {
    const Facet* facet = nullptr;
    std::optional<std::int64_t> count{};  // of its rows, where that was not cut off
  };

  bool by_creation() const {
    return order_.empty() || (order_.size() == 1 && order_.front().field.of == Field::Of::kCreatedAt);
  }
  bool by_name() const { return order_.size() == 1 && order_.front().field.of == Field::Of::kName; }
  bool by_metric() const { return !order_.empty() && order_.front().field.of == Field::Of::kMetric; }
  bool says_all(const Facet& facet) const { return facet.says.size() == conjuncts_.size(); }
  // Rows of a facet that are worth collecting.
  std::int64_t most_of(const Facet& facet) const;
  Result<Choice> choose(const std::vector<Facet>& facets);
  std::vector<SortKey> keys_of_texts() const;
  Result<> add_from_names(const Facet& facet, const std::optional<std::vector<CursorValue>>& behind);
  // Whether the page was found among the next `rows` models; where not, nothing was added.
  Result<bool> glance(const Facet& facet, std::int64_t rows, const std::optional<std::vector<CursorValue>>& behind);
  Result<> add_from_facet(const Facet& facet, const std::optional<std::vector<CursorValue>>& behind);
  Result<> add_from_models(const std::optional<std::vector<CursorValue>>& behind);
  Result<> add_by_metric(const std::optional<std::vector<CursorValue>>& behind);
  Result<> add_with_metric(const std::vector<std::size_t>& ranges,
                           const std::optional<std::vector<CursorValue>>& behind);
  Result<> add_without_metric(const std::optional<std::vector<CursorValue>>& behind);
  // The conjuncts that are ranges of the metric the order begins with.
  std::vector<std::size_t> ranges_of_metric() const;
  std::string of_metric(const std::string& row, Statement& statement) const;
  Result<> run(Statement& statement, std::string_view name, const std::vector<SortKey>& keys);
  // The conjuncts, but those that are said already, as one condition with " AND " in front.
  std::string rest(const std::vector<std::size_t>& said, Statement& statement) const;

  Connection& db_;
  const std::vector<Filter>& conjuncts_;
  const std::vector<OrderKey>& order_;
  const std::size_t length_;
  const ListLimits& limits_;
  std::vector<SortKey> keys_{};
  FoundPage page_{};
  std::size_t nulls_in_front_ = 0;  // key values that the statement at hand does not select
};

std::string Planner::rest(const std::vector<std::size_t>& said, Statement& statement) const {
  std::string text;
  for (std::size_t i = 0; i < conjuncts_.size(); ++i) {
    if (std::find(said.begin(), said.end(), i) != said.end()) continue;
    text += " AND " + condition_on(conjuncts_[i], statement);
  }
  return text;
}

std::int64_t Planner::most_of(const Facet& facet) const {
  const bool from_index = by_creation() && says_all(facet);
  if (from_index && facet.texts) return limits_.collect_texts;
  return (from_index ? limits_.collect_from_index : limits_.collect_with_models) / facet.cost;
}

Result<Planner::Choice> Planner::choose(const std::vector<Facet>& facets) {
  Choice best;
  const Facet* walk = nullptr;
  const std::vector<std::size_t> walked = by_metric() ? ranges_of_metric() : std::vector<std::size_t>{};
  for (const Facet& facet : facets) {
    if (!walked.empty() && facet.says == walked) continue;  // the walk along the metric takes it with it
    // A walk of the facet's own order needs no count, unless another facet may be narrower.
    if (facet.newest_first && by_creation() && facets.size() == 1) return Choice{&facet, std::nullopt};
    if (by_creation() && walk == nullptr) walk = facet.newest_first ? &facet : facet.walk.get();
    const std::int64_t most = most_of(facet);
    const std::int64_t limit = best.count ? std::min(most, *best.count) : most;
    Statement statement{db_.engine()};
    statement.write("SELECT COUNT(*) FROM (SELECT 1 AS one FROM " + facet.from(statement));
    statement.write(" WHERE " + facet.where(statement) + " LIMIT " + statement.bind(limit + 1) + ") counted");
    std::int64_t count = 0;
    TRY(db_.run(statement.query("list.count"), statement.params(), [&](const Row& row) -> Result<> {
      count = row.integer(0);
      return {};
    }));
    if (count <= limit) best = {&facet, count};
  }
  if (best.facet == nullptr) best.facet = walk;
  return best;
}

Result<> Planner::run(Statement& statement, std::string_view name, const std::vector<SortKey>& keys) {
  statement.write(" LIMIT " + statement.bind(length_ + 1 - page_.ids.size()));
  TRY(db_.run(statement.query(name), statement.params(), [&](const Row& row) -> Result<> {
    if (page_.ids.size() == length_) {
      page_.more = true;
      return {};
    }
    page_.ids.emplace_back(row.text(0));
    page_.last.assign(nulls_in_front_, std::monostate{});
    for (std::size_t i = 0; i < keys.size(); ++i) {
      page_.last.push_back(value_at(row, static_cast<int>(i) + 1, keys[i]));
    }
    return {};
  }));
  return {};
}

std::string select_list(const std::string& id, const std::vector<SortKey>& keys, Statement& statement) {
  std::string text = "SELECT " + id;
  for (const SortKey& key : keys) text += ", " + key.expression(statement);
  return text;
}

// The order of the list, told from a row `t` of search_texts.
std::vector<SortKey> Planner::keys_of_texts() const {
  const bool descending = keys_.front().descending;
  return {plain_key(by_name() ? "t.name" : "t.model_created_at", SortKey::Type::kText, descending),
          plain_key("t.model_id", SortKey::Type::kText, descending)};
}

// A text that is in many names is in some of the newest: they are met sooner on a short walk than all that hold the
// text are counted and sorted.
Result<bool> Planner::glance(const Facet& facet, std::int64_t rows,
                             const std::optional<std::vector<CursorValue>>& behind) {
  const std::vector<SortKey> keys = keys_of_texts();
  Statement statement{db_.engine()};
  statement.write(select_list("t.model_id", keys, statement) +
                  " FROM (SELECT t.model_id, t.model_created_at, t.name, t.display_name FROM search_texts t "
                  "WHERE t.listed = 1");
  if (behind) statement.write(" AND " + is_behind(keys, *behind, statement));
  statement.write(" ORDER BY " + order_by(keys, statement) + " LIMIT " + statement.bind(rows) + ") t WHERE ");
  statement.write(facet.texts(statement) + " ORDER BY " + order_by(keys, statement));
  TRY(run(statement, "list.glance", keys));
  if (!page_.more) page_ = {};
  return page_.more;
}

// Names that resemble one another stand together, so a glance at the first of them says nothing; the whole index does,
// without a look at any model.
Result<> Planner::add_from_names(const Facet& facet, const std::optional<std::vector<CursorValue>>& behind) {
  const std::vector<SortKey> keys = keys_of_texts();
  Statement statement{db_.engine()};
  statement.write(select_list("t.model_id", keys, statement) + " FROM search_texts t WHERE t.listed = 1 AND ");
  statement.write(facet.texts(statement));
  if (behind) statement.write(" AND " + is_behind(keys, *behind, statement));
  statement.write(" ORDER BY " + order_by(keys, statement));
  return run(statement, "list.names", keys);
}

Result<> Planner::add_from_facet(const Facet& facet, const std::optional<std::vector<CursorValue>>& behind) {
  Statement statement{db_.engine()};
  std::vector<SortKey> keys = keys_;
  if (by_creation()) {
    // The index of the facet holds both, so that models are looked at only where the filter says more.
    // Collected rows are sorted: the sign keeps SQLite from the index of the walk, which would meet all the others.
    const bool collects = facet.walk && statement.is_sqlite();
    keys = {plain_key((collects ? "+" : "") + facet.created_at, SortKey::Type::kText, keys_.front().descending),
            plain_key(facet.id, SortKey::Type::kText, keys_.front().descending)};
  }
  const bool needs_model = !by_creation() || !says_all(facet);
  statement.write(select_list(facet.id, keys, statement) + " FROM " + facet.from(statement));
  if (needs_model) statement.write(" CROSS JOIN models m");
  statement.write(" WHERE " + facet.where(statement));
  if (needs_model) statement.write(" AND m.id = " + facet.id + rest(facet.says, statement));
  if (behind) statement.write(" AND " + is_behind(keys, *behind, statement));
  statement.write(" ORDER BY " + order_by(keys, statement));
  return run(statement, "list.facet", keys);
}

Result<> Planner::add_from_models(const std::optional<std::vector<CursorValue>>& behind) {
  Statement statement{db_.engine()};
  statement.write(select_list("m.id", keys_, statement) + " FROM models m WHERE m.deleted_at IS NULL");
  statement.write(rest({}, statement));
  if (behind) statement.write(" AND " + is_behind(keys_, *behind, statement));
  statement.write(" ORDER BY " + order_by(keys_, statement));
  return run(statement, "list.walk", keys_);
}

// By a metric: first the models that have it, along its index, then the others. A range of that metric is
// a range of the walk, and leaves no others.
Result<> Planner::add_by_metric(const std::optional<std::vector<CursorValue>>& behind) {
  const bool among_others = behind && std::holds_alternative<std::monostate>(behind->front());
  const std::vector<std::size_t> ranges = ranges_of_metric();
  if (!among_others) {
    TRY(add_with_metric(ranges, behind));
    if (page_.more) return {};
  }
  if (!ranges.empty()) return {};
  return add_without_metric(among_others ? behind : std::nullopt);
}

std::vector<std::size_t> Planner::ranges_of_metric() const {
  const std::string metric = to_string(order_.front().field);
  std::vector<std::size_t> indexes;
  for (std::size_t i = 0; i < conjuncts_.size(); ++i) {
    const auto* condition = std::get_if<Condition>(&conjuncts_[i].node);
    if (condition != nullptr && is_range(*condition) && to_string(condition->field) == metric) indexes.push_back(i);
  }
  return indexes;
}

std::string Planner::of_metric(const std::string& row, Statement& statement) const {
  const Field& field = order_.front().field;
  return row + ".name = " + statement.bind(field.key) + " AND " + row +
         ".class_name = " + statement.bind(field.class_name) + " AND " + row +
         ".slice = " + statement.bind(field.slice);
}

Result<> Planner::add_with_metric(const std::vector<std::size_t>& ranges,
                                  const std::optional<std::vector<CursorValue>>& behind) {
  std::vector<SortKey> keys = keys_;
  keys.front() = plain_key("f.value", SortKey::Type::kReal, order_.front().descending);
  const bool needs_model = keys.size() > 2 || ranges.size() < conjuncts_.size();
  if (keys.size() == 2) keys.back() = plain_key("f.model_id", SortKey::Type::kText, order_.front().descending);
  Statement statement{db_.engine()};
  statement.write(select_list("f.model_id", keys, statement) + " FROM current_metrics f");
  if (needs_model) statement.write(" CROSS JOIN models m");
  statement.write(" WHERE " + of_metric("f", statement) + " AND f.listed = 1");
  for (const std::size_t i : ranges) {
    statement.write(" AND " + compare_number("f.value", std::get<Condition>(conjuncts_[i].node), statement));
  }
  if (needs_model) statement.write(" AND m.id = f.model_id" + rest(ranges, statement));
  if (behind) statement.write(" AND " + is_behind(keys, *behind, statement));
  statement.write(" ORDER BY " + order_by(keys, statement));
  return run(statement, "list.metric", keys);
}

Result<> Planner::add_without_metric(const std::optional<std::vector<CursorValue>>& behind) {
  const std::vector<SortKey> keys{keys_.begin() + 1, keys_.end()};
  Statement statement{db_.engine()};
  statement.write(select_list("m.id", keys, statement) +
                  " FROM models m WHERE m.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM current_metrics c "
                  "WHERE c.model_id = m.id AND " +
                  of_metric("c", statement) + ")" + rest({}, statement));
  if (behind) {
    const std::vector<CursorValue> position{behind->begin() + 1, behind->end()};
    statement.write(" AND " + is_behind(keys, position, statement));
  }
  statement.write(" ORDER BY " + order_by(keys, statement));
  nulls_in_front_ = 1;
  return run(statement, "list.without_metric", keys);
}

Result<FoundPage> Planner::find(const std::optional<std::vector<CursorValue>>& behind) {
  keys_ = TRY(sort_keys(order_));
  if (behind) TRY(check_position(keys_, *behind));
  const std::vector<Facet> facets = facets_of(conjuncts_);
  const bool only_texts = facets.size() == 1 && says_all(facets.front()) && facets.front().texts;
  if (only_texts && by_creation()) {
    for (const std::int64_t rows : limits_.glances) {
      if (TRY(glance(facets.front(), rows, behind))) return std::move(page_);
    }
  }
  const Choice choice = TRY(choose(facets));
  if (choice.facet != nullptr) {
    TRY(add_from_facet(*choice.facet, behind));
    if (choice.count && says_all(*choice.facet)) page_.total = static_cast<std::uint64_t>(*choice.count);
  } else if (by_metric()) {
    TRY(add_by_metric(behind));
  } else if (only_texts && by_name()) {
    TRY(add_from_names(facets.front(), behind));
  } else {
    TRY(add_from_models(behind));
  }
  if (!behind && !page_.more) page_.total = page_.ids.size();
  return std::move(page_);
}

Result<std::uint64_t> Planner::count() {
  const std::vector<Facet> facets = facets_of(conjuncts_);
  const Choice choice = TRY(choose(facets));
  if (choice.facet != nullptr && choice.count && says_all(*choice.facet)) {
    return static_cast<std::uint64_t>(*choice.count);
  }
  Statement statement{db_.engine()};
  if (choice.facet != nullptr) {
    const Facet& facet = *choice.facet;
    statement.write("SELECT COUNT(*) FROM " + facet.from(statement));
    if (!says_all(facet)) statement.write(" CROSS JOIN models m");
    statement.write(" WHERE " + facet.where(statement));
    if (!says_all(facet)) statement.write(" AND m.id = " + facet.id + rest(facet.says, statement));
  } else {
    statement.write("SELECT COUNT(*) FROM models m WHERE m.deleted_at IS NULL" + rest({}, statement));
  }
  std::uint64_t count = 0;
  TRY(db_.run(statement.query("list.count_all"), statement.params(), [&](const Row& row) -> Result<> {
    count = static_cast<std::uint64_t>(row.integer(0));
    return {};
  }));
  return count;
}

}  // namespace

Result<std::uint64_t> count_models(Connection& db, const std::vector<Filter>& conjuncts, const ListLimits& limits) {
  const std::vector<OrderKey> newest_first;
  return Planner{db, conjuncts, newest_first, 1, limits}.count();
}

Result<FoundPage> find_page(Connection& db, const std::vector<Filter>& conjuncts, const std::vector<OrderKey>& order,
                            std::size_t length, const ListLimits& limits,
                            const std::optional<std::vector<CursorValue>>& behind) {
  return Planner{db, conjuncts, order, length, limits}.find(behind);
}

}  // namespace weighhouse::db
