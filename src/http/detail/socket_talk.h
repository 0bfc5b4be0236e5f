#pragma once

#include <cstdint>
#include <string>

#include "http/detail/channel.h"
#include "http/detail/frame_reader.h"

namespace weighhouse::http::detail {

// One WebSocket, from the reply that opens it to its close: messages come in one at a time, go to the session on a
// worker thread, and what it says goes out before the next is read.
//
// Who is silent for `ServerLimits::idle_time` is asked whether anybody is there, and hung up on when nothing
// comes for as long again. A server that stops says so with 1001.
class SocketTalk {
 public:
  SocketTalk(Channel& channel, SocketSession& session)
      : channel_(channel), session_(session), reader_(channel.house.limits.socket_message_bytes) {}

  // True when both sides took leave of each other.
  Task<bool> run(const Response& response);
  std::uint64_t received_bytes() const { return received_; }
  std::uint64_t sent_bytes() const { return sent_; }

 private:
  Task<bool> converse();
  Task<bool> receive();
  Task<bool> hand_over(SocketMessage& message);
  Task<bool> say_turn();
  Task<bool> say(const std::string& frame);
  Task<bool> leave(const SocketClose& close);

  Channel& channel_;
  SocketSession& session_;
  FrameReader reader_;
  SocketTurn turn_{};
  bool asked_ = false;  // a ping is out
  bool closed_ = false;
  std::uint64_t received_ = 0;
  std::uint64_t sent_ = 0;
};

}  // namespace weighhouse::http::detail
