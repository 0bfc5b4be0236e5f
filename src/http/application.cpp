#include "http/application.h"

#include <exception>

#include "base/id.h"
#include "base/log.h"
#include "base/text.h"
#include "http/access.h"
#include "http/hint.h"
#include "http/target.h"

namespace weighhouse::http {
namespace {

using SteadyClock = std::chrono::steady_clock;

class WorkingFor {
 public:
  explicit WorkingFor(const Request& request) { log::set_request_id(request.request_id); }
  ~WorkingFor() { log::set_request_id({}); }
  WorkingFor(const WorkingFor&) = delete;
  WorkingFor& operator=(const WorkingFor&) = delete;
};

std::string request_id_of(const Request& request, const Clock& clock) {
  constexpr std::size_t kLongest = 128;
  const auto given = request.headers.find("X-Request-Id");
  const bool sane = given && !given->empty() && given->size() <= kLongest &&
                    given->find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:=+/") ==
                        std::string_view::npos;
  return sane ? std::string{*given} : new_ulid(clock.now());
}

std::string join(const std::vector<Method>& methods) {
  std::string text;
  for (const Method method : methods) text += (text.empty() ? "" : ", ") + std::string{to_string(method)};
  return text;
}

std::string base_url_of(const Request& request, const std::string& host) {
  const auto scheme = request.headers.find("X-Forwarded-Proto");
  return (scheme && *scheme == "https" ? "https://" : "http://") + host;
}

}  // namespace

struct Application::State {
  Router router;
  AccessControl access;
  const Clock& clock;
  Metrics metrics{};

  Response dress(const Request& request, Response response) const;
  Response refusal(const Request& request, const Error& error, std::optional<int> status = {}) const;
  Response options(const Request& request) const;
  Response unknown(const Request& request, const Router::Match& match) const;
  std::optional<Response> check_door(Request& request, Arrival arrival) const;
  std::optional<Response> check_identity(Request& request, Arrival arrival) const;

  // The last catch around what a handler does.
  template <class T, class Function>
  Result<T> guarded(const Request& request, const Function& function) const {
    const WorkingFor scope{request};
    try {
      return function();
    } catch (const std::exception& failure) {
      log::error("A handler failed in a way it should not.", {{"path", request.path}, {"reason", failure.what()}});
    } catch (...) {
      log::error("A handler threw something that is no exception.", {{"path", request.path}});
    }
    return fail(ErrorCode::kInternal,
                "Something went wrong on our side. The server's log says more under the request id " +
                    request.request_id + ".");
  }

  class Sink;
};

// Stands before a handler's sink, so that its replies look like all others and nothing it throws gets out.
class Application::State::Sink final : public BodySink {
 public:
  Sink(const State& state, const Request& request, std::unique_ptr<BodySink> inner)
      : state_(state), request_(request), inner_(std::move(inner)) {}

  Result<> append(std::span<const std::byte> bytes) override {
    return state_.guarded<void>(request_, [&] { return inner_->append(bytes); });
  }
  Result<Response> finish() override {
    auto response = state_.guarded<Response>(request_, [&] { return inner_->finish(); });
    if (!response) return state_.refusal(request_, response.error());
    return state_.dress(request_, std::move(response).take());
  }
  void abandon() override {
    (void)state_.guarded<void>(request_, [&]() -> Result<> {
      inner_->abandon();
      return {};
    });
  }

