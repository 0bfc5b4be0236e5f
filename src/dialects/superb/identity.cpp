#include "dialects/superb/identity.h"

#include "base/text.h"
#include "http/access.h"
#include "http/routes/request.h"

namespace weighhouse::dialects::superb {
namespace {

constexpr std::size_t kLongestEmail = 254;

bool is_from_here(const http::Request& request) {
  if (request.identity.name != auth::Identity::local().name) return false;
  const bool direct = http::true_arrival(request, http::Arrival::kLoopback) == http::Arrival::kLoopback;
  const std::string_view peer = request.peer;
  return direct && (peer.empty() || peer.starts_with("127.") || peer == "::1" || peer.starts_with("::ffff:127.") ||
                    peer.starts_with("unix:"));
}

bool is_email(std::string_view text) {
  if (text.empty() || text.size() > kLongestEmail || !is_utf8(text)) return false;
  const auto at = text.find('@');
  if (at == 0 || at == std::string_view::npos || at + 1 == text.size()) return false;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= ' ' || c == '\x7f') return false;
  }
  return true;
}

}  // namespace

Result<services::Caller> caller_of(const http::Request& request) {
  auto caller = http::caller_of(request);
  const auto email = request.headers.find("x-user-email");
  if (!email || !is_from_here(request)) return caller;
  const auto told = trim(*email);
  if (!is_email(told)) {
    return fail(ErrorCode::kInvalidArgument, "x-user-email is \"" + printable(told, 80) + "\", which is no address.");
  }
  caller.identity.name = std::string{told};
  return caller;
}

}  // namespace weighhouse::dialects::superb
