#include "base/text.h"
#include "http/ranges.h"
#include "http/routes/render.h"
#include "http/routes/request.h"
#include "http/routes/routes.h"
#include "wire/data_json.h"
#include "wire/fields.h"

namespace weighhouse::http {
namespace json = boost::json;

using registry::NameFilter;
using wire::Fields;
using wire::Need;

namespace {

constexpr std::uint64_t kLargestBody = std::uint64_t{16} << 20U;  // a thousand items with annotations

const std::string& dataset_of(const Request& request) { return request.parameter("dataset"); }

// search, not, id and type of the query: what must be, and what must not.
NameFilter must_of(const Request& request) {
  NameFilter filter;
  if (auto text = request.query_value("search"); text && !text->empty()) filter.contains = std::move(*text);
  if (auto type = request.query_value("media_type"); type && !type->empty()) filter.media_type = std::move(*type);
  if (const auto ids = request.query_value("ids")) {
    filter.ids.emplace();
    for (const auto id : split(*ids, ',')) filter.ids->emplace_back(trim(id));
  }
  return filter;
}

NameFilter must_not_of(const Request& request) {
  NameFilter filter;
  if (auto text = request.query_value("not"); text && !text->empty()) filter.contains = std::move(*text);
  return filter;
}

template <class T, class Json>
Response reply_with_page(std::string_view key, const registry::Page<T>& page, const Json& to_object) {
  json::array items;
  for (const auto& item : page.items) items.push_back(to_object(item));
  json::object body{{key, std::move(items)}};
  if (page.total) body["total"] = *page.total;
  body["next_cursor"] = cursor_json(page.next_cursor);
  return reply(std::move(body));
}

Handler list_datasets(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    registry::DatasetQuery query{.must = must_of(request), .must_not = must_not_of(request)};
    query.length = TRY(length_of(request, 100));
    query.cursor = cursor_of(request);
    const auto page = TRY(context.data.datasets.list(caller_of(request), std::move(query)));
    return reply_with_page("datasets", page, [](const auto& dataset) { return wire::to_json(dataset); });
  };
}

Handler create_dataset(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    auto fields = TRY(Fields::parse(request.body));
    const auto name = fields.text("name", Need::kRequired);
    const auto description = fields.text("description");
    TRY(fields.finish());
    const auto dataset = TRY(context.data.datasets.create(caller_of(request), name, description));
    auto response = reply(wire::to_json(dataset), 201);
    response.headers.set("Location", wire::dataset_url(dataset.id));
    return response;
  };
}

Handler get_dataset(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    return reply(wire::to_json(TRY(context.data.datasets.get(caller_of(request), dataset_of(request)))));
  };
}

Handler update_dataset(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    auto fields = TRY(Fields::parse(request.body));
    const services::DatasetChange change{.name = fields.maybe_text("name"),
                                         .description = fields.maybe_text("description")};
    TRY(fields.finish());
    return reply(wire::to_json(TRY(context.data.datasets.update(caller_of(request), dataset_of(request), change))));
  };
}

Response reply_with_trash(const registry::TrashItem& item) {
  return reply({{"success", true}, {"reference", item.reference}, {"trash_id", item.id}});
}

Handler delete_dataset(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    return reply_with_trash(TRY(context.data.datasets.remove(caller_of(request), dataset_of(request))));
  };
}

Handler list_slices(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    registry::SliceQuery query{.dataset = {}, .must = must_of(request), .must_not = must_not_of(request)};
    query.length = TRY(length_of(request, 100));
    query.cursor = cursor_of(request);
    const auto page = TRY(context.data.datasets.list_slices(caller_of(request), dataset_of(request), std::move(query)));
    return reply_with_page("slices", page, [](const auto& slice) { return wire::to_json(slice); });
  };
}

Handler create_slice(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    auto fields = TRY(Fields::parse(request.body));
    const auto name = fields.text("name", Need::kRequired);
    const auto description = fields.text("description");
    TRY(fields.finish());
    auto body = wire::to_json(
        TRY(context.data.datasets.create_slice(caller_of(request), dataset_of(request), name, description)));
    const std::string url{body.at("url").as_string()};
    auto response = reply(std::move(body), 201);
    response.headers.set("Location", url);
    return response;
  };
}

