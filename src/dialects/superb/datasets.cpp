#include "services/datasets.h"

#include "dialects/superb/filters.h"
#include "dialects/superb/shapes.h"

namespace weighhouse::dialects::superb {
namespace json = boost::json;

using http::Permission;

namespace {

Result<json::value> dataset(const Call& call, const PlannedField& asked) {
  const auto word = TRY(word_of(Arguments{asked.arguments}, "dataset", {"datasetId", "name"}));
  return to_json(TRY(call.context.data.datasets.get(call.caller, word)));
}

Result<json::value> datasets(const Call& call, const PlannedField& asked) {
  const Arguments arguments{asked.arguments};
  auto wish = TRY(page_of(arguments));
  registry::DatasetQuery query{.length = wish.length, .cursor = std::move(wish.cursor)};
  read_name_filter(arguments, query.must, query.must_not);
  const auto page = TRY(call.context.data.datasets.list(call.caller, std::move(query)));
  json::array all;
  for (const auto& one : page.items) all.push_back(to_json(one));
  return json::object{
      {"datasets", std::move(all)}, {"next", next_of(page.next_cursor)}, {"totalCount", page.total.value_or(0)}};
}

Result<json::value> create_dataset(const Call& call, const PlannedField& asked) {
  const Arguments arguments{asked.arguments};
  if (arguments.find_text("type")) {
    return fail(ErrorCode::kInvalidArgument, "Datasets have no types here. Leave \"type\" out.");
  }
  return to_json(
      TRY(call.context.data.datasets.create(call.caller, arguments.text("name"), arguments.text("description"))));
}

Result<json::value> update_dataset(const Call& call, const PlannedField& asked) {
  const Arguments arguments{asked.arguments};
  const services::DatasetChange change{.name = arguments.text_change("name"),
                                       .description = arguments.text_change("description")};
  return to_json(TRY(call.context.data.datasets.update(call.caller, arguments.text("id"), change)));
}

Result<json::value> delete_dataset(const Call& call, const PlannedField& asked) {
  TRY(call.context.data.datasets.remove(call.caller, Arguments{asked.arguments}.text("datasetId")));
  return true;
}

constexpr Entry kEntries[] = {
    {"dataset", Permission::kRead, dataset},
    {"datasets", Permission::kRead, datasets},
    {"createDataset", Permission::kWrite, create_dataset},
    {"updateDataset", Permission::kWrite, update_dataset},
    {"deleteDataset", Permission::kWrite, delete_dataset},
};

}  // namespace

std::span<const Entry> dataset_entries() { return kEntries; }

}  // namespace weighhouse::dialects::superb
