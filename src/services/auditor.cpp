#include "services/auditor.h"

#include <algorithm>
#include <functional>

#include "base/text.h"
#include "registry/meta_paths.h"

namespace weighhouse::services {

using registry::Comparison;
using registry::Condition;
using registry::Field;
using registry::Filter;
using registry::ModelId;
using registry::ModelQuery;
using registry::ModelRow;
using registry::Transaction;

namespace {

Filter both(const Filter& filter, Condition condition) {
  registry::All all;
  if (!filter.is_everything()) all.of.push_back(filter);
  all.of.push_back(Filter{std::move(condition)});
  return Filter{std::move(all)};
}

Field metric_field(std::string_view name) { return Field{.of = Field::Of::kMetric, .key = std::string{name}}; }

// Every model that the query finds, a page at a time.
Result<> for_each_page(Transaction& rows, ModelQuery query,
                       const std::function<Result<>(std::vector<ModelRow>& page)>& use) {
  std::size_t seen = 0;
  query.length = 1'000;
  do {
    auto page = TRY(rows.list_models(query));
    seen += page.items.size();
    if (seen > Auditor::kMost) {
      return fail(ErrorCode::kInvalidArgument,
                  "These are more than 20000 models. Narrow them by a filter, such as dataset = 'NAME'.");
    }
    TRY(use(page.items));
    query.cursor = page.next_cursor;
  } while (!query.cursor.empty());
  return {};
}

std::vector<ModelId> ids_of(const std::vector<ModelRow>& rows) {
  std::vector<ModelId> ids;
  for (const ModelRow& row : rows) ids.push_back(row.model.id);
  return ids;
}

class Sums {
 public:
  explicit Sums(const AuditQuery& query) : query_(query) {}

  Result<> add(Transaction& rows, std::vector<ModelRow>& page);
  Audit finish();

 private:
  void add_class(const std::string& name, double value, const std::string& reference);

