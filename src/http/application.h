#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "http/message.h"
#include "http/metrics.h"
#include "http/router.h"

namespace weighhouse::http {

// How a request reached us decides what its sender must show.
enum class Arrival : std::uint8_t { kLoopback, kElsewhere, kUnixSocket, kInProcess };

struct AccessRules {
  std::set<std::string> host_names{};  // in lower case; besides localhost and every address, which always count
  bool open = false;                   // --open: no token needed elsewhere either
  bool tokens_on_loopback = false;     // a setting: tokens needed on loopback, too
};

// Who bears this secret (of a token or of the session cookie `weigh_session`); nothing when nobody does or it
// has expired.
using Authenticator = std::function<Result<std::optional<auth::Identity>>(std::string_view secret)>;

// The table with everything that happens once around it: request ids, Host and Origin checks, tokens and
// scopes, errors as JSON, the log line and the counters. Knows no sockets: the server and the command line's
// own process both call it. Safe from any thread.
class Application {
 public:
  Application(Router router, AccessRules rules, Authenticator authenticator, const Clock& clock);
  ~Application();

  // For a complete request, all of the steps below. Never fails: failures are replies. The body of a reply to
  // HEAD stands only for its length.
  Response handle(Request& request, Arrival arrival);

  // The steps, for the I/O room, which calls them on worker threads in this order:
  // what is known from the head alone. Either the reply (refused, or no such route), or where the body goes.
  struct Admission {
    std::optional<Response> reply{};
    std::unique_ptr<BodySink> sink{};    // the body is streamed there; its `finish` gives the reply
    std::uint64_t body_limit_bytes = 0;  // else it is collected up to this, and `answer` is called; 0: the server's
  };
  Admission admit(Request& request, Arrival arrival);
  // After an admission with neither reply nor sink, once the body is complete.
  Response answer(Request& request);
  // What the I/O room itself refuses: a body beyond its limit, a full queue.
  Response refuse(Request& request, const Error& error, std::optional<int> status = {}) const;

  struct Outcome {
    int status = 0;
    std::uint64_t received_bytes = 0;  // of the bodies
    std::uint64_t sent_bytes = 0;
    std::chrono::steady_clock::duration took{};
    bool complete = true;  // false: the connection broke before the end
  };
  // After the last byte: the log line and the counters.
  void record(const Request& request, const Outcome& outcome);

  const Router& router() const;
  Metrics& metrics();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weighhouse::http
