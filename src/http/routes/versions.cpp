#include "http/routes/render.h"
#include "http/routes/request.h"
#include "http/routes/routes.h"
#include "services/metadata.h"
#include "wire/fields.h"

namespace weighhouse::http {
namespace json = boost::json;

using wire::Fields;
using wire::Need;

namespace {

constexpr std::uint64_t kLargestBody = std::uint64_t{16} << 20U;  // ten thousand files with long paths

Result<std::vector<std::pair<registry::FilePath, Digest>>> files_in(Fields& fields) {
  std::vector<std::pair<std::string, std::string>> texts;
  for (auto& file : fields.objects("files", Need::kRequired)) {
    auto path = file.text("path", Need::kRequired);
    auto digest = file.text("digest", Need::kRequired);
    fields.adopt(file);
    texts.emplace_back(std::move(path), std::move(digest));
  }
  TRY(fields.finish());
  std::vector<std::pair<registry::FilePath, Digest>> files;
  for (const auto& [path, digest] : texts) {
    auto parsed = TRY(registry::FilePath::parse(path));
    files.emplace_back(std::move(parsed), TRY(Digest::parse(digest)));
  }
  return files;
}

std::vector<registry::Metric> metrics_in(Fields& fields) {
  std::vector<registry::Metric> metrics;
  for (auto& one : fields.objects("metrics")) {
    metrics.push_back({.name = one.text("name", Need::kRequired),
                       .value = one.number("value").value_or(0),
                       .class_name = one.text("class"),
                       .slice = one.text("slice"),
                       .threshold = one.number("threshold"),
                       .step = one.integer("step"),
                       .evaluation = one.text("evaluation")});
    if (!one.has("value")) one.fault("value", "is missing");
    one.maybe_text("created_at");
    fields.adopt(one);
  }
  return metrics;
}

registry::Origin origin_in(Fields& fields) {
  registry::Origin origin{.source = "upload"};
  const auto text = fields.object_text("origin");
  if (!text) return origin;
  auto parsed = Fields::parse(*text);
  if (!parsed) return origin;
  origin.source = parsed->text("source");
  origin.parent = parsed->text("parent");
  origin.commit = parsed->text("commit");
  origin.parameters = parsed->object_text("parameters").value_or("");
  fields.adopt(*parsed);
  return origin;
}

// As it was sent: an object keeps its keys' order and its numbers.
std::optional<std::string> metadata_in(Fields& fields) { return fields.object_text("metadata"); }

Handler list_versions(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(model_of(request));
    const auto length = TRY(length_of(request, 100));
    const auto page = TRY(context.catalog.list_versions(caller_of(request), ref, length, cursor_of(request)));
    json::array versions;
    for (const auto& view : page.items) versions.push_back(to_json(view, wire::Extent::kListed));
    json::object body{{"versions", std::move(versions)}};
    if (page.total) body["total"] = *page.total;
    body["next_cursor"] = cursor_json(page.next_cursor);
    return reply(std::move(body));
  };
}

Handler publish_version(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(model_of(request));
    auto fields = TRY(Fields::parse(request.body));
    const auto label = fields.maybe_text("label");
    const auto kind = fields.maybe_text("kind");
    const auto aliases = fields.texts("aliases");
    services::NewVersion version{.files = {},
                                 .metadata = metadata_in(fields),
                                 .notes = fields.text("notes"),
                                 .remote_version = fields.text("remote_version"),
                                 .origin = origin_in(fields),
                                 .metrics = metrics_in(fields),
                                 .in_library = fields.flag("in_library").value_or(false)};
    version.files = TRY(files_in(fields));
    if (label) version.label = TRY(registry::VersionWord::parse(*label));
    if (kind) version.kind = TRY(registry::parse_kind(*kind));
    for (const auto& alias : aliases) version.aliases.push_back(TRY(registry::VersionWord::parse(alias)));
    for (auto& metric : version.metrics) metric.name = TRY(registry::parse_metric_name(metric.name));
    const auto published = TRY(context.publisher.publish(caller_of(request), ref, std::move(version)));
    context.library.changed(published.model.id);
    const auto view = TRY(context.catalog.get_version(
        caller_of(request), {published.model.name_space, published.model.name}, published.version.number));
    auto response = reply(to_json(view, wire::Extent::kWhole), 201);
    response.headers.set("Location", version_url(published.model, published.version.number));
    return response;
  };
}

