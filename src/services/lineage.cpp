#include "services/lineage.h"

#include <set>

#include "services/datasets.h"

namespace weighhouse::services {

using registry::Model;
using registry::Slice;
using registry::TrainedOn;
using registry::Transaction;
using registry::VersionNumber;

namespace {

class Drawing {
 public:
  explicit Drawing(Transaction& rows) : rows_(rows) {}

  Result<std::string> slice(const Slice& slice);
  std::string model(const Model& model);
  std::string version(const Model& model, VersionNumber number, const std::string& label);
  Result<> aliases(const Model& model);
  void line(std::string from, std::string to, std::string_view what) {
    graph_.edges.push_back({std::move(from), std::move(to), std::string{what}});
  }
  void is_cut() { graph_.complete = false; }
  LineageGraph finish() { return std::move(graph_); }

 private:
  bool is_new(const std::string& id) { return drawn_.insert(id).second; }

  Transaction& rows_;
  LineageGraph graph_{};
  std::set<std::string> drawn_{};
};

Result<std::string> Drawing::slice(const Slice& slice) {
  const std::string id = "slice:" + slice.id.text;
  if (!is_new(id)) return id;
  graph_.nodes.push_back({.id = id,
                          .kind = "slice",
                          .name = slice.name,
                          .items = slice.item_count,
                          .deleted = slice.deleted_at.has_value()});
  const std::string dataset_id = "dataset:" + slice.dataset.text;
  if (is_new(dataset_id)) {
    const auto dataset = TRY(rows_.find_dataset(slice.dataset));
    check(dataset.has_value(), "a slice's dataset has a row");
    graph_.nodes.push_back({.id = dataset_id,
                            .kind = "dataset",
                            .name = dataset->name,
                            .items = dataset->item_count,
                            .deleted = dataset->deleted_at.has_value()});
  }
  line(dataset_id, id, "part");
  return id;
}

std::string Drawing::model(const Model& model) {
  std::string id = "model:" + model.id.text;
  if (is_new(id)) {
    graph_.nodes.push_back({.id = id,
                            .kind = "model",
                            .name = model.display_name.empty() ? model.name.text() : model.display_name,
                            .reference = model.reference()});
  }
  return id;
}

std::string Drawing::version(const Model& model, VersionNumber number, const std::string& label) {
  std::string id = "version:" + model.id.text + "@" + std::to_string(number.value());
  if (is_new(id)) {
    graph_.nodes.push_back({.id = id,
                            .kind = "version",
                            .name = label.empty() ? std::to_string(number.value()) : label,
                            .reference = model.reference(number)});
    line(this->model(model), id, "version");
  }
  return id;
}

// Those that point at a version which is drawn.
Result<> Drawing::aliases(const Model& model) {
  auto aliases = TRY(rows_.list_aliases(model.id));
  if (const auto current = TRY(rows_.find_alias(model.id, registry::VersionWord::current())))
    aliases.push_back(*current);
  for (const auto& alias : aliases) {
    const std::string target = "version:" + model.id.text + "@" + std::to_string(alias.number.value());
    const std::string id = "alias:" + model.id.text + "@" + alias.name.text();
    if (!drawn_.contains(target) || !is_new(id)) continue;
    graph_.nodes.push_back({.id = id,
                            .kind = "alias",
                            .name = alias.name.text(),
                            .reference = model.reference() + "@" + alias.name.text()});
    line(target, id, "alias");
  }
  return {};
}

std::string label_of(const registry::Version& version) { return version.label ? version.label->text() : std::string{}; }

}  // namespace

Result<LineageGraph> Lineage::of_model(const Caller& caller, const registry::ModelRef& ref) const {
  return metadata_.read_value<LineageGraph>([&](Transaction& rows) -> Result<LineageGraph> {
    const Model model = TRY(visible_model(rows, caller, ref));
    Drawing drawing{rows};
    const std::string id = drawing.model(model);
    if (const auto training = TRY(rows.find_training_row(model.id))) {
      for (const TrainedOn& one : training->trained_on) {
        drawing.line(TRY(drawing.slice(one.slice)), id, to_string(one.purpose));
      }
    }
    const auto versions = TRY(rows.list_versions(model.id, kMost, ""));
    if (!versions.next_cursor.empty()) drawing.is_cut();
    for (const auto& version : versions.items) {
      const std::string drawn = drawing.version(model, version.number, label_of(version));
      for (const TrainedOn& one : TRY(rows.list_trained_on(model.id, version.number))) {
        drawing.line(TRY(drawing.slice(one.slice)), drawn, to_string(one.purpose));
      }
    }
    TRY(drawing.aliases(model));
    return drawing.finish();
  });
}

Result<LineageGraph> Lineage::of_slice(const Caller& caller, std::string_view dataset, std::string_view word) const {
  return metadata_.read_value<LineageGraph>([&](Transaction& rows) -> Result<LineageGraph> {
    const Slice slice = TRY(slice_or_tombstone(rows, TRY(visible_dataset(rows, caller, dataset)), word));
    Drawing drawing{rows};
    const std::string id = TRY(drawing.slice(slice));
    auto users = TRY(rows.list_slice_users(slice.id, kMost + 1));
    if (users.size() > kMost) drawing.is_cut();
    std::vector<Model> models;
    for (const auto& user : users) {
      if (!caller.identity.may_touch(user.model.name_space.text())) continue;
      if (user.number == 0) {
        drawing.line(id, drawing.model(user.model), to_string(user.purpose));
      } else {
        const VersionNumber number{user.number};
        const auto version = TRY(rows.find_version(user.model.id, number));
        const std::string label = version ? label_of(*version) : std::string{};
        drawing.line(id, drawing.version(user.model, number, label), to_string(user.purpose));
      }
      if (models.empty() || models.back().id != user.model.id) models.push_back(user.model);
    }
    for (const Model& model : models) TRY(drawing.aliases(model));
    return drawing.finish();
  });
}

}  // namespace weighhouse::services
