#include "http/detail/connection.h"

#include <array>
#include <utility>

#include "http/detail/exchange.h"
#include "http/detail/reply_sender.h"
#include "http/detail/request_parser.h"

namespace weighhouse::http::detail {
namespace {

// Many clients send a whole body before they read a word, and take a broken pipe for the answer.
constexpr std::uint64_t kLingerBytes = std::uint64_t{64} << 20U;
constexpr std::chrono::seconds kLingerTime{2};

}  // namespace

Connection::Connection(House& house, asio::io_context& io, FileDescriptor connected, Arrival arrival, std::string peer)
    : channel_(house, io, std::move(connected), arrival, std::move(peer)) {
  house.application.metrics().connection_opened();
}

Connection::~Connection() {
  channel_.house.application.metrics().connection_closed();
  --channel_.house.connections;
}

void Connection::drain() {
  if (channel_.may_be_interrupted) channel_.socket.interrupt();
}

Task<> Connection::run() {
  bool usable = true;
  while (usable && !channel_.house.draining) {
    RequestParser parser{channel_.house.limits.header_bytes};
    const bool complete = co_await read_head(parser);
    if (!complete) break;
    Exchange exchange{channel_, parser};
    usable = co_await exchange.run();
    channel_.unread.shrink();
  }
  if (!usable || refused_) co_await linger();
  channel_.socket.close();
}

Task<bool> Connection::read_head(RequestParser& parser) {
  const ServerLimits& limits = channel_.house.limits;
  auto head_ends = SteadyClock::time_point::max();
  while (true) {
    if (!channel_.unread.empty()) {
      if (head_ends == SteadyClock::time_point::max()) head_ends = SteadyClock::now() + limits.header_time;
      const auto used = parser.read_head(channel_.unread.readable());
      if (!used) {
        co_await refuse(used.error().error, used.error().status);
        co_return false;
      }
      channel_.unread.consume(*used);
      if (parser.head_is_complete()) co_return true;
    }
    // One more than the limit, so that the parser and not the buffer says that it is passed.
    const std::span<char> space = channel_.unread.space(limits.header_bytes + 1);
    if (space.empty()) {
      const Error error{ErrorCode::kInvalidArgument, "The headers of this request are longer than this server reads."};
      co_await refuse(error, 431);
      co_return false;
    }
    const bool idle = head_ends == SteadyClock::time_point::max();
    const auto left = std::chrono::ceil<std::chrono::seconds>(head_ends - SteadyClock::now());
    channel_.may_be_interrupted = true;
    const std::size_t count = co_await channel_.socket.receive(space, idle ? limits.idle_time : left);
    channel_.may_be_interrupted = false;
    if (count == 0) {
      if (!idle && channel_.socket.timed_out() && !channel_.house.draining) {
        channel_.socket.forgive();
        const Error error{ErrorCode::kUnavailable, "The head of this request did not come within " +
                                                       std::to_string(limits.header_time.count()) + " s."};
        co_await refuse(error, 408);
      }
      co_return false;
    }
    channel_.unread.filled(count);
  }
}

Task<> Connection::refuse(const Error& error, int status) {
  refused_ = true;
  Request request;
  request.peer = channel_.peer;
  Response response = channel_.house.application.refuse(request, error, status);
  ReplySender sender{channel_};
  const bool whole = co_await sender.send(response, {.keep_alive = false});
  channel_.house.application.record(request, {.status = status, .sent_bytes = sender.sent_bytes(), .complete = whole});
}

// A socket closed with bytes unread takes back what was sent last, so that the peer may never see its reply: it is
// given a moment to hang up first.
Task<> Connection::linger() {
  channel_.socket.forgive();
  channel_.socket.shut_down_sending();
  const auto until = SteadyClock::now() + kLingerTime;
  std::array<char, 16384> forgotten;
  std::uint64_t sum = 0;
  while (sum < kLingerBytes && SteadyClock::now() < until) {
    const std::size_t count = co_await channel_.socket.receive(forgotten, kLingerTime);
    if (count == 0) break;
    sum += count;
  }
}

}  // namespace weighhouse::http::detail
