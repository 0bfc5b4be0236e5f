#include "dialects/superb/filters.h"
#include "dialects/superb/shapes.h"
#include "services/datasets.h"

namespace weighhouse::dialects::superb {
namespace json = boost::json;

using http::Permission;

namespace {

Result<json::value> slice(const Call& call, const PlannedField& asked) {
  const Arguments arguments{asked.arguments};
  const auto word = TRY(word_of(arguments, "slice", {"id", "name"}));
  return to_json(TRY(call.context.data.datasets.get_slice(call.caller, arguments.text("datasetId"), word)));
}

Result<json::value> slices(const Call& call, const PlannedField& asked) {
  const Arguments arguments{asked.arguments};
  auto wish = TRY(page_of(arguments));
  registry::SliceQuery query{.dataset = {}, .length = wish.length, .cursor = std::move(wish.cursor)};
  read_name_filter(arguments, query.must, query.must_not);
  const auto page =
      TRY(call.context.data.datasets.list_slices(call.caller, arguments.text("datasetId"), std::move(query)));
  json::array all;
  for (const auto& one : page.items) all.push_back(to_json(one));
  return json::object{
      {"slices", std::move(all)}, {"next", next_of(page.next_cursor)}, {"totalCount", page.total.value_or(0)}};
}

Result<json::value> create_slice(const Call& call, const PlannedField& asked) {
  const Arguments arguments{asked.arguments};
  return to_json(TRY(call.context.data.datasets.create_slice(call.caller, arguments.text("datasetId"),
                                                             arguments.text("name"), arguments.text("description"))));
}

Result<json::value> update_slice(const Call& call, const PlannedField& asked) {
  const Arguments arguments{asked.arguments};
  const services::SliceChange change{.name = arguments.text_change("name"),
                                     .description = arguments.text_change("description")};
  return to_json(TRY(
      call.context.data.datasets.update_slice(call.caller, arguments.text("datasetId"), arguments.text("id"), change)));
}

Result<json::value> delete_slice(const Call& call, const PlannedField& asked) {
  const Arguments arguments{asked.arguments};
  TRY(call.context.data.datasets.remove_slice(call.caller, arguments.text("datasetId"), arguments.text("id")));
  return true;
}

constexpr Entry kEntries[] = {
    {"slice", Permission::kRead, slice},
    {"slices", Permission::kRead, slices},
    {"createSlice", Permission::kWrite, create_slice},
    {"updateSlice", Permission::kWrite, update_slice},
    {"deleteSlice", Permission::kWrite, delete_slice},
};

}  // namespace

std::span<const Entry> slice_entries() { return kEntries; }

}  // namespace weighhouse::dialects::superb
