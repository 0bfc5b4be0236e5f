#include "http/routes/idempotency.h"

#include <memory>
#include <set>

#include "base/digest.h"
#include "base/guarded.h"
#include "http/routes/request.h"
#include "wire/json_text.h"
#include "wire/registry_json.h"

namespace weighhouse::http {
namespace json = boost::json;

namespace {

constexpr std::size_t kLongestKey = 255;
constexpr std::chrono::hours kKept{24};

struct Remembered {
  std::string request;  // digest of method, path and body
  int status;
  std::string body;
  std::string location;
};

class Answers {
 public:
  explicit Answers(RouteContext& context) : context_(context) {}

  Result<std::optional<Remembered>> find(const std::string& name) const {
    const auto note = TRY(context_.metadata.read_value<std::optional<std::string>>(
        [&](registry::Transaction& rows) { return rows.find_note(name); }));
    if (!note) return std::optional<Remembered>{};
    const auto object = wire::object_of(*note);
    const auto kept_until = Timestamp::parse(std::string_view{object.at("until").as_string()});
    if (!kept_until || *kept_until < context_.clock.now()) return std::optional<Remembered>{};
    return std::optional{
        Remembered{std::string{object.at("request").as_string()}, static_cast<int>(object.at("status").as_int64()),
                   std::string{object.at("body").as_string()}, std::string{object.at("location").as_string()}}};
  }

  Result<> keep(const std::string& name, const Remembered& answer) {
    const auto until = context_.clock.now() + kKept;
    const auto text = wire::to_text(json::object{{"request", answer.request},
                                                 {"status", answer.status},
                                                 {"body", answer.body},
                                                 {"location", answer.location},
                                                 {"until", until.to_string()}});
    return context_.metadata.transact(
        [&](registry::Transaction& rows) { return rows.put_passing_note(name, text, until); });
  }

  bool begin(const std::string& name) { return running_.lock()->insert(name).second; }
  void end(const std::string& name) { running_.lock()->erase(name); }

 private:
  RouteContext& context_;
  Guarded<std::set<std::string>> running_;
};

Response again(const Remembered& answer) {
  auto response = Response::json(answer.status, answer.body);
  if (!answer.location.empty()) response.headers.set("Location", answer.location);
  response.headers.set("Idempotency-Replayed", "true");
  return response;
}

Result<Response> answer_once(Answers& answers, const Handler& handler, Request& request, std::string_view key) {
  if (key.empty() || key.size() > kLongestKey) {
    return fail(ErrorCode::kInvalidArgument, "An Idempotency-Key has 1 to 255 characters.");
  }
  // Under one hash, so that no text of a caller's becomes a key of the database.
  const std::string name = "idempotency:" + Digest::of(request.identity.name + "\n" + std::string{key}).hex();
  const std::string asked =
      Digest::of(std::string{to_string(request.method)} + " " + request.target + "\n" + request.body).hex();
  if (const auto kept = TRY(answers.find(name))) {
    if (kept->request == asked) return again(*kept);
    return error_response(
        {ErrorCode::kInvalidArgument, "That Idempotency-Key was used for another request. Take a new key."}, 422);
  }
  if (!answers.begin(name)) {
    return fail(ErrorCode::kFailedPrecondition,
                "The request with that Idempotency-Key is still at work. Ask again in a moment.");
  }
  auto response = handler(request);
  if (response) {
    const auto* body = std::get_if<std::string>(&response->body);
    const auto location = response->headers.find("Location");
    if (body != nullptr) {
      const auto kept = answers.keep(name, {asked, response->status, *body, std::string{location.value_or("")}});
      if (!kept) response = tl::unexpected<Error>{kept.error()};
    }
  }
  answers.end(name);
  return response;
}

}  // namespace

std::vector<Route> repeatable(RouteContext& context, std::vector<Route> routes) {
  auto answers = std::make_shared<Answers>(context);
  for (Route& route : routes) {
    auto* handler = std::get_if<Handler>(&route.handler);
    // A new token's answer holds its secret, which is never stored.
    const bool secret = route.pattern == "/api/tokens";
    if (route.method != Method::kPost || handler == nullptr || route.permission == Permission::kOpen || secret)
      continue;
    route.handler = Handler{[answers, inner = std::move(*handler)](Request& request) -> Result<Response> {
      const auto key = request.headers.find("Idempotency-Key");
      return key ? answer_once(*answers, inner, request, *key) : inner(request);
    }};
  }
  return routes;
}

}  // namespace weighhouse::http
