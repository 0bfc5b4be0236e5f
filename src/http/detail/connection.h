#pragma once

#include <memory>

#include "http/detail/channel.h"

namespace weighhouse::http::detail {

class RequestParser;

// One client: request after request until either side has had enough. Lives on one I/O thread.
class Connection {
 public:
  Connection(House& house, asio::io_context& io, FileDescriptor connected, Arrival arrival, std::string peer);
  ~Connection();

  Task<> run();

  // Called a few times a second: ends waits that are over.
  void tick(SteadyClock::time_point now) { channel_.socket.tick(now); }
  // The server stops: a connection without a whole request and a WebSocket end now, any other after its reply.
  void drain();
  // Now.
  void cut() { channel_.socket.cut(); }

 private:
  Task<bool> read_head(RequestParser& parser);
  Task<> refuse(const Error& error, int status);
  Task<> linger();

  Channel channel_;
  bool refused_ = false;
};

}  // namespace weighhouse::http::detail
