#include "http/access.h"

#include <arpa/inet.h>
#include <array>

#include "base/text.h"

namespace weighhouse::http {
namespace {

constexpr std::string_view kSessionCookie = "weigh_session";

// "name:port", "[::1]:port" -> without port and brackets, in lower case; empty when it is neither.
std::string host_name(std::string_view authority) {
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    return end == std::string_view::npos ? std::string{} : to_lower(authority.substr(1, end - 1));
  }
  const auto name = authority.substr(0, authority.find(':'));
  const bool plain = name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") ==
                     std::string_view::npos;
  return plain ? to_lower(name) : std::string{};
}

bool is_ip_address(const std::string& host) {
  std::array<unsigned char, 16> address{};
  return inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
}

bool is_loopback_name(std::string_view host) {
  return host == "localhost" || host.ends_with(".localhost") || host == "::1" || host.starts_with("127.");
}

bool is_local(Arrival arrival) { return arrival != Arrival::kElsewhere; }

// "Bearer SECRET", or "Basic" with the secret as its password, as programs send it that know of nothing else. Whatever
// name stands in front of it is the bearer's own affair; alone, the secret may stand there, too.
std::optional<std::string> secret_of(const Request& request) {
  const auto header = request.headers.find("Authorization");
  if (!header) return std::nullopt;
  const auto space = header->find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const auto scheme = header->substr(0, space);
  const auto rest = trim(header->substr(space + 1));
  if (equal_ignoring_case(scheme, "bearer")) return std::string{rest};
  if (!equal_ignoring_case(scheme, "basic")) return std::nullopt;
  const std::string pair = decode_base64(rest).value_or("");
  const auto colon = pair.find(':');
  if (colon == std::string::npos) return pair;
  return colon + 1 < pair.size() ? pair.substr(colon + 1) : pair.substr(0, colon);
}

std::optional<std::string_view> session_of(const Request& request) {
  for (const auto& [name, value] : request.headers.all()) {
    if (!equal_ignoring_case(name, "Cookie")) continue;
    for (const std::string_view pair : split(value, ';')) {
      const auto equals = pair.find('=');
      if (equals != std::string_view::npos && trim(pair.substr(0, equals)) == kSessionCookie) {
        return trim(pair.substr(equals + 1));
      }
    }
  }
  return std::nullopt;
}

}  // namespace

bool AccessControl::is_known_name(std::string_view host) const { return rules_.host_names.contains(std::string{host}); }

Result<std::string> AccessControl::host_of(const Request& request, Arrival arrival) const {
  const auto header = request.headers.find("Host");
  if (arrival == Arrival::kInProcess || arrival == Arrival::kUnixSocket) return "localhost";
  if (!header) return "localhost";  // HTTP/1.0; the server has refused an HTTP/1.1 request without one
  const std::string host = host_name(*header);
  if (host.empty()) {
    return fail(ErrorCode::kInvalidArgument,
                "The Host header \"" + printable(*header) + "\" is not a name or address.");
  }
  // An address cannot be rebound, only a name can.
  if (is_loopback_name(host) || is_ip_address(host) || is_known_name(host)) return std::string{*header};
  return fail(ErrorCode::kFailedPrecondition, "This server does not answer to the name \"" + printable(host) +
                                                  "\". Start it with --host " + printable(host) +
                                                  " if it is one of its names.");
}

std::optional<std::string> AccessControl::allowed_origin(const Request& request, Arrival arrival) const {
  const auto origin = request.headers.find("Origin");
  if (!origin) return std::nullopt;
  const auto scheme = origin->find("://");
  if (scheme == std::string_view::npos) return std::nullopt;
  const std::string_view authority = origin->substr(scheme + 3);
  const std::string host = host_name(authority);
  const auto own = request.headers.find("Host");
  const bool same = own && equal_ignoring_case(*own, authority);
  const bool neighbour = is_loopback_name(host) && is_local(arrival);
  if (!same && !neighbour && !is_known_name(host)) return std::nullopt;
  return std::string{*origin};
}

Result<> AccessControl::check_origin(const Request& request, Arrival arrival) const {
  const bool changes = request.method != Method::kGet && request.method != Method::kHead;
  const auto origin = request.headers.find("Origin");
  if (!changes || !origin || allowed_origin(request, arrival)) return {};
  return fail(ErrorCode::kPermissionDenied, "A page of \"" + printable(*origin) +
                                                "\" may not change anything here. Start the server with --host and "
                                                "that page's host name to allow it.");
}

Result<auth::Identity> AccessControl::identify(const Request& request, Arrival arrival) const {
  if (const auto secret = secret_of(request)) {
    auto identity = TRY(authenticator_(*secret));
    if (identity) return *std::move(identity);
    return fail(ErrorCode::kUnauthenticated, "The token shown is unknown or has expired. Ask for a new one.");
  }
  if (const auto secret = session_of(request)) {
    if (auto identity = TRY(authenticator_(*secret))) return *std::move(identity);
  }
  const bool trusted = arrival == Arrival::kInProcess || arrival == Arrival::kUnixSocket ||
                       (arrival == Arrival::kLoopback && !rules_.tokens_on_loopback);
  if (trusted) return auth::Identity::local();
  if (rules_.open) {
    auto anyone = auth::Identity::local();
    anyone.name = "anyone";
    return anyone;
  }
  return fail(ErrorCode::kUnauthenticated,
              "This server wants a token: send \"Authorization: Bearer TOKEN\". An administrator makes one with "
              "\"weigh token create NAME\".");
}

Arrival true_arrival(const Request& request, Arrival arrival) {
  if (arrival != Arrival::kLoopback) return arrival;
  for (const std::string_view header : {"Forwarded", "X-Forwarded-For", "X-Real-IP"}) {
    if (request.headers.find(header)) return Arrival::kElsewhere;
  }
  return arrival;
}

Result<> require(const auth::Identity& identity, Permission permission) {
  const auto need = [&](auth::Scope scope) -> Result<> {
    if (identity.may(scope)) return {};
    return fail(ErrorCode::kPermissionDenied, "This needs the scope \"" + std::string{to_string(scope)} +
                                                  "\", which \"" + printable(identity.name) + "\" does not have.");
  };
  switch (permission) {
    case Permission::kOpen:
      return {};
    case Permission::kRead:
      return need(auth::Scope::kRead);
    case Permission::kWrite:
      return need(auth::Scope::kWrite);
    case Permission::kAdmin:
      return need(auth::Scope::kAdmin);
  }
  return need(auth::Scope::kAdmin);
}

}  // namespace weighhouse::http
