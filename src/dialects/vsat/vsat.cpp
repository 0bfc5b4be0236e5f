#include "dialects/vsat/vsat.h"

#include "base/text.h"
#include "http/ranges.h"
#include "http/routes/files.h"
#include "services/publications.h"
#include "services/shared_tensors.h"
#include "services/update_manifest.h"

namespace weighhouse::dialects {

using http::Handler;
using http::Method;
using http::Permission;
using http::Request;
using http::Response;
using http::Route;
using http::RouteContext;
using http::SharingContext;
using registry::Offer;

namespace {

// In the path, or in the query where the path has none: clients that know no channels are given the stable one.
std::string channel_of(const Request& request) {
  for (const auto& [name, value] : request.parameters) {
    if (name == "channel") return value;
  }
  return request.query_value("channel").value_or("stable");
}

services::UpdateClient client_of(const Request& request) {
  return {request.query_value("client").value_or(""), request.query_value("client_version").value_or("")};
}

Result<Response> serve_text(const Request& request, const std::string& text) {
  const auto digest = Digest::of(text);
  const http::ServedBytes bytes{
      .size_bytes = text.size(), .etag = digest.to_string(), .content_type = "application/json", .digest = digest};
  return http::serve_bytes(request, bytes, [&](ByteRange range) -> Result<std::unique_ptr<ByteSource>> {
    return std::make_unique<MemorySource>(text.substr(range.offset, range.length));
  });
}

Handler manifest(SharingContext& sharing) {
  return [&sharing](Request& request) -> Result<Response> {
    return serve_text(request, TRY(sharing.publications.manifest(channel_of(request), client_of(request))).text);
  };
}

Handler signature(SharingContext& sharing) {
  return [&sharing](Request& request) -> Result<Response> {
    auto& publications = sharing.publications;
    const auto channel = channel_of(request);
    const auto list = TRY(publications.manifest(channel, client_of(request)));
    return serve_text(request, services::to_json(TRY(publications.sign(channel, list))));
  };
}

Result<Offer> offer_of(const SharingContext& sharing, const Request& request) {
  return sharing.publications.get(channel_of(request), request.parameter("id"), request.parameter("version"));
}

// "info.json" or the weights, under the name that the protocol has for them.
Handler version_file(RouteContext& context, SharingContext& sharing) {
  return [&context, &sharing](Request& request) -> Result<Response> {
    const auto offer = TRY(offer_of(sharing, request));
    const auto& file = request.parameter("file");
    if (file == "info.json") return serve_text(request, services::to_json(TRY(sharing.publications.info(offer))));
    const auto& one = offer.publication;
    if (file != services::update_file_name(one.offered_as, one.number.value())) {
      return fail(ErrorCode::kNotFound, "A version has \"info.json\" and \"" +
                                            services::update_file_name(one.offered_as, one.number.value()) +
                                            "\" here, and no \"" + printable(file, 80) + "\".");
    }
    auto blob = TRY(context.downloads.checked_blob(offer.weights.digest, file));
    services::Handed handed{offer.weights, std::move(blob)};
    handed.file.path = TRY(registry::FilePath::parse(file));
    return http::serve_file(context, request, handed);
  };
}

Handler further_file(RouteContext& context, SharingContext& sharing) {
  return [&context, &sharing](Request& request) -> Result<Response> {
    const auto offer = TRY(offer_of(sharing, request));
    const auto files = TRY(sharing.publications.files(offer));
    for (const auto& file : *files) {
      if (file.path.text() != request.parameter("path")) continue;
      auto blob = TRY(context.downloads.checked_blob(file.digest, file.path.text()));
      return http::serve_file(context, request, {file, std::move(blob)});
    }
    return fail(ErrorCode::kNotFound, "That version has no file \"" + printable(request.parameter("path")) + "\".");
  };
}

// Which tensors a file holds, and where: whoever has some of them need not fetch those.
Handler file_parts(SharingContext& sharing) {
  return [&sharing](Request& request) -> Result<Response> {
    const auto offer = TRY(offer_of(sharing, request));
    const auto files = TRY(sharing.publications.files(offer));
    for (const auto& file : *files) {
      if (file.path.text() != request.parameter("path")) continue;
      const auto parts = TRY(sharing.tensors.parts_of(file.digest));
      return serve_text(request, services::format_parts(*parts));
    }
    return fail(ErrorCode::kNotFound, "That version has no file \"" + printable(request.parameter("path")) + "\".");
  };
}

Handler key(SharingContext& sharing) {
  return [&sharing](Request& request) -> Result<Response> {
    return serve_text(request, "{\"public_key\":\"" + TRY(sharing.publications.public_key()) + "\"}\n");
  };
}

}  // namespace

std::vector<Route> vsat_routes(RouteContext& context, SharingContext& sharing) {
  std::vector<Route> routes{{Method::kGet, "/updates/key.json", Permission::kOpen, key(sharing)}};
  for (const std::string base : {"/updates", "/updates/{channel}"}) {
    routes.push_back({Method::kGet, base + "/manifest.json", Permission::kOpen, manifest(sharing)});
    routes.push_back({Method::kGet, base + "/manifest.sig.json", Permission::kOpen, signature(sharing)});
    routes.push_back(
        {Method::kGet, base + "/{id}/{version}/{file}", Permission::kOpen, version_file(context, sharing)});
    routes.push_back(
        {Method::kGet, base + "/files/{id}/{version}/{path...}", Permission::kOpen, further_file(context, sharing)});
    routes.push_back({Method::kGet, base + "/parts/{id}/{version}/{path...}", Permission::kOpen, file_parts(sharing)});
  }
  return routes;
}

}  // namespace weighhouse::dialects
