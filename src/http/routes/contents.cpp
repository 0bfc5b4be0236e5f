#include "http/ranges.h"
#include "http/routes/request.h"
#include "http/routes/routes.h"
#include "wire/data_json.h"
#include "wire/fields.h"

namespace weighhouse::http {
namespace json = boost::json;

using wire::Fields;
using wire::Need;

namespace {

json::object to_json(const services::ContentView& view) {
  auto body = wire::to_json(view.content);
  json::array files;
  for (const auto& file : view.files) files.push_back(wire::to_json(view.content.id, file));
  body["files"] = std::move(files);
  return body;
}

Handler list_contents(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto page =
        TRY(context.data.contents.list(caller_of(request), TRY(length_of(request, 100)), cursor_of(request)));
    json::array contents;
    for (const auto& content : page.items) contents.push_back(wire::to_json(content));
    json::object body{{"contents", std::move(contents)}};
    if (page.total) body["total"] = *page.total;
    body["next_cursor"] = cursor_json(page.next_cursor);
    return reply(std::move(body));
  };
}

Handler create_content(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    auto fields = TRY(Fields::parse(request.body));
    const services::NewContent wanted{.key = fields.text("key"),
                                      .content_type = fields.text("content_type"),
                                      .folder = fields.flag("folder").value_or(false)};
    TRY(fields.finish());
    const auto content = TRY(context.data.contents.create(caller_of(request), wanted));
    auto response = reply(to_json({content, {}}), 201);
    response.headers.set("Location", wire::content_url(content.id));
    return response;
  };
}

Handler get_content(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    return reply(to_json(TRY(context.data.contents.get(caller_of(request), request.parameter("content")))));
  };
}

Handler put_content_file(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    auto fields = TRY(Fields::parse(request.body));
    const auto digest_text = fields.text("digest", Need::kRequired);
    const auto name = fields.text("name");
    const auto type = fields.text("content_type");
    TRY(fields.finish());
    const auto digest = TRY(Digest::parse(digest_text));
    return reply(to_json(
        TRY(context.data.contents.put_file(caller_of(request), request.parameter("content"), name, digest, type))));
  };
}

Handler download_content(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto name = request.query_value("name").value_or("");
    const auto handed = TRY(context.data.contents.find_file(caller_of(request), request.parameter("content"), name));
    const ServedBytes bytes{.size_bytes = handed.blob.size_bytes,
                            .etag = handed.blob.digest.to_string(),
                            .filename = std::string{handed.file.path.name()},
                            .digest = handed.blob.digest};
    return serve_bytes(request, bytes, [&](ByteRange range) { return context.downloads.open(handed, range); });
  };
}

Handler delete_content(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    TRY(context.data.contents.remove(caller_of(request), request.parameter("content")));
    return Response::empty(204);
  };
}

}  // namespace

std::vector<Route> content_routes(RouteContext& context) {
  const std::string one = "/api/contents/{content}";
  return {
      {Method::kGet, "/api/contents", Permission::kRead, list_contents(context)},
      {Method::kPost, "/api/contents", Permission::kWrite, create_content(context)},
      {Method::kGet, one, Permission::kRead, get_content(context)},
      {Method::kDelete, one, Permission::kWrite, delete_content(context)},
      {Method::kGet, one + "/file", Permission::kRead, download_content(context)},
      {Method::kPut, one + "/file", Permission::kWrite, put_content_file(context)},
  };
}

}  // namespace weighhouse::http
