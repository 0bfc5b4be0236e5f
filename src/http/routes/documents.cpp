#include "base/digest.h"
#include "http/ranges.h"
#include "http/routes/request.h"
#include "http/routes/routes.h"

namespace weighhouse::http {

std::vector<Route> document_routes(std::string_view openapi_json) {
  const auto digest = Digest::of(openapi_json);
  return {{Method::kGet, "/openapi.json", Permission::kOpen, Handler{[openapi_json, digest](Request& request) -> Result<Response> {
             const ServedBytes bytes{.size_bytes = openapi_json.size(), .etag = digest.to_string(), .content_type = "application/json", .digest = digest};
             return serve_bytes(request, bytes, [&](ByteRange range) -> Result<std::unique_ptr<ByteSource>> {
               return std::make_unique<MemorySource>(std::string{openapi_json.substr(range.offset, range.length)});
             });
           }}}};
}

}  // namespace weighhouse::http
