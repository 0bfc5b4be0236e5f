#pragma once

#include <memory>

#include "http/message.h"

namespace weighhouse::http {

// The reply that turns a connection into a WebSocket (RFC 6455) and hands it to `session`. A request that asks for none
// is refused with 426, a page of a foreign origin with 403: browsers let any page open a WebSocket to anywhere, with
// the user's cookies.
Result<Response> open_socket(const Request& request, std::unique_ptr<SocketSession> session);

}  // namespace weighhouse::http
