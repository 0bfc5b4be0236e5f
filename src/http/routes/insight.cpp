#include <algorithm>

#include "base/text.h"
#include "http/routes/request.h"
#include "http/routes/routes.h"
#include "wire/fields.h"
#include "wire/registry_json.h"

namespace weighhouse::http {
namespace json = boost::json;

using services::BulkAction;
using services::LineageGraph;
using wire::Fields;
using wire::Need;

namespace {

Result<registry::Filter> filter_of(const Request& request) {
  return registry::parse_filter(request.query_value("filter").value_or(""));
}

Result<double> number_of(const Request& request, std::string_view name, double fallback) {
  const auto text = request.query_value(name);
  if (!text) return fallback;
  if (const auto number = parse_double(*text)) return *number;
  return fail(ErrorCode::kInvalidArgument, std::string{name} + " is a number, not \"" + printable(*text, 40) + "\".");
}

Result<std::string> metric_of(const Request& request) {
  return registry::parse_metric_name(request.query_value("metric").value_or("ap"));
}

json::object classes_json(const std::map<std::string, double>& classes) {
  json::object object;
  for (const auto& [name, value] : classes) object[name] = value;
  return object;
}

json::object to_json(const services::AuditedModel& audited) {
  const auto& model = audited.row.model;
  return {{"reference", model.reference()},
          {"model_id", model.id.text},
          {"display_name", model.display_name.empty() ? model.name.text() : model.display_name},
          {"pinned", model.pinned},
          {"value", audited.value},
          {"classes", classes_json(audited.classes)}};
}

json::object to_json(const services::AuditedClass& audited) {
  return {{"class", audited.name},        {"models", audited.models},  {"low", audited.low},
          {"mean", audited.mean},         {"least", audited.least},    {"most", audited.most},
          {"least_of", audited.least_of}, {"most_of", audited.most_of}};
}

json::object to_json(const services::TrendPoint& point) {
  return {{"version", point.version.number.value()},
          {"label", point.version.label ? json::value(point.version.label->text()) : json::value(nullptr)},
          {"created_at", point.version.created_at.to_string()},
          {"value", wire::or_null(point.value)},
          {"classes", classes_json(point.classes)}};
}

json::object to_json(const services::Group& group) {
  return {{"value", group.value},
          {"models", group.models},
          {"measured", group.measured},
          {"mean", wire::or_null(group.mean)},
          {"best", wire::or_null(group.best)},
          {"best_of", group.best_of.empty() ? json::value(nullptr) : json::value(group.best_of)}};
}

template <class T>
json::array list_json(const std::vector<T>& values) {
  json::array list;
  for (const auto& value : values) list.push_back(to_json(value));
  return list;
}

Handler audit(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    services::AuditQuery query;
    query.filter = TRY(filter_of(request));
    query.metric = TRY(metric_of(request));
    query.below = TRY(number_of(request, "below", query.below));
    query.above = TRY(number_of(request, "above", std::max(query.above, query.below)));
    query.length = TRY(length_of(request, query.length));
    const auto found = TRY(context.data.auditor.audit(caller_of(request), query));
    return reply({{"metric", query.metric},
                  {"below", query.below},
                  {"above", query.above},
                  {"models", found.models},
                  {"mean", wire::or_null(found.mean)},
                  {"low_count", found.low_count},
                  {"high_count", found.high_count},
                  {"low", list_json(found.low)},
                  {"high", list_json(found.high)},
                  {"classes", list_json(found.classes)}});
  };
}

Handler trend(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto metric = TRY(metric_of(request));
    const auto points = TRY(context.data.auditor.trend(caller_of(request), TRY(model_of(request)), metric));
    return reply({{"metric", metric}, {"points", list_json(points)}});
  };
}