  const AuditQuery& query_;
  Audit audit_{};
  double sum_ = 0;
  std::map<std::string, AuditedClass> classes_{};
};

void Sums::add_class(const std::string& name, double value, const std::string& reference) {
  AuditedClass& of =
      classes_.try_emplace(name, AuditedClass{.name = name, .least = value, .most = value}).first->second;
  ++of.models;
  if (value < query_.below) ++of.low;
  of.mean += value;
  if (value <= of.least) of.least = value, of.least_of = reference;
  if (value >= of.most) of.most = value, of.most_of = reference;
}

// Pages come worst first: the first low ones are the worst, the last high ones the best.
Result<> Sums::add(Transaction& rows, std::vector<ModelRow>& page) {
  std::map<std::string, std::map<std::string, double>, std::less<>> classes;
  for (const auto& one : TRY(rows.list_class_metrics(ids_of(page), query_.metric, {}))) {
    classes[one.model.text].emplace(one.class_name, one.value);
  }
  for (ModelRow& row : page) {
    AuditedModel model{.row = std::move(row)};
    model.value = model.row.metrics.at(query_.metric);
    model.classes = std::move(classes[model.row.model.id.text]);
    const std::string reference = model.row.model.reference();
    for (const auto& [name, value] : model.classes) add_class(name, value, reference);
    ++audit_.models;
    sum_ += model.value;
    if (model.value < query_.below) {
      ++audit_.low_count;
      if (audit_.low.size() < query_.length) audit_.low.push_back(std::move(model));
    } else if (model.value > query_.above) {
      ++audit_.high_count;
      audit_.high.push_back(std::move(model));
      if (audit_.high.size() > query_.length) audit_.high.erase(audit_.high.begin());
    }
  }
  return {};
}

Audit Sums::finish() {
  if (audit_.models > 0) audit_.mean = sum_ / static_cast<double>(audit_.models);
  std::reverse(audit_.high.begin(), audit_.high.end());
  for (auto& [name, of] : classes_) {
    of.mean /= static_cast<double>(of.models);
    audit_.classes.push_back(std::move(of));
  }
  std::stable_sort(audit_.classes.begin(), audit_.classes.end(),
                   [](const AuditedClass& a, const AuditedClass& b) { return a.mean < b.mean; });
  return std::move(audit_);
}

// The texts under a path of a JSON object, as a filter sees them.
std::vector<std::string> values_at(const std::string& object, std::string_view path) {
  std::vector<std::string> values;
  const auto flat = registry::flatten_metadata(object);
  if (!flat) return values;
  for (const auto& value : *flat) {
    if (value.path == path) values.push_back(value.text ? *value.text : format_number(*value.number));
  }
  return values;
}

std::vector<std::string> values_of(const ModelRow& row, std::string_view path) {
  auto values = values_at(row.meta, path);
  if (values.empty() && row.current) values = values_at(row.current->metadata, path);
  return values;
}

}  // namespace

Result<Audit> Auditor::audit(const Caller& caller, const AuditQuery& query) const {
  if (!(query.below <= query.above)) {
    return fail(ErrorCode::kInvalidArgument, "What is low must lie below what is high: below " +
                                                 format_number(query.below) + " is not under above " +
                                                 format_number(query.above) + ".");
  }
  const ModelQuery models{.filter = both(query.filter, {metric_field(query.metric), Comparison::kIsNotNull, {}}),
                          .order = {{metric_field(query.metric), false}},
                          .namespace_pattern = caller.identity.namespace_pattern};
  return metadata_.read_value<Audit>([&](Transaction& rows) -> Result<Audit> {
    Sums sums{query};
    TRY(for_each_page(rows, models, [&](std::vector<ModelRow>& page) { return sums.add(rows, page); }));
    return sums.finish();
  });
}

Result<std::vector<TrendPoint>> Auditor::trend(const Caller& caller, const registry::ModelRef& ref,
                                               std::string_view metric) const {
  using Points = std::vector<TrendPoint>;
  return metadata_.read_value<Points>([&](Transaction& rows) -> Result<Points> {
    const auto model = TRY(visible_model(rows, caller, ref));
    Points points;
    for (auto& version : TRY(rows.list_versions(model.id, 1'000, "")).items) {
      TrendPoint point{.version = std::move(version)};
      for (const auto& one : TRY(rows.list_metrics(model.id, point.version.number))) {
        if (one.name != metric || !one.slice.empty() || one.threshold || one.step) continue;
        if (!one.class_name.empty()) {
          point.classes[one.class_name] = one.value;
        } else if (one.evaluation.empty()) {
          point.value = one.value;
        }
      }
      points.push_back(std::move(point));
    }
    std::reverse(points.begin(), points.end());
    return points;
  });
}

Result<std::vector<Group>> Auditor::groups(const Caller& caller, const Filter& filter, std::string_view path,
                                           std::string_view metric) const {
  using Groups = std::vector<Group>;
  if (path.starts_with("meta.")) path.remove_prefix(5);
  if (path.empty())
    return fail(ErrorCode::kInvalidArgument, "Say by which path of their meta, such as experiment_group.");
  const Field field{.of = Field::Of::kMeta, .key = std::string{path}};
  const ModelQuery models{.filter = both(filter, {field, Comparison::kIsNotNull, {}}),
                          .namespace_pattern = caller.identity.namespace_pattern};
  const std::string name{metric};
  return metadata_.read_value<Groups>([&](Transaction& rows) -> Result<Groups> {
    std::map<std::string, Group> by_value;
    TRY(for_each_page(rows, models, [&](std::vector<ModelRow>& page) -> Result<> {
      for (const ModelRow& row : page) {
        for (const std::string& value : values_of(row, path)) {
          Group& group = by_value.try_emplace(value, Group{.value = value}).first->second;
          ++group.models;
          const auto measured = row.metrics.find(name);
          if (measured == row.metrics.end()) continue;
          ++group.measured;
          group.mean = group.mean.value_or(0) + measured->second;
          if (group.best && *group.best >= measured->second) continue;
          group.best = measured->second;
          group.best_of = row.model.reference();
        }
      }
      return {};
    }));
    Groups groups;
    for (auto& [value, group] : by_value) {
      if (group.mean) *group.mean /= static_cast<double>(group.measured);
      groups.push_back(std::move(group));
    }
    std::stable_sort(groups.begin(), groups.end(),
                     [](const Group& a, const Group& b) { return a.best.value_or(-1e300) > b.best.value_or(-1e300); });
    return groups;
  });
}

}  // namespace weighhouse::services
