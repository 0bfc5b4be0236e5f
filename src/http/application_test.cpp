#include "http/application.h"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>

#include "base/id.h"
#include "base/text.h"

namespace weighhouse::http {
namespace {

using testing::HasSubstr;

class CollectingSink final : public BodySink {
 public:
  Result<> append(std::span<const std::byte> bytes) override {
    text_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (text_.find("bad") != std::string::npos) return fail(ErrorCode::kInvalidArgument, "Bad bytes.");
    if (text_.find("throw") != std::string::npos) throw std::runtime_error("a bug");
    return {};
  }
  Result<Response> finish() override { return Response::json(201, "{\"got\":\"" + text_ + "\"}"); }

 private:
  std::string text_;
};

Result<std::optional<auth::Identity>> known_tokens(std::string_view secret) {
  using Found = std::optional<auth::Identity>;
  if (secret == "reader") return Found{auth::Identity{"ci", {auth::Scope::kRead}, "*"}};
  if (secret == "writer") return Found{auth::Identity{"trainer", {auth::Scope::kWrite}, "*"}};
  if (secret == "broken") return fail(ErrorCode::kUnavailable, "The database is busy.");
  return Found{};
}

class ApplicationTest : public testing::Test {
 protected:
  static Router table() {
    Router router;
    router.add({
        {Method::kGet, "/health", Permission::kOpen,
         Handler{[](Request& request) -> Result<Response> { return Response::json(200, request.identity.name); }}},
        {Method::kGet, "/api/models/{model}", Permission::kRead, Handler{[](Request& request) -> Result<Response> {
           return Response::json(
               200, request.parameter("model") + " for " + request.identity.name + " at " + request.base_url);
         }}},
        {Method::kPost, "/api/models", Permission::kWrite,
         Handler{[](Request& request) -> Result<Response> { return Response::json(201, request.body); }}},
        {Method::kGet, "/api/throws", Permission::kRead,
         Handler{[](Request&) -> Result<Response> { throw std::runtime_error("secret of the house"); }}},
        {Method::kGet, "/api/fails", Permission::kRead, Handler{[](Request&) -> Result<Response> {
           return fail(ErrorCode::kFailedPrecondition, "Not now.", {{"absent", std::vector<std::string>{"a", "b"}}});
         }}},
        {Method::kPut, "/api/blobs/{digest}", Permission::kWrite,
         StreamHandler{[](Request& request) -> Result<std::unique_ptr<BodySink>> {
           if (request.parameter("digest") == "known") return fail(ErrorCode::kAlreadyExists, "It is here already.");
           return std::make_unique<CollectingSink>();
         }}},
    });
    return router;
  }

  Application& application(AccessRules rules = {}) {
    application_ = std::make_unique<Application>(table(), std::move(rules), known_tokens, clock_);
    return *application_;
  }

  static Request request(Method method, std::string target) {
    Request made;
    made.method = method;
    made.target = std::move(target);
    made.headers.add("Host", "localhost:8000");
    return made;
  }

