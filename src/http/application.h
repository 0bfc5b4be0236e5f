#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "http/message.h"
#include "http/router.h"

namespace weighhouse::http {

// How a request reached us decides what its sender must show.
enum class Arrival : std::uint8_t { kLoopback, kElsewhere, kUnixSocket, kInProcess };

struct AccessRules {
  std::set<std::string> host_names{};  // besides localhost, 127.0.0.1, [::1] and our own addresses
  bool open = false;                   // --open: no token needed elsewhere either
  bool tokens_on_loopback = false;     // a setting: tokens needed on loopback, too
};

// Who bears this secret; nothing when nobody does or it has expired.
using Authenticator = std::function<Result<std::optional<auth::Identity>>(std::string_view secret)>;

// The table with everything that happens once around it: request ids, Host and Origin checks, tokens and
// scopes, errors as JSON, the log line and the counters. Knows no sockets: the server and the command line's
// own process both call it. Safe from any thread.
class Application {
 public:
  Application(Router router, AccessRules rules, Authenticator authenticator, const Clock& clock);
  ~Application();

  // For a complete request. Never fails: failures are replies.
  Response handle(Request& request, Arrival arrival);

  // For the I/O room: what is known from the head alone. Either the reply (refused, or no such route), or
  // where the body goes.
  struct Admission {
    std::optional<Response> reply;
    std::unique_ptr<BodySink> sink;          // the body is streamed there
    std::uint64_t body_limit_bytes = 0;      // else it is collected up to this, and `handle` is called
  };
  Admission admit(Request& request, Arrival arrival);

  const Router& router() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weighhouse::http
