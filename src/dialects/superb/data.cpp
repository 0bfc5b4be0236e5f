#include "dialects/superb/data.h"

#include "dialects/superb/call.h"
#include "dialects/superb/filters.h"
#include "dialects/superb/shapes.h"
#include "services/datasets.h"
#include "wire/json_text.h"

namespace weighhouse::dialects::superb {
namespace json = boost::json;

using http::Permission;

namespace {

// In the order of the items, with their slices where those are asked for.
Result<json::array> show(const Call& call, const std::string& dataset, const std::vector<registry::Item>& items,
                         const PlannedField& asked) {
  std::vector<registry::ItemId> ids;
  if (asked.asks("slices")) {
    for (const auto& item : items) ids.push_back(item.id);
  }
  const auto memberships = TRY(call.context.data.datasets.list_slices_of(call.caller, dataset, ids));
  json::array all;
  for (const auto& item : items) {
    std::vector<registry::Slice> slices;
    for (const auto& [id, slice] : memberships) {
      if (id == item.id) slices.push_back(slice);
    }
    all.push_back(data_json(item, slices));
  }
  return all;
}

Result<json::value> show_one(const Call& call, const registry::Item& item, const PlannedField& asked) {
  auto shown = TRY(show(call, item.dataset.text, {item}, asked));
  return std::move(shown.front());
}

Result<json::value> data(const Call& call, const PlannedField& asked) {
  const Arguments arguments{asked.arguments};
  const auto word = TRY(word_of(arguments, "data", {"id", "key"}));
  return show_one(call, TRY(call.context.data.datasets.get_item(call.caller, arguments.text("datasetId"), word)),
                  asked);
}

Result<json::value> data_list(const Call& call, const PlannedField& asked) {
  const Arguments arguments{asked.arguments};
  auto wish = TRY(page_of(arguments));
  registry::ItemQuery query{.dataset = {}, .length = wish.length, .cursor = std::move(wish.cursor)};
  std::optional<std::string> slice;
  if (const auto filter = arguments.find_object("filter")) {
    auto read = TRY(read_data_filter(*filter));
    query.must = std::move(read.must);
    query.must_not = std::move(read.must_not);
    slice = std::move(read.slice);
  }
  const auto dataset = arguments.text("datasetId");
  const auto page = TRY(call.context.data.datasets.list_items(call.caller, dataset, slice, std::move(query)));
  static const PlannedField kNothing;
  const auto* wanted = asked.find("data");
  auto all = TRY(show(call, dataset, page.items, wanted == nullptr ? kNothing : *wanted));
  return json::object{{"data", std::move(all)},
                      {"selectedFrames", json::array{}},
                      {"next", next_of(page.next_cursor)},
                      {"totalCount", page.total.value_or(0)}};
}

Result<json::value> create_data(const Call& call, const PlannedField& asked) {
  const Arguments arguments{asked.arguments};
  const auto record = new_record(arguments, call.context.clock.now());
  const services::NewItem item{.key = arguments.text("key"),
                               .metadata = metadata_of(record),
                               .record = wire::to_text(record),
                               .contents = contents_of(record)};
  const auto added =
      TRY(call.context.data.datasets.add_items(call.caller, arguments.text("datasetId"), {item},
                                               arguments.find_texts("slices").value_or(std::vector<std::string>{})));
  return show_one(call, added.items.front(), asked);
}

Result<json::value> update_data(const Call& call, const PlannedField& asked) {
  const Arguments arguments{asked.arguments};
  const auto dataset = arguments.text("datasetId");
  auto& datasets = call.context.data.datasets;
  const auto item = TRY(datasets.get_item(call.caller, dataset, arguments.text("id")));
  const json::value kept = parsed(item.record);
  json::object record = kept.is_object() ? kept.get_object() : json::object{};
  if (const auto expected = arguments.find_text("expectedCaption")) {
    const auto* caption = record.if_contains("caption");
    const std::string now = caption != nullptr && caption->is_string() ? std::string{caption->get_string()} : "";
    if (now != *expected) {
      return fail(ErrorCode::kFailedPrecondition,
                  "The caption of this data is another one than expected. Read it again.");
    }
  }
  for (const auto* name : {"meta", "annotationStats", "caption"}) {
    if (arguments.given(name)) record[name] = arguments.any(name);
  }
  services::ItemChange change{.key = arguments.find_text("key")};
  change.record = wire::to_text(record);
  if (arguments.given("meta")) change.metadata = metadata_of(record);
  return show_one(call, TRY(datasets.update_item(call.caller, dataset, item.id.text, change)), asked);
}

Result<json::value> add_to_slice(const Call& call, const PlannedField& asked) {
  const Arguments arguments{asked.arguments};
  const auto dataset = arguments.text("datasetId");
  const auto id = arguments.text("id");
  TRY(call.context.data.datasets.put_in_slice(call.caller, dataset, arguments.text("sliceId"), {id}));
  return show_one(call, TRY(call.context.data.datasets.get_item(call.caller, dataset, id)), asked);
}

Result<json::value> remove_from_slice(const Call& call, const PlannedField& asked) {
  const Arguments arguments{asked.arguments};
  const auto dataset = arguments.text("datasetId");
  const auto id = arguments.text("id");
  TRY(call.context.data.datasets.take_from_slice(call.caller, dataset, arguments.text("sliceId"), {id}));
  return show_one(call, TRY(call.context.data.datasets.get_item(call.caller, dataset, id)), asked);
}

Result<json::value> delete_data(const Call& call, const PlannedField& asked) {
  const Arguments arguments{asked.arguments};
  TRY(call.context.data.datasets.remove_item(call.caller, arguments.text("datasetId"), arguments.text("id")));
  return true;
}

constexpr Entry kEntries[] = {
    {"data", Permission::kRead, data},
    {"dataList", Permission::kRead, data_list},
    {"createData", Permission::kWrite, create_data},
    {"updateData", Permission::kWrite, update_data},
    {"addDataToSlice", Permission::kWrite, add_to_slice},
    {"removeDataFromSlice", Permission::kWrite, remove_from_slice},
    {"deleteData", Permission::kWrite, delete_data},
};

}  // namespace

std::span<const Entry> data_entries() { return kEntries; }

}  // namespace weighhouse::dialects::superb
