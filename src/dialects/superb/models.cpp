#include "dialects/superb/models.h"

#include "dialects/superb/filters.h"
#include "dialects/superb/records.h"
#include "dialects/superb/shapes.h"
#include "services/catalog.h"
#include "services/datasets.h"
#include "services/trainings.h"
#include "services/trash.h"

namespace weighhouse::dialects::superb {
namespace json = boost::json;

using http::Permission;

namespace {

Result<registry::ModelRow> model_of(const Call& call, const Arguments& arguments) {
  const auto word = TRY(word_of(arguments, "model", {"id", "modelId", "name"}));
  return find_model(call, arguments.text("datasetId"), word);
}

// "updateModel" has a name for what the model shall be called.
Result<registry::ModelRow> model_to_change(const Call& call, const Arguments& arguments) {
  const auto word = TRY(word_of(arguments, "model", {"id", "modelId"}));
  return find_model(call, arguments.text("datasetId"), word);
}

Result<json::value> model(const Call& call, const PlannedField& asked) {
  return to_json(call, TRY(model_of(call, Arguments{asked.arguments})));
}

Result<json::value> models(const Call& call, const PlannedField& asked) {
  const Arguments arguments{asked.arguments};
  auto wish = TRY(page_of(arguments));
  const auto dataset = TRY(call.context.data.datasets.get(call.caller, arguments.text("datasetId")));
  registry::ModelQuery query{.filter = model_filter(arguments, dataset.id.text),
                             .order = model_order(arguments),
                             .length = wish.length,
                             .cursor = std::move(wish.cursor)};
  query.count = asked.asks("totalCount");
  const auto page = TRY(call.context.catalog.list_models(call.caller, std::move(query)));
  json::array all;
  for (const auto& row : page.items) all.push_back(to_json(call, row));
  return json::object{
      {"models", std::move(all)}, {"next", next_of(page.next_cursor)}, {"totalCount", page.total.value_or(0)}};
}

Result<json::value> create_model(const Call& call, const PlannedField& asked) {
  const auto record = TRY(read_record(Arguments{asked.arguments}, nullptr));
  return to_json(call, TRY(call.context.data.trainings.create(call.caller, record)));
}

Result<json::value> update_model(const Call& call, const PlannedField& asked) {
  const Arguments arguments{asked.arguments};
  const auto row = TRY(model_to_change(call, arguments));
  const auto before = row.training.value_or(registry::TrainingRow{});
  const auto change = TRY(read_record(arguments, &before));
  return to_json(call, TRY(call.context.data.trainings.update(call.caller, row.model.id, change)));
}

Result<json::value> set_pinned(const Call& call, const PlannedField& asked, bool pinned) {
  const auto row = TRY(model_to_change(call, Arguments{asked.arguments}));
  return to_json(call, TRY(call.context.data.trainings.update(call.caller, row.model.id, {.pinned = pinned})));
}

Result<json::value> pin_model(const Call& call, const PlannedField& asked) { return set_pinned(call, asked, true); }
Result<json::value> unpin_model(const Call& call, const PlannedField& asked) { return set_pinned(call, asked, false); }

Result<json::value> delete_model(const Call& call, const PlannedField& asked) {
  const auto row = TRY(model_to_change(call, Arguments{asked.arguments}));
  TRY(call.context.trash.remove_model(call.caller, {row.model.name_space, row.model.name}));
  call.context.library.changed(row.model.id);
  return true;
}

constexpr Entry kEntries[] = {
    {"model", Permission::kRead, model},
    {"models", Permission::kRead, models},
    {"createModel", Permission::kWrite, create_model},
    {"updateModel", Permission::kWrite, update_model},
    {"pinModel", Permission::kWrite, pin_model},
    {"unpinModel", Permission::kWrite, unpin_model},
    {"deleteModel", Permission::kWrite, delete_model},
};

}  // namespace

std::span<const Entry> model_entries() { return kEntries; }

}  // namespace weighhouse::dialects::superb
