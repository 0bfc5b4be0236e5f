#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/application.h"

namespace weighhouse::http {

// What a web page may send through a browser to a server that its user runs: a name rebound to our address
// carries a foreign Host, a form on another site a foreign Origin. Programs send no Origin and are not asked.
class AccessControl {
 public:
  AccessControl(AccessRules rules, Authenticator authenticator)
      : rules_(std::move(rules)), authenticator_(std::move(authenticator)) {}

  // What stands in Host, or "localhost" where none is needed. The error goes out as 400 or 421.
  Result<std::string> host_of(const Request& request, Arrival arrival) const;
  static constexpr int kMisdirected = 421;

  // The Origin, if there is one and it may talk to us.
  std::optional<std::string> allowed_origin(const Request& request, Arrival arrival) const;
  // Refuses a change asked for by any other origin.
  Result<> check_origin(const Request& request, Arrival arrival) const;

  // A token counts wherever it is shown, as a bearer's or as the password of Basic, and a wrong one is never
  // overlooked. A session cookie that has expired counts as none.
  Result<auth::Identity> identify(const Request& request, Arrival arrival) const;

 private:
  bool is_known_name(std::string_view host) const;

  AccessRules rules_;
  Authenticator authenticator_;
};

// A proxy on this machine makes everybody look local: what it forwards came from elsewhere.
Arrival true_arrival(const Request& request, Arrival arrival);

Result<> require(const auth::Identity& identity, Permission permission);

}  // namespace weighhouse::http
