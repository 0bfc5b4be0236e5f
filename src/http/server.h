#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "http/application.h"

namespace weighhouse::http {

// "127.0.0.1:8000", "[::1]:8000", "0.0.0.0:80", "localhost:8000", ":8000" (loopback), "unix:/path". Port 0 takes a free
// one.
struct Address {
  std::string host;
  std::uint16_t port = 0;
  std::string unix_path{};
  int unix_mode = 0600;  // of the socket: whom the system lets connect, and so who needs no token
  static Result<Address> parse(std::string_view text);
  std::string to_string() const;
  bool is_loopback() const;
};

struct ServerLimits {
  std::size_t header_bytes = std::size_t{32} << 10U;
  std::uint64_t upload_bytes = std::uint64_t{1} << 42U;
  std::size_t socket_message_bytes = std::size_t{1} << 20U;  // of one message of a WebSocket
  std::size_t connections = 4096;
  std::size_t queued_requests = 1024;  // beyond: 503 with Retry-After, at once
  std::size_t handler_threads = 4;
  std::size_t io_threads = 1;
  std::uint64_t body_memory_bytes = std::uint64_t{256} << 20U;  // of all bodies on their way in; beyond: 503
  std::chrono::seconds header_time{15};                         // from the first byte to the end of the head
  std::chrono::seconds idle_time{75};   // between requests, and between the messages of a WebSocket
  std::chrono::seconds body_time{60};   // without a byte of progress, either way
  std::chrono::seconds drain_time{30};  // for running transfers after `stop`
};

// Sockets are known here and in detail/, and nowhere else in the house.
class Server {
 public:
  // Binds at once; kFailedPrecondition naming the address when a port is in use. From here on the process ignores
  // SIGPIPE (children inherit that unless they are told otherwise).
  static Result<std::unique_ptr<Server>> listen(Application& application, const std::vector<Address>& addresses,
                                                const ServerLimits& limits);
  virtual ~Server() = default;

  // Where it really listens (port 0 resolved).
  virtual std::vector<Address> addresses() const = 0;
  // Serves until `stop`; then lets running transfers end within the drain time.
  virtual void run() = 0;
  // Safe from a signal-handling thread.
  virtual void stop() = 0;
};

}  // namespace weighhouse::http