Handler get_slice(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    return reply(wire::to_json(
        TRY(context.data.datasets.get_slice(caller_of(request), dataset_of(request), request.parameter("slice")))));
  };
}

Handler update_slice(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    auto fields = TRY(Fields::parse(request.body));
    const services::SliceChange change{.name = fields.maybe_text("name"),
                                       .description = fields.maybe_text("description"),
                                       .pinned = fields.flag("pinned")};
    TRY(fields.finish());
    return reply(wire::to_json(TRY(context.data.datasets.update_slice(caller_of(request), dataset_of(request),
                                                                      request.parameter("slice"), change))));
  };
}

Handler delete_slice(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    return reply_with_trash(
        TRY(context.data.datasets.remove_slice(caller_of(request), dataset_of(request), request.parameter("slice"))));
  };
}

Handler change_slice_items(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    auto fields = TRY(Fields::parse(request.body));
    const auto add = fields.texts("add");
    const auto remove = fields.texts("remove");
    TRY(fields.finish());
    const auto caller = caller_of(request);
    const auto& slice = request.parameter("slice");
    if (!add.empty()) TRY(context.data.datasets.put_in_slice(caller, dataset_of(request), slice, add));
    if (!remove.empty()) TRY(context.data.datasets.take_from_slice(caller, dataset_of(request), slice, remove));
    return reply(wire::to_json(TRY(context.data.datasets.get_slice(caller, dataset_of(request), slice))));
  };
}

std::vector<registry::ContentId> contents_in(Fields& fields) {
  std::vector<registry::ContentId> contents;
  for (auto& id : fields.texts("contents")) contents.push_back({std::move(id)});
  return contents;
}

Result<services::NewItem> item_in(Fields& fields) {
  services::NewItem item{.key = fields.text("key", Need::kRequired), .media_type = fields.text("media_type")};
  item.text = fields.maybe_text("text");
  const auto digest = fields.maybe_text("digest");
  item.annotations = fields.any_text("annotations").value_or("null");
  item.metadata = fields.object_text("metadata").value_or("{}");
  item.contents = contents_in(fields);
  if (digest) item.digest = TRY(Digest::parse(*digest));
  return item;
}

Handler add_items(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    auto fields = TRY(Fields::parse(request.body));
    std::vector<services::NewItem> items;
    for (auto& one : fields.objects("items", Need::kRequired)) {
      items.push_back(TRY(item_in(one)));
      fields.adopt(one);
    }
    const auto slices = fields.texts("slices");
    const auto existing =
        fields.flag("update").value_or(false) ? services::Existing::kUpdate : services::Existing::kRefuse;
    TRY(fields.finish());
    const auto added = TRY(
        context.data.datasets.add_items(caller_of(request), dataset_of(request), std::move(items), slices, existing));
    json::array listed;
    for (const auto& item : added.items) listed.push_back(wire::to_json(item));
    return reply({{"items", std::move(listed)},
                  {"added", added.added},
                  {"changed", added.changed},
                  {"unchanged", added.unchanged}},
                 201);
  };
}

Handler list_items(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    registry::ItemQuery query{.dataset = {}, .must = must_of(request), .must_not = must_not_of(request)};
    query.length = TRY(length_of(request, 100));
    query.cursor = cursor_of(request);
    const auto page = TRY(context.data.datasets.list_items(caller_of(request), dataset_of(request),
                                                           request.query_value("slice"), std::move(query)));
    return reply_with_page("items", page, [](const auto& item) { return wire::to_json(item); });
  };
}

Handler get_item(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto caller = caller_of(request);
    const auto item = TRY(context.data.datasets.get_item(caller, dataset_of(request), request.parameter("item")));
    auto body = wire::to_json(item);
    json::array slices;
    for (const auto& [id, slice] : TRY(context.data.datasets.list_slices_of(caller, dataset_of(request), {item.id}))) {
      slices.push_back(wire::to_json(slice));
    }
    body["slices"] = std::move(slices);
    return reply(std::move(body));
  };
}

