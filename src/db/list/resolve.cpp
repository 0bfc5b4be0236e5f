#include "db/list/resolve.h"

#include "base/id.h"
#include "db/rows.h"

namespace weighhouse::db {

using namespace registry;

namespace {

constexpr Query kDatasetsNamed{"list.datasets_named", "SELECT id FROM datasets WHERE name = ?1 AND deleted_at IS NULL"};
// Names of slices are unique in their dataset only; what was trained on a deleted one is found by its name all the
// same.
constexpr Query kSlicesNamed{"list.slices_named",
                             "SELECT id FROM slices WHERE name = ?1 ORDER BY dataset_id, id LIMIT 1000"};

bool compares_whole(Comparison comparison) {
  return comparison == Comparison::kEqual || comparison == Comparison::kNotEqual || comparison == Comparison::kIn ||
         comparison == Comparison::kNotIn;
}

Result<> resolve(Connection& db, Condition& condition) {
  const bool of_dataset = condition.field.of == Field::Of::kDataset;
  if (!of_dataset && condition.field.of != Field::Of::kSlice) return {};
  if (!compares_whole(condition.comparison)) return {};
  std::vector<Literal> ids;
  for (const Literal& value : condition.values) {
    const auto& text = std::get<std::string>(value);
    if (is_ulid(text)) {
      ids.push_back(value);
      continue;
    }
    for (std::string& id : TRY(db.list(of_dataset ? kDatasetsNamed : kSlicesNamed, {text}, read_text))) {
      ids.emplace_back(std::move(id));
    }
  }
  if (ids.empty()) ids.emplace_back(std::string{"-"});  // equal to no id
  const bool negated = condition.comparison == Comparison::kNotEqual || condition.comparison == Comparison::kNotIn;
  if (ids.size() == 1) {
    condition.comparison = negated ? Comparison::kNotEqual : Comparison::kEqual;
  } else {
    condition.comparison = negated ? Comparison::kNotIn : Comparison::kIn;
  }
  condition.values = std::move(ids);
  return {};
}

Result<> resolve_all(Connection& db, std::vector<Filter>& parts);

Result<> resolve(Connection& db, Filter& filter) {
  if (auto* all = std::get_if<All>(&filter.node)) return resolve_all(db, all->of);
  if (auto* any = std::get_if<Any>(&filter.node)) return resolve_all(db, any->of);
  if (auto* negated = std::get_if<Not>(&filter.node)) return resolve_all(db, negated->of);
  if (auto* condition = std::get_if<Condition>(&filter.node)) return resolve(db, *condition);
  return {};
}

Result<> resolve_all(Connection& db, std::vector<Filter>& parts) {
  for (Filter& part : parts) TRY(resolve(db, part));
  return {};
}

}  // namespace

Result<std::vector<Filter>> with_ids(Connection& db, std::vector<Filter> conjuncts) {
  TRY(resolve_all(db, conjuncts));
  return conjuncts;
}

}  // namespace weighhouse::db
