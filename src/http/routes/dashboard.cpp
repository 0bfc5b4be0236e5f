#include <algorithm>
#include <zlib.h>

#include "base/text.h"
#include "http/ranges.h"
#include "http/routes/request.h"
#include "http/routes/routes.h"

namespace weighhouse::http {
namespace {

constexpr std::string_view kSealed = ".gz";
// Scripts, styles and connections of our own only; pictures may also be made by the page itself.
constexpr const char* kPolicy =
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'";

std::string content_type(std::string_view name) {
  constexpr std::pair<std::string_view, const char*> kTypes[] = {{".html", "text/html; charset=utf-8"},
                                                                 {".js", "text/javascript; charset=utf-8"},
                                                                 {".css", "text/css; charset=utf-8"},
                                                                 {".svg", "image/svg+xml"},
                                                                 {".png", "image/png"},
                                                                 {".ico", "image/x-icon"},
                                                                 {".woff2", "font/woff2"},
                                                                 {".json", "application/json"},
                                                                 {".webmanifest", "application/manifest+json"}};
  for (const auto& [extension, type] : kTypes) {
    if (name.ends_with(extension)) return type;
  }
  return "application/octet-stream";
}

std::string unseal(std::string_view sealed) {
  std::string out;
  z_stream stream{};
  constexpr int kGzip = 15 + 16;
  check(inflateInit2(&stream, kGzip) == Z_OK, "zlib starts");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(sealed.data()));
  stream.avail_in = static_cast<uInt>(sealed.size());
  char buffer[16384];
  int state = Z_OK;
  while (state == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer);
    stream.avail_out = sizeof buffer;
    state = inflate(&stream, Z_NO_FLUSH);
    out.append(buffer, sizeof buffer - stream.avail_out);
  }
  inflateEnd(&stream);
  check(state == Z_STREAM_END, "what was embedded unpacks");
  return out;
}

bool takes_gzip(const Request& request) {
  const auto accepted = request.headers.find("Accept-Encoding");
  return accepted && accepted->find("gzip") != std::string_view::npos;
}

Response serve_embedded(const Request& request, const EmbeddedFile& file) {
  const bool sealed = file.name.ends_with(kSealed);
  const auto name = sealed ? file.name.substr(0, file.name.size() - kSealed.size()) : file.name;
  const bool as_it_is = !sealed || takes_gzip(request);
  auto response = Response::text(200, content_type(name), as_it_is ? std::string{file.bytes} : unseal(file.bytes));
  if (sealed && as_it_is) response.headers.set("Content-Encoding", "gzip");
  response.headers.set("Vary", "Accept-Encoding");
  // Vite puts a hash into every name below assets/.
  response.headers.set("Cache-Control",
                       name.starts_with("assets/") ? "public, max-age=31536000, immutable" : "no-cache");
  response.headers.set("Content-Security-Policy", kPolicy);
  response.headers.set("Referrer-Policy", "no-referrer");
  return response;
}

constexpr const char* kWithout =
    "<!doctype html><html lang=en><meta charset=utf-8><title>Weighhouse</title><h1>Weighhouse</h1>"
    "<p>This program was built without its dashboard. The API answers all the same: <a href=/docs>/docs</a>.</p>";

}  // namespace

std::vector<Route> dashboard_routes(std::span<const EmbeddedFile> files) {
  const auto is_page = [](const EmbeddedFile& file) {
    return file.name == "index.html" || file.name == "index.html.gz";
  };
  const auto page = std::find_if(files.begin(), files.end(), is_page);
  const Handler show_page = [page, none = page == files.end()](Request& request) -> Result<Response> {
    if (none) return Response::text(200, "text/html; charset=utf-8", kWithout);
    return serve_embedded(request, *page);
  };
  std::vector<Route> routes{{Method::kGet, "/", Permission::kOpen, show_page}};
  if (page == files.end()) return routes;
  for (const EmbeddedFile& file : files) {
    if (is_page(file)) continue;
    const auto name = file.name.ends_with(kSealed) ? file.name.substr(0, file.name.size() - kSealed.size()) : file.name;
    routes.push_back(
        {Method::kGet, "/" + std::string{name}, Permission::kOpen,
         Handler{[&file](Request& request) -> Result<Response> { return serve_embedded(request, file); }}});
  }
  // The dashboard's own pages; each is the same document, which reads its address.
  for (const char* of : {"/models/{page...}",
                         "/models",
                         "/trash",
                         "/storage",
                         "/jobs",
                         "/jobs/{page...}",
                         "/tokens",
                         "/upload",
                         "/train",
                         "/train/{page...}",
                         "/datasets",
                         "/datasets/{page...}",
                         "/audit",
                         "/diff",
                         "/settings",
                         "/events",
                         "/updates",
                         "/docs",
                         "/help",
                         "/help/{page...}"}) {
    routes.push_back({Method::kGet, of, Permission::kOpen, show_page});
  }
  return routes;
}

}  // namespace weighhouse::http
