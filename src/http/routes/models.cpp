#include "http/routes/render.h"
#include "http/routes/request.h"
#include "http/routes/routes.h"
#include "wire/fields.h"
#include "wire/json_writer.h"

namespace weighhouse::http {

using registry::Field;
using registry::Filter;
using wire::Fields;
using wire::Need;

namespace {

Filter type_is(std::string type) {
  return Filter{registry::Condition{
      .field = Field{.of = Field::Of::kType}, .comparison = registry::Comparison::kEqual, .values = {std::move(type)}}};
}

// `filter`, `type` and `search` together.
Result<Filter> filter_of(const Request& request) {
  registry::All all;
  if (const auto text = request.query_value("filter"); text && !text->empty())
    all.of.push_back(TRY(registry::parse_filter(*text)));
  const auto type = request.query_value("type").value_or("all");
  if (type != "all" && type != "custom" && type != "default") {
    return fail(ErrorCode::kInvalidArgument, "type is all, custom or default, not \"" + type + "\".");
  }
  if (type != "all") all.of.push_back(type_is(type));
  if (const auto search = request.query_value("search"); search && !search->empty())
    all.of.push_back(Filter{registry::Search{*search}});
  if (all.of.size() == 1) return std::move(all.of[0]);
  return Filter{std::move(all)};
}

constexpr std::size_t kMostClasses = 20;

// The classes that a list shall show a metric of: `class`, any number of times.
Result<std::vector<std::string>> classes_of(const Request& request) {
  std::vector<std::string> classes;
  for (const auto& [key, value] : request.query) {
    if (key == "class" && !value.empty()) classes.push_back(value);
  }
  if (classes.size() <= kMostClasses) return classes;
  return fail(ErrorCode::kInvalidArgument, "A list shows at most 20 classes at a time.");
}

void write(wire::JsonWriter& body, const std::vector<registry::ClassMetric>& metrics) {
  body.key("class_metrics").begin_object();
  for (std::size_t at = 0; at < metrics.size();) {
    const registry::ModelId model = metrics[at].model;
    body.key(model.text).begin_object();
    for (; at < metrics.size() && metrics[at].model == model; ++at) {
      body.member(metrics[at].class_name, metrics[at].value);
    }
    body.end_object();
  }
  body.end_object();
}

Handler list_models(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    registry::ModelQuery query{.cursor = cursor_of(request)};
    query.filter = TRY(filter_of(request));
    query.length = TRY(length_of(request, 1000));
    if (const auto order = request.query_value("order_by")) query.order = TRY(registry::parse_order(*order));
    const auto classes = TRY(classes_of(request));
    context.library.settle();
    const auto page = TRY(context.catalog.list_models(caller_of(request), std::move(query)));
    wire::JsonWriter body;
    body.begin_object();
    body.key("models").begin_array();
    for (const auto& row : page.items) wire::write(body, row, wire::Extent::kListed);
    body.end_array();
    if (!classes.empty()) {
      const auto metric = request.query_value("class_metric").value_or("ap");
      write(body, TRY(context.catalog.list_class_metrics(page.items, metric, classes)));
    }
    if (page.total) body.member("total", *page.total);
    body.member("next_cursor", cursor_json(page.next_cursor));
    body.end_object();
    return Response::json(200, std::move(body).take());
  };
}

Handler create_model(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    auto fields = TRY(Fields::parse(request.body));
    const auto name = fields.text("name", Need::kRequired);
    const auto name_space = fields.maybe_text("namespace");
    const auto kind = fields.maybe_text("kind");
    registry::Model model{.id = {},
                          .name_space = registry::Namespace::custom(),
                          .name = registry::ModelName::derive("model").take(),
                          .display_name = fields.text("display_name"),
                          .description = fields.text("description"),
                          .licence = fields.text("licence")};
    const auto tags = fields.text_map("tags");
    TRY(fields.finish());
    model.name = TRY(registry::ModelName::parse(name));
    if (name_space) model.name_space = TRY(registry::Namespace::parse(*name_space));
    if (kind) model.kind = TRY(registry::parse_kind(*kind));
    for (const auto& [key, value] : tags) TRY(registry::parse_tag_key(key));
    const auto made = TRY(context.publisher.create_model(caller_of(request), std::move(model), tags));
    const auto row = TRY(context.catalog.get_model(caller_of(request), {made.name_space, made.name}));
    auto response = reply_with_model(row, 201);
    response.headers.set("Location", wire::model_url(made));
    return response;
  };
}

Handler get_model(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(model_of(request));
    context.library.settle();
    const auto row = TRY(context.catalog.get_model(caller_of(request), ref));
    return reply_with_model(row);
  };
}

Handler update_model(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(model_of(request));
    auto fields = TRY(Fields::parse(request.body));
    const auto name = fields.maybe_text("name");
    const auto name_space = fields.maybe_text("namespace");
    const auto kind = fields.maybe_text("kind");
    services::ModelChange change{.display_name = fields.maybe_text("display_name"),
                                 .description = fields.maybe_text("description"),
                                 .licence = fields.maybe_text("licence"),
                                 .pinned = fields.flag("pinned")};
    TRY(fields.finish());
    change.expected_revision = TRY(revision_of(request));
    if (name) change.name = TRY(registry::ModelName::parse(*name));
    if (name_space) change.name_space = TRY(registry::Namespace::parse(*name_space));
    if (kind) change.kind = TRY(registry::parse_kind(*kind));
    const auto row = context.catalog.update_model(caller_of(request), ref, change);
    if (!row) return as_precondition(row.error());
    context.library.changed(row->model.id);
    return reply_with_model(*row);
  };
}

Handler delete_model(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(model_of(request));
    const auto removed = TRY(context.trash.remove_model(caller_of(request), ref));
    context.library.changed(removed.item.model);
    return reply({{"message", "Model deleted successfully"},
                  {"success", true},
                  {"model_id", ref.name.text()},
                  {"reference", removed.item.reference},
                  {"trash_id", removed.item.id},
                  {"purge_at", removed.purge_at.to_string()}});
  };
}

}  // namespace

std::vector<Route> model_routes(RouteContext& context) {
  return {
      {Method::kGet, "/api/models", Permission::kRead, list_models(context)},
      {Method::kPost, "/api/models", Permission::kWrite, create_model(context)},
      {Method::kGet, "/api/models/{model}", Permission::kRead, get_model(context)},
      {Method::kPatch, "/api/models/{model}", Permission::kWrite, update_model(context), std::uint64_t{2} << 20U},
      {Method::kDelete, "/api/models/{model}", Permission::kWrite, delete_model(context)},
  };
}

}  // namespace weighhouse::http