Handler get_version(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(model_of(request));
    const auto version = TRY(version_of(request));
    return reply(to_json(TRY(context.catalog.get_version(caller_of(request), ref, version)), wire::Extent::kWhole));
  };
}

Handler update_version(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(model_of(request));
    const auto version = TRY(version_of(request));
    auto fields = TRY(Fields::parse(request.body));
    services::VersionChange change{.label = fields.maybe_text("label"),
                                   .notes = fields.maybe_text("notes"),
                                   .metadata = metadata_in(fields),
                                   .pinned = fields.flag("pinned"),
                                   .remote_version = fields.maybe_text("remote_version")};
    if (fields.is_null("label")) change.label = "";
    TRY(fields.finish());
    const auto view = TRY(context.catalog.update_version(caller_of(request), ref, version, change));
    context.library.changed(view.model.id);
    return reply(to_json(view, wire::Extent::kWhole));
  };
}

Handler delete_version(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(model_of(request));
    const auto version = TRY(version_of(request));
    const auto removed = TRY(context.trash.remove_version(caller_of(request), ref, version));
    context.library.changed(removed.item.model);
    return reply({{"message", "Version deleted successfully"},
                  {"success", true},
                  {"model_id", ref.name.text()},
                  {"reference", removed.item.reference},
                  {"trash_id", removed.item.id},
                  {"purge_at", removed.purge_at.to_string()}});
  };
}

// `text` is a version of the path's model, or a whole reference.
Result<registry::Reference> side_of(const Request& request, const registry::ModelRef& model, std::string_view name) {
  const auto text = request.query_value(name);
  if (!text || text->empty()) {
    return fail(ErrorCode::kInvalidArgument,
                std::string{name} + " is missing: give a version such as 3, an alias, or other@2.");
  }
  if (text->find('@') != std::string::npos) return registry::Reference::parse(*text);
  auto version = TRY(registry::parse_version_ref(*text));
  return registry::Reference{model, std::move(version)};
}

Handler diff_versions(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(model_of(request));
    const auto from = TRY(side_of(request, ref, "from"));
    const auto to = TRY(side_of(request, ref, "to"));
    const auto norms = TRY(flag_of(request, "norms", true)) ? formats::Norms::kCompute : formats::Norms::kSkip;
    return reply(to_json(TRY(context.differ.compare(caller_of(request), from, to, norms))));
  };
}

Handler list_metrics(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(model_of(request));
    const auto version = TRY(version_of(request));
    json::array metrics;
    for (const auto& metric : TRY(context.catalog.list_metrics(caller_of(request), ref, version)))
      metrics.push_back(wire::to_json(metric));
    return reply({{"metrics", std::move(metrics)}});
  };
}

Handler add_metrics(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(model_of(request));
    const auto version = TRY(version_of(request));
    auto fields = TRY(Fields::parse(request.body));
    auto metrics = metrics_in(fields);
    TRY(fields.finish());
    for (auto& metric : metrics) metric.name = TRY(registry::parse_metric_name(metric.name));
    TRY(context.catalog.add_metrics(caller_of(request), ref, version, metrics));
    json::array added;
    for (const auto& metric : TRY(context.catalog.list_metrics(caller_of(request), ref, version)))
      added.push_back(wire::to_json(metric));
    return reply({{"metrics", std::move(added)}}, 201);
  };
}

}  // namespace

std::vector<Route> version_routes(RouteContext& context) {
  const std::string one = "/api/models/{model}/versions/{version}";
  return {
      {Method::kGet, "/api/models/{model}/versions", Permission::kRead, list_versions(context)},
      {Method::kPost, "/api/models/{model}/versions", Permission::kWrite, publish_version(context), kLargestBody},
      {Method::kGet, one, Permission::kRead, get_version(context)},
      {Method::kPatch, one, Permission::kWrite, update_version(context), std::uint64_t{3} << 20U},
      {Method::kDelete, one, Permission::kWrite, delete_version(context)},
      {Method::kGet, "/api/models/{model}/diff", Permission::kRead, diff_versions(context)},
      {Method::kGet, one + "/metrics", Permission::kRead, list_metrics(context)},
      {Method::kPost, one + "/metrics", Permission::kWrite, add_metrics(context), kLargestBody},
  };
}

}  // namespace weighhouse::http
