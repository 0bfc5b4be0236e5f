#include "base/digest.h"
#include "http/metrics.h"
#include "http/ranges.h"
#include "http/routes/request.h"
#include "http/routes/routes.h"

namespace weighhouse::http {

std::vector<Route> document_routes(std::string_view openapi_json, std::function<std::string()> render_metrics) {
  const auto digest = Digest::of(openapi_json);
  const Handler show_contract = [openapi_json, digest](Request& request) -> Result<Response> {
    const ServedBytes bytes{.size_bytes = openapi_json.size(),
                            .etag = digest.to_string(),
                            .content_type = "application/json",
                            .digest = digest};
    return serve_bytes(request, bytes, [&](ByteRange range) -> Result<std::unique_ptr<ByteSource>> {
      return std::make_unique<MemorySource>(std::string{openapi_json.substr(range.offset, range.length)});
    });
  };
  const Handler show_metrics = [render = std::move(render_metrics)](Request&) -> Result<Response> {
    return Response::text(200, std::string{Metrics::kContentType}, render());
  };
  return {
      {Method::kGet, "/openapi.json", Permission::kOpen, show_contract},
      {Method::kGet, "/metrics", Permission::kRead, show_metrics},
  };
}

}  // namespace weighhouse::http