  ManualClock clock_;
  std::unique_ptr<Application> application_;
};

std::string text_of(const Response& response) { return std::get<std::string>(response.body); }

TEST_F(ApplicationTest, AnswersALocalCallerWithoutAToken) {
  auto asked = request(Method::kGet, "/api/models/jarvis");
  const auto response = application().handle(asked, Arrival::kLoopback);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(text_of(response), "jarvis for local at http://localhost:8000");
}

TEST_F(ApplicationTest, GivesEveryReplyARequestIdAndKeepsASaneOne) {
  auto first = request(Method::kGet, "/health");
  EXPECT_TRUE(is_ulid(*application().handle(first, Arrival::kLoopback).headers.find("X-Request-Id")));
  auto second = request(Method::kGet, "/health");
  second.headers.add("X-Request-Id", "build-7.1");
  EXPECT_EQ(application().handle(second, Arrival::kLoopback).headers.find("X-Request-Id"), "build-7.1");
  auto third = request(Method::kGet, "/health");
  third.headers.add("X-Request-Id", "two words");
  EXPECT_TRUE(is_ulid(*application().handle(third, Arrival::kLoopback).headers.find("X-Request-Id")));
}

TEST_F(ApplicationTest, WantsATokenFromElsewhereAndSaysHow) {
  auto asked = request(Method::kGet, "/api/models/a");
  const auto response = application().handle(asked, Arrival::kElsewhere);
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(response.headers.find("WWW-Authenticate"), "Bearer realm=\"weighhouse\"");
  EXPECT_THAT(text_of(response), HasSubstr("Authorization: Bearer"));
}

TEST_F(ApplicationTest, NeedsNoTokenElsewhereWhenOpen) {
  auto asked = request(Method::kGet, "/api/models/a");
  EXPECT_THAT(text_of(application({.open = true}).handle(asked, Arrival::kElsewhere)), HasSubstr("for anyone"));
}

TEST_F(ApplicationTest, NeedsATokenOnLoopbackWhenToldSo) {
  auto asked = request(Method::kGet, "/api/models/a");
  EXPECT_EQ(application({.tokens_on_loopback = true}).handle(asked, Arrival::kLoopback).status, 401);
  auto by_socket = request(Method::kGet, "/api/models/a");
  EXPECT_EQ(application({.tokens_on_loopback = true}).handle(by_socket, Arrival::kUnixSocket).status, 200);
}

TEST_F(ApplicationTest, LetsATokenCountAndLimitAlsoOnLoopback) {
  auto asked = request(Method::kPost, "/api/models");
  asked.headers.add("Authorization", "Bearer reader");
  const auto response = application().handle(asked, Arrival::kLoopback);
  EXPECT_EQ(response.status, 403);
  EXPECT_THAT(text_of(response), HasSubstr("write"));
  auto wrong = request(Method::kGet, "/api/models/a");
  wrong.headers.add("Authorization", "Bearer nobody");
  EXPECT_EQ(application().handle(wrong, Arrival::kLoopback).status, 401);
}

TEST_F(ApplicationTest, TakesThePasswordOfBasicForAToken) {
  const auto status_of = [&](const std::string& pair) {
    auto asked = request(Method::kGet, "/api/models/a");
    asked.headers.add("Authorization", "basic " + encode_base64(std::as_bytes(std::span{pair})));
    return application().handle(asked, Arrival::kElsewhere).status;
  };
  EXPECT_EQ(status_of("any access key:reader"), 200);
  EXPECT_EQ(status_of("reader:"), 200);
  EXPECT_EQ(status_of("reader"), 200);
  EXPECT_EQ(status_of("reader:nobody"), 401);
  auto garbled = request(Method::kGet, "/api/models/a");
  garbled.headers.add("Authorization", "Basic !!!");
  EXPECT_EQ(application().handle(garbled, Arrival::kLoopback).status, 401);
}

TEST_F(ApplicationTest, TakesTheSessionCookieForAToken) {
  auto asked = request(Method::kGet, "/api/models/a");
  asked.headers.add("Cookie", "theme=dark; weigh_session=writer");
  EXPECT_THAT(text_of(application().handle(asked, Arrival::kElsewhere)), HasSubstr("for trainer"));
  auto stale = request(Method::kGet, "/api/models/a");
  stale.headers.add("Cookie", "weigh_session=expired");
  EXPECT_EQ(application().handle(stale, Arrival::kLoopback).status, 200);
  EXPECT_EQ(application().handle(stale, Arrival::kElsewhere).status, 401);
}

TEST_F(ApplicationTest, CountsWhatAProxyForwardsAsComingFromElsewhere) {
  auto asked = request(Method::kGet, "/api/models/a");
  asked.headers.add("X-Forwarded-For", "203.0.113.9");
  EXPECT_EQ(application().handle(asked, Arrival::kLoopback).status, 401);
}

TEST_F(ApplicationTest, AnswersOpenRoutesToAnyone) {
  auto asked = request(Method::kGet, "/health");
  const auto response = application().handle(asked, Arrival::kElsewhere);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(text_of(response), "nobody");
}

TEST_F(ApplicationTest, AnswersOnlyToItsOwnNames) {
  const auto status_for = [&](std::string host, AccessRules rules) {
    auto asked = request(Method::kGet, "/health");
    asked.headers.set("Host", std::move(host));
    return application(std::move(rules)).handle(asked, Arrival::kLoopback).status;
  };
  for (const char* host : {"localhost", "127.0.0.1:8000", "[::1]:8000", "192.168.1.5:80", "weigh.localhost"}) {
    EXPECT_EQ(status_for(host, {}), 200) << host;
  }
  EXPECT_EQ(status_for("evil.example:8000", {}), 421);
  EXPECT_EQ(status_for("localhost.evil.example", {}), 421);
  EXPECT_EQ(status_for("a b", {}), 400);
  EXPECT_EQ(status_for("Models.Example:8000", {.host_names = {"models.example"}}), 200);
}

TEST_F(ApplicationTest, SaysHowToAddAName) {
  auto asked = request(Method::kGet, "/health");
  asked.headers.set("Host", "models.example");
  EXPECT_THAT(text_of(application().handle(asked, Arrival::kLoopback)), HasSubstr("--host models.example"));
}

TEST_F(ApplicationTest, LetsNoForeignPageChangeAnything) {
  const auto status_for = [&](std::string origin, Arrival arrival) {
    auto asked = request(Method::kPost, "/api/models");
    asked.headers.add("Authorization", "Bearer writer");
    asked.headers.add("Origin", std::move(origin));
    return application({.host_names = {"models.example"}}).handle(asked, arrival).status;
  };
  EXPECT_EQ(status_for("http://evil.example", Arrival::kLoopback), 403);
  EXPECT_EQ(status_for("null", Arrival::kLoopback), 403);
  EXPECT_EQ(status_for("http://localhost:8000", Arrival::kElsewhere), 201);
  EXPECT_EQ(status_for("https://models.example", Arrival::kElsewhere), 201);
  EXPECT_EQ(status_for("http://localhost:3000", Arrival::kLoopback), 201);
  EXPECT_EQ(status_for("http://localhost:3000", Arrival::kElsewhere), 403);
}

TEST_F(ApplicationTest, TellsBrowsersWhichPagesMayReadAReply) {
  auto asked = request(Method::kGet, "/health");
  asked.headers.add("Origin", "http://localhost:3000");
  const auto shared = application().handle(asked, Arrival::kLoopback);
  EXPECT_EQ(shared.headers.find("Access-Control-Allow-Origin"), "http://localhost:3000");
  EXPECT_EQ(shared.headers.find("Vary"), "Origin");
  auto foreign = request(Method::kGet, "/health");
  foreign.headers.add("Origin", "http://evil.example");
  EXPECT_EQ(application().handle(foreign, Arrival::kLoopback).headers.find("Access-Control-Allow-Origin"),
            std::nullopt);
}

TEST_F(ApplicationTest, AnswersAPreflightWithTheMethodsOfThePath) {
  auto asked = request(Method::kOptions, "/api/models");
  asked.headers.add("Origin", "http://localhost:3000");
  asked.headers.add("Access-Control-Request-Method", "POST");
  asked.headers.add("Access-Control-Request-Headers", "authorization");
  const auto response = application().handle(asked, Arrival::kLoopback);
  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(response.headers.find("Access-Control-Allow-Methods"), "POST, OPTIONS");
  EXPECT_EQ(response.headers.find("Access-Control-Allow-Headers"), "authorization");
  asked.headers.set("Origin", "http://evil.example");
  EXPECT_EQ(application().handle(asked, Arrival::kLoopback).status, 403);
}

TEST_F(ApplicationTest, HintsAtTheRouteThatWasMeant) {
  auto asked = request(Method::kGet, "/api/modles/jarvis");
  const auto response = application().handle(asked, Arrival::kLoopback);
  EXPECT_EQ(response.status, 404);
  EXPECT_THAT(text_of(response), HasSubstr("Did you mean /api/models/{model}?"));
  auto lost = request(Method::kGet, "/somewhere/else/entirely");
  EXPECT_THAT(text_of(application().handle(lost, Arrival::kLoopback)), HasSubstr("/openapi.json"));
}

TEST_F(ApplicationTest, NamesTheMethodsWhenOneIsNotAllowed) {
  auto asked = request(Method::kDelete, "/health");
  const auto response = application().handle(asked, Arrival::kLoopback);
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.headers.find("Allow"), "GET, HEAD");
}

TEST_F(ApplicationTest, SaysErrorsInOneForm) {
  auto asked = request(Method::kGet, "/api/fails");
  const auto response = application().handle(asked, Arrival::kLoopback);
  EXPECT_EQ(response.status, 409);
  EXPECT_EQ(boost::json::parse(text_of(response)), boost::json::parse(R"({"error": "failed_precondition",
      "message": "Not now.", "detail": "Not now.", "details": {"absent": ["a", "b"]}})"));
}

TEST_F(ApplicationTest, KeepsWhatAHandlerThrowsToItself) {
  auto asked = request(Method::kGet, "/api/throws");
  const auto response = application().handle(asked, Arrival::kLoopback);
  EXPECT_EQ(response.status, 500);
  EXPECT_THAT(text_of(response), testing::Not(HasSubstr("secret of the house")));
  EXPECT_THAT(text_of(response), HasSubstr(asked.request_id));
}

TEST_F(ApplicationTest, StreamsABodyToTheSinkOfItsRoute) {
  auto asked = request(Method::kPut, "/api/blobs/new");
  asked.body = "weights";
  EXPECT_EQ(text_of(application().handle(asked, Arrival::kLoopback)), "{\"got\":\"weights\"}");
  auto bad = request(Method::kPut, "/api/blobs/new");
  bad.body = "bad";
  EXPECT_EQ(application().handle(bad, Arrival::kLoopback).status, 400);
  auto throwing = request(Method::kPut, "/api/blobs/new");
  throwing.body = "throw";
  EXPECT_EQ(application().handle(throwing, Arrival::kLoopback).status, 500);
}

TEST_F(ApplicationTest, RefusesByTheHeadAloneBeforeAnyBody) {
  auto asked = request(Method::kPut, "/api/blobs/known");
  const auto admission = application().admit(asked, Arrival::kLoopback);
  ASSERT_TRUE(admission.reply.has_value());
  EXPECT_EQ(admission.reply->status, 409);
  EXPECT_EQ(admission.sink, nullptr);
}

TEST_F(ApplicationTest, PassesOnWhyTokensCannotBeRead) {
  auto asked = request(Method::kGet, "/api/models/a");
  asked.headers.add("Authorization", "Bearer broken");
  const auto response = application().handle(asked, Arrival::kLoopback);
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.headers.find("Retry-After"), "1");
}

