#include "http/routes/request.h"
#include "http/routes/routes.h"
#include "wire/fields.h"
#include "wire/token_json.h"

namespace weighhouse::http {
namespace json = boost::json;

using wire::Fields;
using wire::Need;

namespace {

Handler list_tokens(RouteContext& context) {
  return [&context](Request&) -> Result<Response> {
    json::array tokens;
    for (const auto& token : TRY(context.tokens.list())) tokens.push_back(wire::to_json(token));
    return reply({{"tokens", std::move(tokens)}});
  };
}

Handler create_token(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    auto fields = TRY(Fields::parse(request.body));
    auth::Token token{.name = fields.text("name", Need::kRequired), .secret_digest = {}, .scopes = {}};
    const auto scopes = fields.texts("scopes", Need::kRequired);
    if (const auto pattern = fields.maybe_text("namespace")) token.namespace_pattern = *pattern;
    const auto expires_at = fields.maybe_text("expires_at");
    TRY(fields.finish());
    for (const auto& scope : scopes) token.scopes.insert(TRY(auth::parse_scope(scope)));
    if (expires_at) token.expires_at = TRY(Timestamp::parse(*expires_at));
    const auto made = TRY(context.tokens.create(caller_of(request), std::move(token)));
    auto body = wire::to_json(made.token);
    body["secret"] = made.secret;
    auto response = reply(std::move(body), 201);
    response.headers.set("Cache-Control", "no-store");
    return response;
  };
}

Handler delete_token(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    TRY(context.tokens.remove(caller_of(request), request.parameter("token")));
    return Response::empty(204);
  };
}

Response session_reply(const RouteContext& context, const auth::Identity& identity) {
  const bool known = !identity.scopes.empty();
  auto response = reply({{"name", known ? identity.name : ""},
                         {"scopes", wire::scopes_json(identity.scopes)},
                         {"token_needed", !known && context.facts.token_needed}});
  response.headers.set("Cache-Control", "no-store");
  return response;
}

Handler get_session(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> { return session_reply(context, request.identity); };
}

// The cookie holds the token itself: it ends with the token, wherever that is removed. Scripts cannot read
// it, and other sites' pages do not send it.
Handler create_session(RouteContext& context) {
  return [&context](Request& request) -> Result<Response> {
    auto fields = TRY(Fields::parse(request.body));
    const auto secret = fields.text("token", Need::kRequired);
    TRY(fields.finish());
    const bool fit = secret.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
                     std::string::npos;
    const auto identity = fit ? TRY(context.tokens.authenticate(secret)) : std::nullopt;
    if (!identity)
      return fail(ErrorCode::kUnauthenticated,
                  "That token is not known here, or has expired. weigh token create makes another.");
    auto response = session_reply(context, *identity);
    const bool encrypted = request.base_url.starts_with("https:");
    response.headers.set("Set-Cookie", "weigh_session=" + secret +
                                           "; Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000" +
                                           (encrypted ? "; Secure" : ""));
    return response;
  };
}

Handler delete_session(RouteContext&) {
  return [](Request&) -> Result<Response> {
    auto response = Response::empty(204);
    response.headers.set("Set-Cookie", "weigh_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    return response;
  };
}

Handler get_health(RouteContext& context) {
  return [&context](Request&) -> Result<Response> { return reply(health_of(context)); };
}

Handler get_info(RouteContext& context) {
  return [&context](Request&) -> Result<Response> {
    return reply({{"name", "Weighhouse"},
                  {"version", context.facts.version},
                  {"database", context.facts.engine},
                  {"home", context.facts.home},
                  {"testable_kinds", json::array{"text-classifier", "wake-word"}},
                  {"trainable_kinds", json::array{"text-classifier", "wake-word"}}});
  };
}

}  // namespace

// One answer for everyone who asks after our health: seeds 000, 002 and 004 each read their part of it.
json::object health_of(const RouteContext& context) {
  const auto database = context.metadata.read([](registry::Transaction&) -> Result<> { return {}; });
  const Timestamp now = context.clock.now();
  const double uptime = std::chrono::duration<double>(now - context.facts.started_at).count();
  const auto component = [](bool healthy) { return json::object{{"status", healthy ? "healthy" : "unavailable"}}; };
  return {{"status", database ? "healthy" : "degraded"},
          {"version", context.facts.version},
          {"timestamp", now.to_string()},
          {"uptime_seconds", uptime},
          {"components", json::object{{"database", component(database.has_value())}, {"store", component(true)}}},
          {"device", json::object{{"type", "cpu"}}},
          {"loaded_models", json::array{}}};
}

std::vector<Route> access_routes(RouteContext& context) {
  return {
      {Method::kGet, "/api/tokens", Permission::kAdmin, list_tokens(context)},
      {Method::kPost, "/api/tokens", Permission::kAdmin, create_token(context)},
      {Method::kDelete, "/api/tokens/{token}", Permission::kAdmin, delete_token(context)},
      {Method::kGet, "/api/session", Permission::kOpen, get_session(context)},
      {Method::kPost, "/api/session", Permission::kOpen, create_session(context)},
      {Method::kDelete, "/api/session", Permission::kOpen, delete_session(context)},
      {Method::kGet, "/api/info", Permission::kRead, get_info(context)},
      {Method::kGet, "/health", Permission::kOpen, get_health(context)},
  };
}

}  // namespace weighhouse::http
