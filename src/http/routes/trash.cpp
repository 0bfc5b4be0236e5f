#include "http/routes/render.h"
#include "http/routes/request.h"
#include "http/routes/routes.h"

namespace weighhouse::http {
namespace json = boost::json;

namespace {

Handler list_trash(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto page = TRY(context.trash.list(caller_of(request), TRY(length_of(request, 100)), cursor_of(request)));
    json::array items;
    for (const auto& view : page.items) items.push_back(to_json(view));
    const auto freed_bytes = TRY(context.trash.freed_by_emptying());
    return reply(
        {{"items", std::move(items)}, {"freed_bytes", freed_bytes}, {"next_cursor", cursor_json(page.next_cursor)}});
  };
}

Handler restore_trash(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    if (const auto data = TRY(context.trash.restore_data(caller_of(request), request.parameter("trash_id")))) {
      json::object body{{"reference", data->reference}, {"dataset_id", data->dataset->text}};
      if (data->slice) body["slice_id"] = data->slice->text;
      return reply(std::move(body));
    }
    const auto model = TRY(context.trash.restore(caller_of(request), request.parameter("trash_id")));
    context.library.changed(model.id);
    const auto row = TRY(context.catalog.get_model(caller_of(request), {model.name_space, model.name}));
    return reply_with_model(row);
  };
}

Handler purge_trash(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    return reply(
        to_json(TRY(context.trash.purge(caller_of(request), request.parameter("trash_id"))), services::DryRun::kNo));
  };
}

Handler empty_trash(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    return reply(to_json(TRY(context.trash.empty(caller_of(request))), services::DryRun::kNo));
  };
}

}  // namespace

std::vector<Route> trash_routes(RouteContext& context) {
  return {
      {Method::kGet, "/api/trash", Permission::kRead, list_trash(context)},
      {Method::kDelete, "/api/trash", Permission::kAdmin, empty_trash(context)},
      {Method::kDelete, "/api/trash/{trash_id}", Permission::kWrite, purge_trash(context)},
      {Method::kPost, "/api/trash/{trash_id}/restore", Permission::kWrite, restore_trash(context)},
  };
}

}  // namespace weighhouse::http
