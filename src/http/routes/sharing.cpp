#include "http/routes/sharing.h"

#include <algorithm>

#include "http/routes/job_reply.h"
#include "http/routes/request.h"
#include "http/routes/routes.h"
#include "http/routes/sharing_json.h"
#include "services/publications.h"
#include "services/puller.h"
#include "services/sources.h"
#include "services/updates.h"
#include "wire/fields.h"
#include "wire/job_json.h"

namespace weighhouse::http {
namespace json = boost::json;

using wire::Fields;
using wire::Need;

namespace {

Handler list_publications(SharingContext& context) {
  return [&context](Request& request) -> Result<Response> {
    json::array listed;
    for (const auto& offer :
         TRY(context.publications.list(caller_of(request), request.query_value("channel").value_or(""))))
      listed.push_back(to_json(offer));
    return reply({{"publications", std::move(listed)}});
  };
}

Handler get_key(SharingContext& context) {
  return [&context](Request&) -> Result<Response> {
    const auto key = TRY(context.publications.public_key());
    return reply({{"public_key", key}});
  };
}

Handler publish(SharingContext& context) {
  return [&context](Request& request) -> Result<Response> {
    auto model = TRY(model_of(request));
    auto version = TRY(version_of(request));
    auto fields = TRY(Fields::parse(request.body));
    services::NewPublication publication;
    if (const auto channel = fields.maybe_text("channel")) publication.channel = *channel;
    publication.description = fields.text("description");
    publication.improvements = fields.texts("improvements");
    publication.percentage =
        static_cast<int>(std::clamp<std::int64_t>(fields.integer("percentage").value_or(100), -1, 101));
    publication.minimum_client = fields.text("minimum_client");
    publication.offered_as = fields.text("id");
    TRY(fields.finish());
    const registry::Reference reference{std::move(model), std::move(version)};
    return reply(to_json(TRY(context.publications.publish(caller_of(request), reference, publication))), 201);
  };
}

Handler withdraw(SharingContext& context) {
  return [&context](Request& request) -> Result<Response> {
    auto model = TRY(model_of(request));
    auto version = TRY(version_of(request));
    const registry::Reference reference{std::move(model), std::move(version)};
    TRY(context.publications.withdraw(caller_of(request), reference, request.parameter("channel")));
    return Response::empty(204);
  };
}

Handler list_sources(SharingContext& context) {
  return [&context](Request&) -> Result<Response> {
    json::array listed;
    for (const auto& source : TRY(context.sources.list())) listed.push_back(to_json(source));
    return reply({{"sources", std::move(listed)}});
  };
}

Handler add_source(SharingContext& context) {
  return [&context](Request& request) -> Result<Response> {
    auto fields = TRY(Fields::parse(request.body));
    const auto name_space = fields.maybe_text("namespace");
    const auto policy = fields.maybe_text("policy");
    const auto kind = fields.text("kind", Need::kRequired);
    registry::Source source{.name = fields.text("name", Need::kRequired),
                            .address = fields.text("address", Need::kRequired),
                            .public_key = fields.text("public_key"),
                            .interval = std::chrono::seconds{fields.integer("interval_seconds").value_or(0)}};
    if (const auto channel = fields.maybe_text("channel")) source.channel = *channel;
    TRY(fields.finish());
    source.kind = TRY(registry::parse_source_kind(kind));
    if (name_space) source.name_space = TRY(registry::Namespace::parse(*name_space));
    if (policy) source.policy = TRY(registry::parse_update_policy(*policy));
    return reply(to_json(TRY(context.sources.add(caller_of(request), std::move(source)))), 201);
  };
}

Handler remove_source(SharingContext& context) {
  return [&context](Request& request) -> Result<Response> {
    TRY(context.sources.remove(caller_of(request), request.parameter("source")));
    return Response::empty(204);
  };
}

Handler put_policy(SharingContext& context) {
  return [&context](Request& request) -> Result<Response> {
    auto fields = TRY(Fields::parse(request.body));
    registry::ModelPolicy policy{.source = request.parameter("source"),
                                 .remote_id = fields.text("id", Need::kRequired)};
    const auto word = fields.text("policy", Need::kRequired);
    TRY(fields.finish());
    policy.policy = TRY(registry::parse_update_policy(word));
    TRY(context.sources.put_policy(caller_of(request), policy));
    return Response::empty(204);
  };
}

Handler list_catalog(SharingContext& context) {
  return [&context](Request&) -> Result<Response> {
    json::array listed;
    for (const auto& entry : TRY(context.assortment.list())) listed.push_back(to_json(entry));
    return reply({{"models", std::move(listed)}});
  };
}

Handler list_updates(SharingContext& context) {
  return [&context](Request&) -> Result<Response> { return reply(to_json(TRY(context.updates.known()))); };
}

Handler check_updates(SharingContext& context) {
  return [&context](Request& request) -> Result<Response> {
    auto fields = TRY(Fields::parse(request.body));
    const auto source = fields.maybe_text("source");
    TRY(fields.finish());
    return reply(to_json(TRY(context.updates.check(source))));
  };
}

Handler apply_updates(SharingContext& context) {
  return [&context](Request& request) -> Result<Response> {
    auto fields = TRY(Fields::parse(request.body));
    const auto model = fields.text("model");
    TRY(fields.finish());
    const auto begun = TRY(context.updates.apply(caller_of(request), model));
    json::array jobs;
    for (const auto& job : begun) jobs.push_back(wire::to_json(job));
    auto response = reply({{"jobs", std::move(jobs)}}, 202);
    response.headers.set("Location", begun.size() == 1 ? "/api/jobs/" + begun[0].id : "/api/jobs?kind=download");
    return response;
  };
}

Handler start_download(SharingContext& context) {
  return [&context](Request& request) -> Result<Response> {
    auto fields = TRY(Fields::parse(request.body));
    services::PullOrder order{.source = fields.text("source", Need::kRequired),
                              .id = fields.text("id", Need::kRequired),
                              .version = fields.text("version"),
                              .include = fields.texts("include"),
                              .exclude = fields.texts("exclude"),
                              .as = fields.text("as"),
                              .in_library = fields.flag("in_library").value_or(false)};
    TRY(fields.finish());
    return accepted(TRY(context.puller.submit(caller_of(request), order)));
  };
}

}  // namespace

std::vector<Route> sharing_routes(SharingContext& context) {
  const std::string version = "/api/models/{model}/versions/{version}";
  return with_namespaces({
      {Method::kGet, "/api/publications", Permission::kRead, list_publications(context)},
      {Method::kGet, "/api/publications/key", Permission::kRead, get_key(context)},
      {Method::kPost, version + "/publications", Permission::kWrite, publish(context)},
      {Method::kDelete, version + "/publications/{channel}", Permission::kWrite, withdraw(context)},
      {Method::kGet, "/api/sources", Permission::kRead, list_sources(context)},
      {Method::kPost, "/api/sources", Permission::kAdmin, add_source(context)},
      {Method::kDelete, "/api/sources/{source}", Permission::kAdmin, remove_source(context)},
      {Method::kPut, "/api/sources/{source}/policy", Permission::kAdmin, put_policy(context)},
      {Method::kGet, "/api/catalog", Permission::kRead, list_catalog(context)},
      {Method::kGet, "/api/updates", Permission::kRead, list_updates(context)},
      {Method::kPost, "/api/updates/check", Permission::kWrite, check_updates(context)},
      {Method::kPost, "/api/updates/apply", Permission::kWrite, apply_updates(context)},
      {Method::kPost, "/api/downloads", Permission::kWrite, start_download(context)},
  });
}

}  // namespace weighhouse::http
