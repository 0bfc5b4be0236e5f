#pragma once

#include <array>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/file.h"
#include "http/detail/asio.h"

namespace weighhouse::http::detail {

using SteadyClock = std::chrono::steady_clock;

// A connected socket whose every wait ends: with progress, or by `tick` once the patience for it is over. Lives on one
// I/O thread.
class Socket {
 public:
  Socket(asio::io_context& io, FileDescriptor connected);

  // At least one byte; 0 when no more will come: the peer closed, the connection broke, or patience ended.
  Task<std::size_t> receive(std::span<char> into, std::chrono::seconds patience);

  // All of both; false when the connection broke or no byte went out for `patience`. `more`: something follows at once,
  // so that the kernel need not send a small packet.
  Task<bool> send(std::string_view first, std::string_view second, std::chrono::seconds patience, bool more = false);

  // One attempt of the kernel's to send from a file without a copy: how many bytes went out, 0 when the socket takes
  // no more for now, and nothing when the connection or the file broke. May be called from another thread while the
  // coroutine waits for it.
  std::optional<std::size_t> send_from_file(const FileSlice& slice);
  // Until the socket takes bytes again.
  Task<bool> writable(std::chrono::seconds patience);

  // True also when `tick` ended a wait.
  bool timed_out() const { return timed_out_; }
  void forgive() { timed_out_ = false; }
  void tick(SteadyClock::time_point now);
  // Ends the wait that is on, as if patience were over.
  void interrupt();
  // The peer hung up; what it sent before may still be unread.
  bool peer_is_gone();

  void shut_down_sending();
  // Every wait and every transfer ends now; the descriptor stays, for a thread may be using it.
  void cut();
  void close();

 private:
  using Native = asio::basic_stream_socket<asio::generic::stream_protocol, Executor>;

  Native native_;
  SteadyClock::time_point deadline_ = SteadyClock::time_point::max();
  bool timed_out_ = false;
};

}  // namespace weighhouse::http::detail