Handler update_item(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    auto fields = TRY(Fields::parse(request.body));
    services::ItemChange change{.key = fields.maybe_text("key"),
                                .media_type = fields.maybe_text("media_type"),
                                .annotations = fields.any_text("annotations"),
                                .metadata = fields.object_text("metadata")};
    if (fields.has("contents")) change.contents = contents_in(fields);
    TRY(fields.finish());
    return reply(wire::to_json(TRY(context.data.datasets.update_item(caller_of(request), dataset_of(request),
                                                                     request.parameter("item"), change))));
  };
}

Handler delete_item(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    TRY(context.data.datasets.remove_item(caller_of(request), dataset_of(request), request.parameter("item")));
    return Response::empty(204);
  };
}

// Only what a browser shows without running it keeps its type: an item may hold anything.
std::string harmless(const std::string& media_type) {
  const bool shown = media_type.starts_with("audio/") || media_type.starts_with("video/") ||
                     (media_type.starts_with("image/") && media_type.find("svg") == std::string::npos);
  if (shown) return media_type;
  return media_type.starts_with("text/") ? "text/plain; charset=utf-8" : "application/octet-stream";
}

std::string file_name_of(const std::string& key) {
  const std::size_t slash = key.rfind('/');
  return slash == std::string::npos ? key : key.substr(slash + 1);
}

Handler download_item(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto caller = caller_of(request);
    const auto& word = request.parameter("item");
    const auto item = TRY(context.data.datasets.get_item(caller, dataset_of(request), word));
    const auto handed = TRY(context.data.datasets.find_bytes(caller, dataset_of(request), item.id.text));
    const ServedBytes bytes{.size_bytes = handed.blob.size_bytes,
                            .etag = handed.blob.digest.to_string(),
                            .content_type = harmless(item.media_type),
                            .filename = file_name_of(item.key),
                            .digest = handed.blob.digest};
    return serve_bytes(request, bytes, [&](ByteRange range) { return context.downloads.open(handed, range); });
  };
}

}  // namespace

std::vector<Route> dataset_routes(RouteContext& context) {
  const std::string one = "/api/datasets/{dataset}";
  const std::string slice = one + "/slices/{slice}";
  const std::string item = one + "/items/{item}";
  return {
      {Method::kGet, "/api/datasets", Permission::kRead, list_datasets(context)},
      {Method::kPost, "/api/datasets", Permission::kWrite, create_dataset(context), std::uint64_t{2} << 20U},
      {Method::kGet, one, Permission::kRead, get_dataset(context)},
      {Method::kPatch, one, Permission::kWrite, update_dataset(context), std::uint64_t{2} << 20U},
      {Method::kDelete, one, Permission::kWrite, delete_dataset(context)},
      {Method::kGet, one + "/slices", Permission::kRead, list_slices(context)},
      {Method::kPost, one + "/slices", Permission::kWrite, create_slice(context), std::uint64_t{2} << 20U},
      {Method::kGet, slice, Permission::kRead, get_slice(context)},
      {Method::kPatch, slice, Permission::kWrite, update_slice(context), std::uint64_t{2} << 20U},
      {Method::kDelete, slice, Permission::kWrite, delete_slice(context)},
      {Method::kPost, slice + "/items", Permission::kWrite, change_slice_items(context)},
      {Method::kGet, one + "/items", Permission::kRead, list_items(context)},
      {Method::kPost, one + "/items", Permission::kWrite, add_items(context), kLargestBody},
      {Method::kGet, item, Permission::kRead, get_item(context)},
      {Method::kPatch, item, Permission::kWrite, update_item(context), std::uint64_t{3} << 20U},
      {Method::kDelete, item, Permission::kWrite, delete_item(context)},
      {Method::kGet, item + "/content", Permission::kRead, download_item(context)},
  };
}

}  // namespace weighhouse::http
