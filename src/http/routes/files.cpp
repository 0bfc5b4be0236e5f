#include "http/routes/files.h"

#include <algorithm>

#include "base/text.h"
#include "http/ranges.h"
#include "http/routes/request.h"
#include "http/routes/routes.h"
#include "services/archive.h"
#include "services/files.h"
#include "services/metadata.h"
#include "wire/registry_json.h"
#include "wire/report_json.h"

namespace weighhouse::http {
namespace json = boost::json;

using services::Archive;
using services::Downloads;

namespace {

std::string content_type_of(std::string_view format) {
  if (format == "json") return "application/json";
  if (format == "wav") return "audio/wav";
  if (format == "flac") return "audio/flac";
  if (format == "zip") return "application/zip";
  return "application/octet-stream";
}

// "Hey Jarvis" is "hey_jarvis_model.zip"; what a header or a file system would not take is left out.
std::string archive_name(const services::VersionView& view) {
  const auto facts = services::read_metadata(view.version.metadata);
  const std::string shown = facts && !facts->display_name.empty() ? facts->display_name : view.model.name.text();
  std::string name;
  for (const char c : to_lower(shown)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    if (plain) name += c;
    if (c == ' ') name += '_';
  }
  return (name.empty() ? view.model.name.text() : name) + "_model.zip";
}

Result<Archive> archive_of(Downloads& downloads, const services::VersionView& view) {
  std::vector<Archive::Entry> entries;
  for (auto& member : TRY(downloads.members(view))) {
    if (auto* text = std::get_if<std::string>(&member.content)) {
      const auto crc = services::crc32_of(*text);
      entries.push_back({member.path, text->size(), crc, std::move(*text)});
    } else {
      const auto blob = TRY(downloads.checked_blob(std::get<registry::File>(member.content).digest, member.path));
      entries.push_back({member.path, blob.size_bytes, blob.crc32, blob.digest});
    }
  }
  return Archive{std::move(entries), view.version.created_at};
}

Result<Pieces> pieces_of(const store::BlobStore& blobs, std::vector<Archive::Segment> segments) {
  Pieces pieces;
  for (auto& segment : segments) {
    if (auto* text = std::get_if<std::string>(&segment.content)) {
      pieces.push_back({std::move(*text), segment.length});
    } else {
      auto bytes = TRY(blobs.open(std::get<Digest>(segment.content), {segment.offset, segment.length}));
      pieces.push_back({std::move(bytes), segment.length});
    }
  }
  return pieces;
}

Handler download_version(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(model_of(request));
    return serve_archive(context, request,
                         TRY(context.catalog.get_version(caller_of(request), ref, TRY(version_of(request)))));
  };
}

Handler download_model(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(model_of(request));
    std::optional<registry::VersionRef> version;
    if (const auto word = request.query_value("version")) version = TRY(registry::parse_version_ref(*word));
    context.library.settle();
    return serve_archive(context, request, TRY(context.catalog.get_version(caller_of(request), ref, version)));
  };
}

Handler download_weights(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    context.library.settle();
    return serve_file(context, request,
                      TRY(context.downloads.find_weights(caller_of(request), TRY(model_of(request)))));
  };
}

// The rendered metadata has no blob: it is made for each request.
Result<std::optional<Response>> serve_metadata(RouteContext& context, const Request& request,
                                               const registry::ModelRef& ref, const registry::VersionRef& version) {
  const auto view = TRY(context.catalog.get_version(caller_of(request), ref, version));
  if (request.parameter("path") != services::metadata_path(view)) return std::optional<Response>{};
  auto text = services::render_metadata(view);
  const auto digest = Digest::of(text);
  const ServedBytes bytes{.size_bytes = text.size(),
                          .etag = digest.to_string(),
                          .content_type = "application/json",
                          .filename = request.parameter("path"),
                          .digest = digest};
  auto response = TRY(serve_bytes(request, bytes, [&](ByteRange range) -> Result<std::unique_ptr<ByteSource>> {
    return std::make_unique<MemorySource>(text.substr(range.offset, range.length));
  }));
  return std::optional<Response>{std::move(response)};
}

