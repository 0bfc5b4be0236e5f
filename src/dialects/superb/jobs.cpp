#include "dialects/superb/jobs.h"

#include <algorithm>

#include "base/id.h"
#include "base/text.h"
#include "dialects/superb/call.h"
#include "dialects/superb/filters.h"
#include "dialects/superb/models.h"
#include "services/catalog.h"
#include "services/datasets.h"
#include "services/trash.h"

namespace weighhouse::dialects::superb {
namespace json = boost::json;

using http::Permission;

namespace {

constexpr std::size_t kMost = 10'000;  // things that one job deletes
constexpr std::size_t kPage = 1'000;

// What a job is about: its dataset, its parameters, the ids that its filter selects.
struct Order {
  const Call& call;
  std::string dataset;
  std::string slice;
  const json::object& parameters;

  // The filter of these parameters. One without a condition would delete everything, and is refused.
  Result<json::object> filter(std::string_view name, std::string_view type) const {
    const auto* given = parameters.if_contains(name);
    const auto read = TRY(call.engine.read_input(given == nullptr ? json::value{} : *given, type, name));
    const auto has_condition = [&](std::string_view part) {
      const auto* options = read.is_object() ? read.get_object().if_contains(part) : nullptr;
      return options != nullptr && options->is_object() && !options->get_object().empty();
    };
    if (has_condition("must") || has_condition("not") || has_condition("slice")) return read.get_object();
    return fail(ErrorCode::kInvalidArgument,
                "\"" + std::string{name} + "\" must say what to delete: without a condition it would be everything.");
  }
};

Result<> check_room(std::size_t count) {
  if (count <= kMost) return {};
  return fail(ErrorCode::kResourceExhausted,
              "One job deletes at most " + std::to_string(kMost) + " things. Select fewer.");
}

// Every id first, so that what is deleted does not move the pages.
template <class List>
Result<std::vector<std::string>> all_ids(const List& list) {
  std::vector<std::string> ids;
  std::string cursor;
  do {
    auto page = TRY(list(cursor));
    for (const auto& one : page.items) ids.push_back(one);
    TRY(check_room(ids.size()));
    cursor = page.next_cursor;
  } while (!cursor.empty());
  return ids;
}

template <class Row, class Id>
registry::Page<std::string> ids_of(const registry::Page<Row>& page, const Id& id) {
  registry::Page<std::string> ids{.items = {}, .next_cursor = page.next_cursor};
  for (const auto& row : page.items) ids.items.push_back(id(row));
  return ids;
}

Result<std::int64_t> delete_models(const Order& order) {
  const auto& call = order.call;
  auto filter = TRY(order.filter("model_filter", "ModelFilter"));
  const json::object wrapped{{"filter", std::move(filter)}};
  const auto ids = TRY(all_ids([&](const std::string& cursor) -> Result<registry::Page<std::string>> {
    registry::ModelQuery query{.filter = model_filter(Arguments{wrapped}, order.dataset)};
    query.length = kPage;
    query.cursor = cursor;
    return ids_of(TRY(call.context.catalog.list_models(call.caller, std::move(query))),
                  [](const registry::ModelRow& row) { return row.model.id.text; });
  }));
  for (const auto& id : ids) {
    const auto row = TRY(find_model(call, order.dataset, id));
    TRY(call.context.trash.remove_model(call.caller, {row.model.name_space, row.model.name}));
    call.context.library.changed(row.model.id);
  }
  return static_cast<std::int64_t>(ids.size());
}

Result<std::int64_t> delete_slices(const Order& order) {
  auto& datasets = order.call.context.data.datasets;
  auto filter = TRY(order.filter("slice_filter", "SliceFilter"));
  const json::object wrapped{{"filter", std::move(filter)}};
  registry::SliceQuery query{.dataset = {}, .length = kPage};
  read_name_filter(Arguments{wrapped}, query.must, query.must_not);
  const auto ids = TRY(all_ids([&](const std::string& cursor) -> Result<registry::Page<std::string>> {
    query.cursor = cursor;
    return ids_of(TRY(datasets.list_slices(order.call.caller, order.dataset, query)),
                  [](const registry::Slice& slice) { return slice.id.text; });
  }));
  for (const auto& id : ids) TRY(datasets.remove_slice(order.call.caller, order.dataset, id));
  return static_cast<std::int64_t>(ids.size());
}

Result<std::vector<std::string>> selected_data(const Order& order) {
  const auto filter = TRY(order.filter("data_filter", "DataFilter"));
  const auto wish = TRY(read_data_filter(Arguments{filter}));
  registry::ItemQuery query{.dataset = {}, .must = wish.must, .must_not = wish.must_not, .length = kPage};
  auto slice = wish.slice;
  if (!order.slice.empty()) slice = order.slice;
  return all_ids([&](const std::string& cursor) -> Result<registry::Page<std::string>> {
    query.cursor = cursor;
    return ids_of(TRY(order.call.context.data.datasets.list_items(order.call.caller, order.dataset, slice, query)),
                  [](const registry::Item& item) { return item.id.text; });
  });
}

Result<std::int64_t> delete_data(const Order& order) {
  const auto ids = TRY(selected_data(order));
  for (const auto& id : ids) {
    TRY(order.call.context.data.datasets.remove_item(order.call.caller, order.dataset, id));
  }
  return static_cast<std::int64_t>(ids.size());
}

Result<std::int64_t> take_data_from_slice(const Order& order) {
  if (order.slice.empty()) return fail(ErrorCode::kInvalidArgument, "\"sliceId\" must name a slice.");
  const auto ids = TRY(selected_data(order));
  for (std::size_t from = 0; from < ids.size(); from += kPage) {
    const auto to = std::min(ids.size(), from + kPage);
    TRY(order.call.context.data.datasets.take_from_slice(
        order.call.caller, order.dataset, order.slice,
        {ids.begin() + static_cast<std::ptrdiff_t>(from), ids.begin() + static_cast<std::ptrdiff_t>(to)}));
  }
  return static_cast<std::int64_t>(ids.size());
}

Result<std::int64_t> delete_dataset(const Order& order) {
  TRY(order.call.context.data.datasets.remove(order.call.caller, order.dataset));
  return 1;
}

struct Kind {
  std::string_view name;
  Result<std::int64_t> (*run)(const Order& order);
};
constexpr Kind kKinds[] = {
    {"DELETE_MODEL", delete_models},    {"DELETE_SLICE", delete_slices},
    {"DELETE_DATA", delete_data},       {"REMOVE_DATA_FROM_SLICE", take_data_from_slice},
    {"DELETE_DATASET", delete_dataset},
};

Result<const Kind*> kind_of(const std::string& name) {
  const auto found =
      std::find_if(std::begin(kKinds), std::end(kKinds), [&](const Kind& kind) { return kind.name == name; });
  if (found != std::end(kKinds)) return found;
  std::string all;
  for (const auto& kind : kKinds) all += (all.empty() ? "" : ", ") + std::string{kind.name};
  return fail(ErrorCode::kInvalidArgument,
              "There is no job \"" + printable(name, 60) + "\" here. There are " + all + ".");
}

Result<json::value> start_job(const Call& call, const PlannedField& asked) {
  const Arguments arguments{asked.arguments};
  const auto* kind = TRY(kind_of(arguments.text("jobType")));
  const auto dataset = TRY(call.context.data.datasets.get(call.caller, arguments.text("datasetId")));
  static const json::object kNone;
  const auto* parameters = arguments.any("parameters").if_object();
  const auto deleted =
      kind->run({call, dataset.id.text, arguments.text("sliceId"), parameters == nullptr ? kNone : *parameters});
  if (!deleted && deleted.error().code == ErrorCode::kInvalidArgument) return fail(deleted.error());
  const auto now = call.context.clock.now();
  json::object job{{"id", new_ulid(now)},
                   {"jobId", kind->name},
                   {"status", deleted ? "SUCCESS" : "FAILED"},
                   {"datasetId", dataset.id.text},
                   {"parameters", arguments.any("parameters")},
                   {"progress", json::object{{"deleted", deleted ? *deleted : 0}}},
                   {"meta", deleted ? json::value{} : json::value(json::object{{"message", deleted.error().message}})},
                   {"createdAt", now.to_string()},
                   {"createdBy", call.caller.identity.name},
                   {"updatedAt", now.to_string()},
                   {"updatedBy", call.caller.identity.name}};
  call.jobs.add(job);
  return job;
}

Result<json::value> job_history(const Call& call, const PlannedField& asked) {
  const auto id = Arguments{asked.arguments}.text("id");
  if (auto job = call.jobs.find(id, call.caller.identity.name)) return *std::move(job);
  return fail(ErrorCode::kNotFound, "There is no job \"" + printable(id, 60) + "\", or none any more.");
}

constexpr Entry kEntries[] = {
    {"startJob", Permission::kWrite, start_job},
    {"jobHistory", Permission::kRead, job_history},
};

}  // namespace

void Jobs::add(json::object job) {
  job.erase("parameters");
  auto jobs = jobs_.lock();
  jobs->push_back(std::move(job));
  if (jobs->size() > kKept) jobs->pop_front();
}

std::optional<json::object> Jobs::find(std::string_view id, std::string_view by) const {
  auto jobs = jobs_.lock();
  for (const auto& job : *jobs) {
    if (job.at("id").get_string() == id && job.at("createdBy").get_string() == by) return job;
  }
  return std::nullopt;
}

std::span<const Entry> job_entries() { return kEntries; }

}  // namespace weighhouse::dialects::superb
