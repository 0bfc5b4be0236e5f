#include "services/catalog.h"

#include "base/text.h"
#include "services/metadata.h"
#include "services/texts.h"

namespace weighhouse::services {

using registry::ClassMetric;
using registry::Model;
using registry::ModelQuery;
using registry::ModelRef;
using registry::ModelRow;
using registry::Page;
using registry::Transaction;
using registry::VersionRef;

namespace {

ModelRef exact(const Model& model) { return {model.name_space, model.name}; }

std::map<std::string, double> plain_metrics(const std::vector<registry::Metric>& metrics) {
  std::map<std::string, double> plain;
  for (const auto& metric : metrics) {
    const bool whole = metric.class_name.empty() && metric.slice.empty() && !metric.threshold && !metric.step &&
                       metric.evaluation.empty();
    if (whole) plain[metric.name] = metric.value;  // in the order they were added: the latest stays
  }
  return plain;
}

Result<VersionView> view(Transaction& rows, const Model& model, const registry::Version& version,
                         const std::vector<registry::Alias>& aliases) {
  VersionView made{.model = model, .version = version};
  for (const auto& alias : aliases) {
    if (alias.number == version.number) made.aliases.push_back(alias);
  }
  made.metrics = plain_metrics(TRY(rows.list_metrics(model.id, version.number)));
  made.is_current = model.current == version.number;
  return made;
}

Result<VersionView> full_view(Transaction& rows, const Found& found) {
  auto made = TRY(view(rows, found.model, found.version, TRY(rows.list_aliases(found.model.id))));
  made.files = TRY(rows.list_files(found.model.id, found.version.number));
  made.derived = TRY(rows.list_derived_files(found.model.id, found.version.number));
  return made;
}

}  // namespace

Result<Page<ModelRow>> Catalog::list_models(const Caller& caller, ModelQuery query) const {
  query.namespace_pattern = caller.identity.namespace_pattern;
  return metadata_.read_value<Page<ModelRow>>([&](Transaction& rows) { return rows.list_models(query); });
}

Result<std::vector<ClassMetric>> Catalog::list_class_metrics(std::span<const ModelRow> models, std::string_view metric,
                                                             std::span<const std::string> classes) const {
  std::vector<registry::ModelId> ids;
  for (const ModelRow& row : models) ids.push_back(row.model.id);
  return metadata_.read_value<std::vector<ClassMetric>>(
      [&](Transaction& rows) { return rows.list_class_metrics(ids, metric, classes); });
}

Result<ModelRow> Catalog::get_model(const Caller& caller, const ModelRef& ref) const {
  return metadata_.read_value<ModelRow>([&](Transaction& rows) -> Result<ModelRow> {
    const auto model = TRY(visible_model(rows, caller, ref));
    return rows.get_model_row(exact(model));
  });
}

Result<ModelRow> Catalog::update_model(const Caller& caller, const ModelRef& ref, const ModelChange& change) {
  if (change.display_name) TRY(require_line("display name", *change.display_name));
  if (change.description) TRY(require_text("description", *change.description));
  if (change.licence) TRY(require_line("licence", *change.licence));
  if (change.name_space) TRY(require_namespace(caller, *change.name_space));
  const Timestamp now = clock_.now();
  return metadata_.transact_value<ModelRow>([&](Transaction& rows) -> Result<ModelRow> {
    Model model = TRY(visible_model(rows, caller, ref));
    if (change.expected_revision && *change.expected_revision != model.revision) {
      return fail(ErrorCode::kFailedPrecondition,
                  "\"" + model.reference() + "\" was changed meanwhile. Read it again, then repeat your change.",
                  {{"reason", std::string{"changed"}}, {"revision", model.revision}});
    }
    const std::string before = model.reference();
    if (change.name) model.name = *change.name;
    if (change.name_space) model.name_space = *change.name_space;
    if (change.kind && *change.kind != model.kind) {
      if (model.last_version > 0) {
        return fail(ErrorCode::kFailedPrecondition,
                    "\"" + before + "\" has versions, so it stays a " + std::string{to_string(model.kind)} +
                        ". Make another model for a " + std::string{to_string(*change.kind)} + ".");
      }
      model.kind = *change.kind;
    }
    if (change.display_name) model.display_name = *change.display_name;
    if (change.description) model.description = *change.description;
    if (change.licence) model.licence = *change.licence;
    if (change.pinned) model.pinned = *change.pinned;
    model.updated_at = now;
    model.updated_by = caller.identity.name;
    TRY(rows.update_model(model));
    const bool renamed = model.reference() != before;
    TRY(record(
        rows, caller, now,
        {.action = renamed ? "model.renamed" : "model.updated", .model = &model, .subject = renamed ? before : ""}));
    return rows.get_model_row(exact(model));
  });
}

Result<Page<VersionView>> Catalog::list_versions(const Caller& caller, const ModelRef& ref, std::size_t length,
                                                 std::string_view cursor) const {
  return metadata_.read_value<Page<VersionView>>([&](Transaction& rows) -> Result<Page<VersionView>> {
    const auto model = TRY(visible_model(rows, caller, ref));
    const auto aliases = TRY(rows.list_aliases(model.id));
    auto page = TRY(rows.list_versions(model.id, length, cursor));
    Page<VersionView> views{.items = {}, .total = page.total, .next_cursor = std::move(page.next_cursor)};
    for (const auto& version : page.items) views.items.push_back(TRY(view(rows, model, version, aliases)));
    return views;
  });
}

Result<VersionView> Catalog::get_version(const Caller& caller, const ModelRef& ref,
                                         const std::optional<VersionRef>& version) const {
  return metadata_.read_value<VersionView>([&](Transaction& rows) -> Result<VersionView> {
    return full_view(rows, TRY(find_version(rows, caller, ref, version)));
  });
}

Result<VersionView> Catalog::update_version(const Caller& caller, const ModelRef& ref, const VersionRef& which,
                                            const VersionChange& change) {
  std::vector<registry::Metric> metrics;
  if (change.metadata) metrics = TRY(read_metadata(*change.metadata)).metrics;
  if (change.notes) TRY(require_text("notes", *change.notes));
  if (change.remote_version) TRY(require_line("remote version", *change.remote_version, 200));
  std::optional<registry::VersionWord> label;
  if (change.label && !change.label->empty()) label = TRY(registry::VersionWord::parse(*change.label));
  const Timestamp now = clock_.now();
  for (auto& metric : metrics) metric.created_at = now;
  return metadata_.transact_value<VersionView>([&](Transaction& rows) -> Result<VersionView> {
    Found found = TRY(find_version(rows, caller, ref, which));
    if (change.label) found.version.label = label;
    if (change.notes) found.version.notes = *change.notes;
    if (change.metadata) found.version.metadata = *change.metadata;
    if (change.pinned) found.version.pinned = *change.pinned;
    if (change.remote_version) found.version.remote_version = *change.remote_version;
    TRY(rows.update_version(found.version));
    if (change.metadata) TRY(rows.add_metrics(found.model.id, found.version.number, metrics));
    TRY(record(rows, caller, now,
               {.action = "version.updated", .model = &found.model, .version = found.version.number}));
    return full_view(rows, found);
  });
}

Result<std::vector<registry::Metric>> Catalog::list_metrics(const Caller& caller, const ModelRef& ref,
                                                            const VersionRef& version) const {
  using Metrics = std::vector<registry::Metric>;
  return metadata_.read_value<Metrics>([&](Transaction& rows) -> Result<Metrics> {
    const auto found = TRY(find_version(rows, caller, ref, version));
    return rows.list_metrics(found.model.id, found.version.number);
  });
}

Result<> Catalog::add_metrics(const Caller& caller, const ModelRef& ref, const VersionRef& version,
                              const std::vector<registry::Metric>& metrics) {
  for (const auto& metric : metrics) {
    // The audit and the ranking of models read it as a share.
    if (metric.name != "ap" || (metric.value >= 0 && metric.value <= 1)) continue;
    return fail(ErrorCode::kInvalidArgument,
                "The metric \"ap\" is " + format_number(metric.value) + "; an AP lies between 0 and 1.");
  }
  const Timestamp now = clock_.now();
  auto stamped = metrics;
  for (auto& metric : stamped) metric.created_at = now;
  return metadata_.transact([&](Transaction& rows) -> Result<> {
    const auto found = TRY(find_version(rows, caller, ref, version));
    TRY(rows.add_metrics(found.model.id, found.version.number, stamped));
    return record(rows, caller, now,
                  {.action = "metrics.added", .model = &found.model, .version = found.version.number});
  });
}

Result<> Catalog::put_tag(const Caller& caller, const ModelRef& ref, std::string_view key, std::string_view value) {
  TRY(require_tag(key, value));
  const Timestamp now = clock_.now();
  return metadata_.transact([&](Transaction& rows) -> Result<> {
    const auto model = TRY(visible_model(rows, caller, ref));
    TRY(rows.put_tag(model.id, key, value));
    return record(rows, caller, now, {.action = "tag.set", .model = &model, .subject = std::string{key}});
  });
}

Result<> Catalog::remove_tag(const Caller& caller, const ModelRef& ref, std::string_view key) {
  const Timestamp now = clock_.now();
  return metadata_.transact([&](Transaction& rows) -> Result<> {
    const auto model = TRY(visible_model(rows, caller, ref));
    TRY(rows.remove_tag(model.id, key));
    return record(rows, caller, now, {.action = "tag.removed", .model = &model, .subject = std::string{key}});
  });
}

Result<std::vector<registry::Event>> Catalog::list_events(const Caller& caller, const std::optional<ModelRef>& ref,
                                                          registry::EventQuery query) const {
  using Events = std::vector<registry::Event>;
  return metadata_.read_value<Events>([&](Transaction& rows) -> Result<Events> {
    if (ref) {
      query.model = TRY(visible_model(rows, caller, *ref)).id;
    } else if (caller.identity.namespace_pattern != "*") {
      return fail(ErrorCode::kPermissionDenied,
                  "The whole history is for those who may see every namespace. Ask for one model's.");
    }
    return rows.list_events(query);
  });
}

}  // namespace weighhouse::services