 private:
  const State& state_;
  const Request& request_;
  std::unique_ptr<BodySink> inner_;
};

Response Application::State::dress(const Request& request, Response response) const {
  response.headers.set("X-Request-Id", request.request_id);
  if (!response.headers.find("X-Content-Type-Options")) response.headers.add("X-Content-Type-Options", "nosniff");
  if (!request.shared_with.empty()) {
    response.headers.set("Access-Control-Allow-Origin", request.shared_with);
    response.headers.add("Access-Control-Expose-Headers", "*");
    response.headers.add("Vary", "Origin");
  }
  return response;
}

Response Application::State::refusal(const Request& request, const Error& error, std::optional<int> status) const {
  Response response = error_response(error, status);
  if (response.status == 401) response.headers.add("WWW-Authenticate", "Bearer realm=\"weighhouse\"");
  return dress(request, std::move(response));
}

Response Application::State::unknown(const Request& request, const Router::Match& match) const {
  if (match.allowed.empty()) {
    return refusal(request, {ErrorCode::kNotFound,
                             "Nothing answers at " + printable(request.path) + ". " + hint_for(router, request.path)});
  }
  Response response = refusal(
      request,
      {ErrorCode::kInvalidArgument, printable(request.path) + " does not know the method " +
                                        std::string{to_string(request.method)} + ", only " + join(match.allowed) + "."},
      405);
  response.headers.add("Allow", join(match.allowed));
  return response;
}

Response Application::State::options(const Request& request) const {
  std::vector<Method> methods;
  for (const Method method : kMethods) {
    if (router.find(method, encoded_path_of(request.target)).route != nullptr) methods.push_back(method);
  }
  methods.push_back(Method::kOptions);
  Response response = Response::empty(204);
  response.headers.add("Allow", join(methods));
  if (!request.headers.find("Access-Control-Request-Method")) return dress(request, std::move(response));
  if (request.shared_with.empty()) {
    return refusal(request, {ErrorCode::kPermissionDenied,
                             "A page of another origin may not use this server. Start it with --host and that page's "
                             "host name to allow it."});
  }
  response.headers.add("Access-Control-Allow-Methods", join(methods));
  response.headers.add("Access-Control-Max-Age", "600");
  if (const auto wanted = request.headers.find("Access-Control-Request-Headers")) {
    response.headers.add("Access-Control-Allow-Headers", std::string{*wanted});
  }
  return dress(request, std::move(response));
}

std::optional<Response> Application::State::check_door(Request& request, Arrival arrival) const {
  if (auto read = read_target(request); !read) return refusal(request, read.error());
  const auto host = access.host_of(request, arrival);
  if (!host) {
    const bool foreign = host.error().code == ErrorCode::kFailedPrecondition;
    return refusal(request, host.error(), foreign ? AccessControl::kMisdirected : 400);
  }
  request.base_url = base_url_of(request, *host);
  if (request.method == Method::kOptions) return options(request);
  if (auto origin = access.check_origin(request, arrival); !origin) return refusal(request, origin.error());
  return std::nullopt;
}

std::optional<Response> Application::State::check_identity(Request& request, Arrival arrival) const {
  auto identity = guarded<auth::Identity>(request, [&] { return access.identify(request, arrival); });
  if (identity) {
    request.identity = std::move(identity).take();
  } else if (request.route->permission == Permission::kOpen) {
    request.identity = auth::Identity{"nobody", {}, ""};
  } else {
    return refusal(request, identity.error());
  }
  if (auto allowed = require(request.identity, request.route->permission); !allowed) {
    return refusal(request, allowed.error());
  }
  return std::nullopt;
}

Application::Application(Router router, AccessRules rules, Authenticator authenticator, const Clock& clock)
    : state_(new State{.router = std::move(router),
                       .access = AccessControl{std::move(rules), std::move(authenticator)},
                       .clock = clock}) {}
Application::~Application() = default;

Application::Admission Application::admit(Request& request, Arrival arrival) {
  const State& state = *state_;
  request.request_id = request_id_of(request, state.clock);
  arrival = true_arrival(request, arrival);
  request.shared_with.clear();
  if (const auto origin = state.access.allowed_origin(request, arrival)) request.shared_with = *origin;

  if (auto reply = state.check_door(request, arrival)) return {.reply = std::move(reply)};
  auto match = state.router.find(request.method, encoded_path_of(request.target));
  if (match.route == nullptr) return {.reply = state.unknown(request, match)};
  request.route = match.route;
  request.parameters = std::move(match.parameters);
  if (auto reply = state.check_identity(request, arrival)) return {.reply = std::move(reply)};

  const auto* streaming = std::get_if<StreamHandler>(&request.route->handler);
  if (streaming == nullptr) return {.body_limit_bytes = request.route->body_limit_bytes};
  using Sinks = std::unique_ptr<BodySink>;
  auto sink = state.guarded<Sinks>(request, [&] { return (*streaming)(request); });
  if (!sink) return {.reply = state.refusal(request, sink.error())};
  if (auto early = (*sink)->early_reply()) return {.reply = state.dress(request, *std::move(early))};
  return {.sink = std::make_unique<State::Sink>(state, request, std::move(sink).take()),
          .body_limit_bytes = request.route->body_limit_bytes};
}

Response Application::answer(Request& request) {
  const auto& handler = std::get<Handler>(request.route->handler);
  auto response = state_->guarded<Response>(request, [&] { return handler(request); });
  if (!response) return state_->refusal(request, response.error());
  return state_->dress(request, std::move(response).take());
}

Response Application::refuse(Request& request, const Error& error, std::optional<int> status) const {
  if (request.request_id.empty()) request.request_id = request_id_of(request, state_->clock);
  return state_->refusal(request, error, status);
}

Response Application::handle(Request& request, Arrival arrival) {
  const auto began = SteadyClock::now();
  auto admission = admit(request, arrival);
  auto response = [&]() -> Response {
    if (admission.reply) return *std::move(admission.reply);
    if (!admission.sink) return answer(request);
    const auto taken = admission.sink->append(std::as_bytes(std::span{request.body}));
    if (taken) return admission.sink->finish().take();
    admission.sink->abandon();
    return refuse(request, taken.error());
  }();
  record(request, {.status = response.status,
                   .received_bytes = request.body.size(),
                   .sent_bytes = body_length(response).value_or(0),
                   .took = SteadyClock::now() - began});
  return response;
}

void Application::record(const Request& request, const Outcome& outcome) {
  state_->metrics.count_request(request.route, request.method, outcome.status, outcome.took);
  state_->metrics.count_bytes(outcome.received_bytes, outcome.sent_bytes);
  if (!log::enabled(log::Level::kInfo)) return;
  const auto milliseconds = std::chrono::duration<double, std::milli>(outcome.took).count();
  const WorkingFor scope{request};
  log::info(outcome.complete ? "request" : "request broken off",
            {{"method", std::string{to_string(request.method)}},
             {"path", request.path.empty() ? request.target : request.path},
             {"status", std::to_string(outcome.status)},
             {"ms", std::to_string(milliseconds)},
             {"received", std::to_string(outcome.received_bytes)},
             {"sent", std::to_string(outcome.sent_bytes)},
             {"peer", request.peer},
             {"identity", request.identity.name}});
}

const Router& Application::router() const { return state_->router; }
Metrics& Application::metrics() { return state_->metrics; }

}  // namespace weighhouse::http