TEST_F(ApplicationTest, CountsRequestsByRouteAndNeverByPath) {
  auto& tested = application();
  for (const char* target : {"/api/models/a", "/api/models/b", "/nowhere"}) {
    auto asked = request(Method::kGet, target);
    tested.handle(asked, Arrival::kLoopback);
  }
  tested.metrics().add_gauge("weighhouse_models", "Models.", [] { return 7.0; });
  const auto text = tested.metrics().render();
  EXPECT_THAT(
      text, HasSubstr("weighhouse_http_requests_total{method=\"GET\",route=\"/api/models/{model}\",status=\"200\"} 2"));
  EXPECT_THAT(text, HasSubstr("weighhouse_http_requests_total{method=\"GET\",route=\"none\",status=\"404\"} 1"));
  EXPECT_THAT(text, HasSubstr("weighhouse_models 7"));
  EXPECT_THAT(text, testing::Not(HasSubstr("nowhere")));
}

TEST(StatusOf, FollowsTheCodeAndItsReason) {
  EXPECT_EQ(status_of(ErrorCode::kResourceExhausted, {}), 429);
  EXPECT_EQ(status_of(ErrorCode::kResourceExhausted, {{"reason", "disk_full"}}), 507);
  EXPECT_EQ(status_of(ErrorCode::kResourceExhausted, {{"reason", "too_large"}}), 413);
  EXPECT_EQ(status_of(ErrorCode::kDataLoss, {}), 409);
  EXPECT_EQ(status_of(ErrorCode::kUnavailable, {}), 503);
}

}  // namespace
}  // namespace weighhouse::http
