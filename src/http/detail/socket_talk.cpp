#include "http/detail/socket_talk.h"

#include <exception>
#include <utility>

#include "base/log.h"
#include "http/detail/reply_head.h"

namespace weighhouse::http::detail {
namespace {

constexpr std::size_t kWindow = std::size_t{64} << 10U;
constexpr std::uint16_t kGoingAway = 1001;
constexpr std::uint16_t kInternalError = 1011;

// The last catch around what a session does.
template <class Function>
SocketTurn guarded(const Function& function) {
  try {
    return function();
  } catch (const std::exception& failure) {
    log::error("A WebSocket's session failed in a way it should not.", {{"reason", failure.what()}});
  }
  return {.close = SocketClose{kInternalError, "Something went wrong on our side. The server's log says more."}};
}

}  // namespace

Task<bool> SocketTalk::run(const Response& response) {
  const std::string head = reply_head(response, std::nullopt, {});
  bool whole = co_await channel_.socket.send(head, {}, channel_.house.limits.body_time);
  if (!whole) co_return false;
  channel_.handoff.submit(channel_.house.handlers, [this] { turn_ = guarded([this] { return session_.open(); }); });
  co_await channel_.handoff.ended();
  whole = co_await say_turn();
  while (whole && !closed_) whole = co_await converse();
  co_return whole&& closed_;
}

// One event of the client's.
Task<bool> SocketTalk::converse() {
  auto event = reader_.take();
  while (!event) {
    const bool more = co_await receive();
    if (!more || closed_) co_return more;
    event = reader_.take();
  }
  using Kind = FrameReader::Event::Kind;
  bool whole = true;
  std::string frame;
  switch (event->kind) {
    case Kind::kMessage:
      whole = co_await hand_over(event->message);
      break;
    case Kind::kPing:
      frame = pong_frame(event->message.data);
      whole = co_await say(frame);
      break;
    case Kind::kPong:
      break;
    case Kind::kClose:
    case Kind::kBroken:
      whole = co_await leave(event->close);
      break;
  }
  co_return whole;
}

Task<bool> SocketTalk::receive() {
  if (channel_.unread.empty()) {
    channel_.unread.shrink();
    const std::span<char> space = channel_.unread.space(kWindow);
    channel_.may_be_interrupted = true;
    std::size_t count = 0;
    if (!channel_.house.draining) {
      count = co_await channel_.socket.receive(space, channel_.house.limits.idle_time);
    }
    channel_.may_be_interrupted = false;
    if (channel_.house.draining) {
      channel_.socket.forgive();
      const SocketClose farewell{kGoingAway, "This server is stopping."};
      co_return co_await leave(farewell);
    }
    if (count == 0) {
      if (!channel_.socket.timed_out() || asked_) co_return false;
      channel_.socket.forgive();
      asked_ = true;
      const std::string ping = ping_frame();
      co_return co_await say(ping);
    }
    asked_ = false;
    channel_.unread.filled(count);
  }
  const std::size_t used = reader_.read(channel_.unread.readable());
  channel_.unread.consume(used);
  received_ += used;
  co_return true;
}

Task<bool> SocketTalk::hand_over(SocketMessage& message) {
  channel_.handoff.submit(channel_.house.handlers, [this, &message] {
    turn_ = guarded([this, &message] { return session_.take(std::move(message)); });
  });
  co_await channel_.handoff.ended();
  co_return co_await say_turn();
}

Task<bool> SocketTalk::say_turn() {
  std::string frames;
  for (const SocketMessage& message : turn_.messages) frames += as_frame(message);
  const auto close = std::move(turn_.close);
  turn_ = {};
  bool whole = true;
  if (!frames.empty()) whole = co_await say(frames);
  if (whole && close) whole = co_await leave(*close);
  co_return whole;
}

Task<bool> SocketTalk::say(const std::string& frame) {
  const bool whole = co_await channel_.socket.send(frame, {}, channel_.house.limits.body_time);
  if (whole) sent_ += frame.size();
  co_return whole;
}

Task<bool> SocketTalk::leave(const SocketClose& close) {
  closed_ = true;
  const std::string frame = close_frame(close);
  co_return co_await say(frame);
}

}  // namespace weighhouse::http::detail