Handler groups(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto by = request.query_value("by").value_or("");
    const auto metric = TRY(metric_of(request));
    const auto found = TRY(context.data.auditor.groups(caller_of(request), TRY(filter_of(request)), by, metric));
    return reply({{"by", by}, {"metric", metric}, {"groups", list_json(found)}});
  };
}

Response reply_with_graph(const LineageGraph& graph) {
  json::array nodes;
  for (const auto& node : graph.nodes) {
    json::object object{{"id", node.id}, {"kind", node.kind}, {"name", node.name}, {"deleted", node.deleted}};
    if (!node.reference.empty()) object["reference"] = node.reference;
    if (node.kind == "dataset" || node.kind == "slice") object["items"] = node.items;
    nodes.push_back(std::move(object));
  }
  json::array edges;
  for (const auto& edge : graph.edges) {
    edges.push_back(json::object{{"from", edge.from}, {"to", edge.to}, {"what", edge.what}});
  }
  return reply({{"nodes", std::move(nodes)}, {"edges", std::move(edges)}, {"complete", graph.complete}});
}

Handler lineage_of_model(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    return reply_with_graph(TRY(context.data.lineage.of_model(caller_of(request), TRY(model_of(request)))));
  };
}

Handler lineage_of_slice(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    return reply_with_graph(TRY(
        context.data.lineage.of_slice(caller_of(request), request.parameter("dataset"), request.parameter("slice"))));
  };
}

Response reply_with_bulk(RouteContext& context, const services::BulkResult& result, services::DryRun dry_run) {
  json::array references;
  for (const auto& reference : result.references) references.push_back(json::value(reference));
  json::array skipped;
  for (const auto& [reference, reason] : result.skipped) {
    skipped.push_back(json::object{{"reference", reference}, {"reason", reason}});
  }
  if (dry_run == services::DryRun::kNo) {
    for (const auto& model : result.models) context.library.changed(model);
  }
  return reply({{"bulk_id", result.id.empty() ? json::value(nullptr) : json::value(result.id)},
                {"dry_run", dry_run == services::DryRun::kYes},
                {"count", result.references.size()},
                {"models", std::move(references)},
                {"skipped", std::move(skipped)}});
}

Handler run_bulk(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    auto fields = TRY(Fields::parse(request.body));
    const auto filter_text = fields.text("filter", Need::kRequired);
    const auto verb = fields.text("action", Need::kRequired);
    BulkAction action{.verb = BulkAction::Verb::kDelete, .key = fields.text("key"), .value = fields.text("value")};
    const auto dry_run = fields.flag("dry_run").value_or(false) ? services::DryRun::kYes : services::DryRun::kNo;
    TRY(fields.finish());
    action.verb = TRY(services::parse_bulk_verb(verb));
    const auto filter = TRY(registry::parse_filter(filter_text));
    return reply_with_bulk(context, TRY(context.data.bulk.run(caller_of(request), filter, action, dry_run)), dry_run);
  };
}

Handler undo_bulk(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    return reply_with_bulk(context, TRY(context.data.bulk.undo(caller_of(request), request.parameter("bulk"))),
                           services::DryRun::kNo);
  };
}

}  // namespace

std::vector<Route> insight_routes(RouteContext& context) {
  return {
      {Method::kGet, "/api/audit", Permission::kRead, audit(context)},
      {Method::kGet, "/api/groups", Permission::kRead, groups(context)},
      {Method::kGet, "/api/models/{model}/trend", Permission::kRead, trend(context)},
      {Method::kGet, "/api/models/{model}/lineage", Permission::kRead, lineage_of_model(context)},
      {Method::kGet, "/api/datasets/{dataset}/slices/{slice}/lineage", Permission::kRead, lineage_of_slice(context)},
      {Method::kPost, "/api/bulk", Permission::kWrite, run_bulk(context)},
      {Method::kPost, "/api/bulk/{bulk}/undo", Permission::kWrite, undo_bulk(context)},
  };
}

}  // namespace weighhouse::http
