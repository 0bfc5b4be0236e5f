#include "http/web_socket.h"

#include <array>
#include <openssl/sha.h>
#include <span>
#include <string>

#include "base/text.h"

namespace weighhouse::http {
namespace {

constexpr std::string_view kMagic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455, section 1.3
constexpr std::size_t kKeyBytes = 16;

bool lists(std::string_view header, std::string_view word) {
  for (const std::string_view item : split(header, ',')) {
    if (equal_ignoring_case(trim(item), word)) return true;
  }
  return false;
}

bool asks_for_socket(const Request& request) {
  const auto upgrade = request.headers.find("Upgrade");
  const auto connection = request.headers.find("Connection");
  return request.method == Method::kGet && upgrade && lists(*upgrade, "websocket") && connection &&
         lists(*connection, "upgrade");
}

std::string accept_for(std::string_view key) {
  const std::string text = std::string{key} + std::string{kMagic};
  std::array<unsigned char, SHA_DIGEST_LENGTH> sum{};
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), sum.data());
  return encode_base64(std::as_bytes(std::span{sum}));
}

Response upgrade_required(std::string_view message) {
  Response refusal = error_response({ErrorCode::kInvalidArgument, std::string{message}}, 426);
  refusal.headers.add("Upgrade", "websocket");
  refusal.headers.add("Sec-WebSocket-Version", "13");
  return refusal;
}

}  // namespace

Result<Response> open_socket(const Request& request, std::unique_ptr<SocketSession> session) {
  if (!asks_for_socket(request)) {
    return upgrade_required("This address speaks WebSocket: connect with ws:// or wss:// instead of http://.");
  }
  if (request.headers.find("Sec-WebSocket-Version").value_or("") != "13") {
    return upgrade_required("The only version of WebSocket spoken here is 13.");
  }
  const auto key = request.headers.find("Sec-WebSocket-Key");
  const auto nonce = key ? decode_base64(trim(*key)) : std::nullopt;
  if (!nonce || nonce->size() != kKeyBytes) {
    return fail(ErrorCode::kInvalidArgument, "A WebSocket begins with a Sec-WebSocket-Key: 16 bytes in Base64.");
  }
  if (const auto origin = request.headers.find("Origin"); origin && request.shared_with.empty()) {
    return fail(ErrorCode::kPermissionDenied, "A page of \"" + printable(*origin) +
                                                  "\" may not talk to this server. Start the server with --host and "
                                                  "that page's host name to allow it.");
  }
  Response response{.status = 101};
  response.headers.add("Upgrade", "websocket");
  response.headers.add("Sec-WebSocket-Accept", accept_for(trim(*key)));
  response.body = std::move(session);
  return response;
}

}  // namespace weighhouse::http
