#include "base/text.h"
#include "http/routes/request.h"
#include "http/routes/routes.h"
#include "wire/fields.h"
#include "wire/registry_json.h"

namespace weighhouse::http {
namespace json = boost::json;

using wire::Fields;
using wire::Need;

namespace {

Handler list_aliases(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(model_of(request));
    const auto at = TRY(time_of(request, "at"));
    json::array aliases;
    for (const auto& alias : TRY(context.aliases.list(caller_of(request), ref, at)))
      aliases.push_back(wire::to_json(alias));
    return reply({{"aliases", std::move(aliases)}});
  };
}

Handler get_alias(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(model_of(request));
    const auto name = TRY(alias_of(request));
    const auto at = TRY(time_of(request, "at"));
    const auto alias = TRY(context.aliases.find(caller_of(request), ref, name, at));
    if (alias) return reply_with_revision(wire::to_json(*alias), alias->revision);
    if (at) return reply({{"alias", name.text()}, {"version", nullptr}});
    return fail(ErrorCode::kNotFound, "\"" + ref.to_string() + "\" has no alias \"" + name.text() + "\".");
  };
}

Handler put_alias(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(model_of(request));
    const auto name = TRY(alias_of(request));
    auto fields = TRY(Fields::parse(request.body));
    const auto version = fields.word("version", Need::kRequired);
    const auto held = fields.flag("held");
    const auto reason = fields.text("reason");
    TRY(fields.finish());
    const auto to = TRY(registry::parse_version_ref(version));
    const auto expected = TRY(revision_of(request));
    const services::AliasMove move{
        .to = to, .held = held, .reason = reason, .expected_revision = expected, .should_exist = existence_of(request)};
    const auto alias = context.aliases.put(caller_of(request), ref, name, move);
    if (!alias) return as_precondition(alias.error());
    context.library.changed(TRY(context.catalog.get_model(caller_of(request), ref)).model.id);
    return reply_with_revision(wire::to_json(*alias), alias->revision);
  };
}

Handler delete_alias(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(model_of(request));
    const auto name = TRY(alias_of(request));
    const auto removed = context.aliases.remove(caller_of(request), ref, name, TRY(revision_of(request)));
    if (!removed) return as_precondition(removed.error());
    return Response::empty(204);
  };
}

Handler rollback_alias(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(model_of(request));
    const auto alias = TRY(context.aliases.rollback(caller_of(request), ref, TRY(alias_of(request))));
    context.library.changed(TRY(context.catalog.get_model(caller_of(request), ref)).model.id);
    return reply_with_revision(wire::to_json(alias), alias.revision);
  };
}

Handler put_tag(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(model_of(request));
    auto fields = TRY(Fields::parse(request.body));
    const auto value = fields.text("value", Need::kRequired);
    TRY(fields.finish());
    TRY(context.catalog.put_tag(caller_of(request), ref, request.parameter("key"), value));
    return Response::empty(204);
  };
}

Handler delete_tag(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    const auto ref = TRY(model_of(request));
    TRY(context.catalog.remove_tag(caller_of(request), ref, request.parameter("key")));
    return Response::empty(204);
  };
}

Handler list_events(RouteContext& context, bool of_a_model) {
  return [&context, of_a_model](Request& request) -> Result<Response> {
    std::optional<registry::ModelRef> ref;
    if (of_a_model) ref = TRY(model_of(request));
    const auto length = TRY(length_of(request, 100));
    registry::EventQuery query{.action = request.query_value("action").value_or(""), .length = length};
    if (const auto cursor = cursor_of(request); !cursor.empty()) {
      query.before_sequence = parse_int(cursor);
      if (!query.before_sequence) return fail(ErrorCode::kInvalidArgument, "The cursor is not one of this list.");
    }
    const auto events = TRY(context.catalog.list_events(caller_of(request), ref, query));
    // A page names few models, most of them many times.
    std::map<std::string, std::string> references;
    TRY(context.metadata.read([&](registry::Transaction& rows) -> Result<> {
      for (const auto& event : events) {
        if (!event.model || references.contains(event.model->text)) continue;
        const auto model = TRY(rows.find_model_by_id(*event.model));
        references[event.model->text] = model ? model->reference() : event.model->text;
      }
      return {};
    }));
    json::array listed;
    for (const auto& event : events)
      listed.push_back(wire::to_json(event, event.model ? references[event.model->text] : ""));
    const std::string next = events.size() == length ? std::to_string(events.back().sequence) : "";
    return reply({{"events", std::move(listed)}, {"next_cursor", cursor_json(next)}});
  };
}

}  // namespace

std::vector<Route> mark_routes(RouteContext& context) {
  const std::string alias = "/api/models/{model}/aliases/{alias}";
  const std::string tag = "/api/models/{model}/tags/{key}";
  return {
      {Method::kGet, "/api/models/{model}/aliases", Permission::kRead, list_aliases(context)},
      {Method::kGet, alias, Permission::kRead, get_alias(context)},
      {Method::kPut, alias, Permission::kWrite, put_alias(context)},
      {Method::kDelete, alias, Permission::kWrite, delete_alias(context)},
      {Method::kPost, alias + "/rollback", Permission::kWrite, rollback_alias(context)},
      {Method::kPut, tag, Permission::kWrite, put_tag(context)},
      {Method::kDelete, tag, Permission::kWrite, delete_tag(context)},
      {Method::kGet, "/api/models/{model}/events", Permission::kRead, list_events(context, true)},
      {Method::kGet, "/api/events", Permission::kRead, list_events(context, false)},
  };
}

}  // namespace weighhouse::http