Handler download_file(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(model_of(request));
    const auto version = TRY(version_of(request));
    const auto handed = context.downloads.find_file(caller_of(request), ref, version, request.parameter("path"));
    if (handed) return serve_file(context, request, *handed);
    if (handed.error().code == ErrorCode::kNotFound) {
      if (auto made = TRY(serve_metadata(context, request, ref, version))) return *std::move(made);
    }
    return fail(handed.error());
  };
}

Handler download_blob(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto digest = TRY(Digest::parse(request.parameter("digest")));
    const auto handed = TRY(context.downloads.find_blob(caller_of(request), digest));
    const ServedBytes bytes{.size_bytes = handed.blob.size_bytes,
                            .etag = digest.to_string(),
                            .digest = digest,
                            .cache_control = "private, max-age=31536000, immutable"};
    return serve_bytes(request, bytes, [&](ByteRange range) { return context.downloads.open(handed, range); });
  };
}

Handler inspect_version(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(model_of(request));
    const auto version = TRY(version_of(request));
    const auto tensors = TRY(tensors_of(request));
    json::array reports;
    for (const auto& one : TRY(context.inspector.inspect_version(caller_of(request), ref, version,
                                                                 request.query_value("path").value_or("")))) {
      auto report = wire::to_json(one.report, tensors, request.query_value("search").value_or(""));
      report["path"] = one.file.path.text();
      report["digest"] = one.file.digest.to_string();
      report["size_bytes"] = one.file.size_bytes;
      reports.push_back(std::move(report));
    }
    return reply({{"reports", std::move(reports)}});
  };
}

}  // namespace

Result<Response> serve_file(RouteContext& context, const Request& request, const services::Handed& handed) {
  const ServedBytes bytes{.size_bytes = handed.blob.size_bytes,
                          .etag = handed.file.digest.to_string(),
                          .content_type = content_type_of(handed.file.format),
                          .filename = std::string{handed.file.path.name()},
                          .digest = handed.file.digest};
  return serve_bytes(request, bytes, [&](ByteRange range) { return context.downloads.open(handed, range); });
}

Result<Response> serve_archive(RouteContext& context, const Request& request, const services::VersionView& view) {
  const auto archive = TRY(archive_of(context.downloads, view));
  const ServedBytes bytes{.size_bytes = archive.size_bytes(),
                          .etag = archive.etag(),
                          .content_type = "application/zip",
                          .filename = archive_name(view)};
  // The reply's head follows from size and range alone; its body is the pieces, which the kernel can send.
  std::optional<ByteRange> wanted;
  auto response = TRY(serve_bytes(request, bytes, [&](ByteRange range) -> Result<std::unique_ptr<ByteSource>> {
    wanted = range;
    return std::make_unique<MemorySource>(std::string{});
  }));
  if (wanted) response.body = TRY(pieces_of(context.downloads.blobs(), archive.slice(*wanted)));
  return response;
}

std::vector<Route> file_routes(RouteContext& context) {
  const std::string version = "/api/models/{model}/versions/{version}";
  return {
      {Method::kGet, "/api/models/{model}/download", Permission::kRead, download_model(context)},
      {Method::kGet, "/api/models/{model}/file", Permission::kRead, download_weights(context)},
      {Method::kGet, version + "/download", Permission::kRead, download_version(context)},
      {Method::kGet, version + "/files/{path...}", Permission::kRead, download_file(context)},
      {Method::kGet, version + "/report", Permission::kRead, inspect_version(context)},
      {Method::kGet, "/api/blobs/{digest}", Permission::kRead, download_blob(context)},
  };
}

}  // namespace weighhouse::http
