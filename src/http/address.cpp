#include <charconv>

#include "base/text.h"
#include "http/server.h"

namespace weighhouse::http {
namespace {

constexpr std::string_view kUnix = "unix:";

tl::unexpected<Error> no_address(std::string_view text) {
  return fail(ErrorCode::kInvalidArgument,
              "\"" + printable(text) +
                  "\" is no address to listen on. Write 8000, 127.0.0.1:8000, [::1]:8000 or unix:/path/to/socket.");
}

}  // namespace

Result<Address> Address::parse(std::string_view text) {
  if (text.starts_with(kUnix)) {
    const std::string_view path = text.substr(kUnix.size());
    if (path.empty()) return no_address(text);
    return Address{.host = {}, .port = 0, .unix_path = std::string{path}};
  }
  const auto colon = text.rfind(':');
  const bool has_host = colon != std::string_view::npos;
  std::string_view host = has_host ? text.substr(0, colon) : std::string_view{};
  if (host.starts_with('[') && host.ends_with(']') && host.size() > 2) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return no_address(text);
  }
  const std::string_view digits = has_host ? text.substr(colon + 1) : text;
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size()) return no_address(text);
  return Address{.host = host.empty() ? "localhost" : std::string{host}, .port = port};
}

std::string Address::to_string() const {
  if (!unix_path.empty()) return std::string{kUnix} + unix_path;
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

bool Address::is_loopback() const {
  return !unix_path.empty() || host == "localhost" || host == "::1" || host.starts_with("127.");
}

}  // namespace weighhouse::http
