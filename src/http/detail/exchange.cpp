#include "http/detail/exchange.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "http/detail/reply_sender.h"
#include "http/detail/socket_talk.h"

namespace weighhouse::http::detail {
namespace {

constexpr std::uint64_t kStreamStep = std::uint64_t{512} << 10U;
constexpr std::uint64_t kCollectStep = std::uint64_t{64} << 10U;
// A refused body of this size is read and forgotten to keep the connection; beyond, a new connection is cheaper.
constexpr std::uint64_t kWorthReading = std::uint64_t{256} << 10U;

}  // namespace

Exchange::Exchange(Channel& channel, RequestParser& parser)
    : channel_(channel),
      parser_(parser),
      request_(parser.take_request()),
      body_(channel, parser, request_.content_length) {
  request_.peer = channel.peer;
}

Task<bool> Exchange::run() {
  co_await admit();
  if (!response_) co_await take_body();
  if (!response_) co_return false;
  bool usable = false;
  if (const auto* session = std::get_if<std::unique_ptr<SocketSession>>(&response_->body)) {
    co_await talk(**session);
  } else {
    usable = co_await reply();
  }
  co_return usable;
}

Task<> Exchange::admit() {
  // A request without a body makes one trip to the pool, not two.
  const bool at_once = !parser_.has_body();
  const bool accepted = channel_.handoff.offer(channel_.house.handlers, [this, at_once] {
    Application& application = channel_.house.application;
    admission_ = application.admit(request_, channel_.arrival);
    if (admission_.reply) {
      response_ = std::exchange(admission_.reply, std::nullopt);
    } else if (at_once) {
      response_ = admission_.sink ? admission_.sink->finish().take() : application.answer(request_);
    }
  });
  if (accepted) {
    co_await channel_.handoff.ended();
  } else {
    refuse({ErrorCode::kUnavailable, "The server has more requests waiting than it takes on. Try again in a moment."});
  }
}

Task<> Exchange::take_body() {
  const ServerLimits& limits = channel_.house.limits;
  std::uint64_t limit = admission_.body_limit_bytes;
  if (admission_.sink && limit == 0) limit = limits.upload_bytes;
  if (request_.content_length.value_or(0) > limit) {
    refuse_size(limit);
    co_return;
  }
  if (parser_.expects_continue() && channel_.unread.empty()) {
    continue_sent_ = co_await channel_.socket.send("HTTP/1.1 100 Continue\r\n\r\n", {}, limits.body_time);
  }
  if (admission_.sink) {
    co_await stream(limit);
  } else {
    co_await collect(limit);
  }
}

Task<> Exchange::collect(std::uint64_t limit) {
  MemoryBudget::Share memory{channel_.house.bodies};
  std::string& body = request_.body;
  while (body_.state() == BodyReader::State::kUnread) {
    const std::uint64_t known = request_.content_length.value_or(kCollectStep);
    const std::size_t begin = body.size();
    if (!memory.grow(known)) {
      refuse_memory();
      co_return;
    }
    body.resize(begin + static_cast<std::size_t>(known));
    const auto space = std::as_writable_bytes(std::span{body}).subspan(begin);
    const std::size_t count = co_await body_.fill(space);
    body.resize(begin + count);
    if (body.size() > limit) {
      refuse_size(limit);
      co_return;
    }
  }
  if (body_.state() == BodyReader::State::kComplete) {
    co_await answer();
  } else {
    refuse_broken_body();
  }
}

Task<> Exchange::answer() {
  channel_.handoff.submit(channel_.house.handlers, [this] { response_ = channel_.house.application.answer(request_); });
  co_await channel_.handoff.ended();
}

// While a worker hashes and writes one buffer, the next is filled from the socket.
Task<> Exchange::stream(std::uint64_t limit) {
  const auto step = static_cast<std::size_t>(std::min(kStreamStep, request_.content_length.value_or(kStreamStep)));
  MemoryBudget::Share memory{channel_.house.bodies};
  if (!memory.grow(2 * step)) {
    refuse_memory();
    co_return;
  }
  std::array<std::unique_ptr<std::byte[]>, 2> buffers{std::make_unique_for_overwrite<std::byte[]>(step),
                                                      std::make_unique_for_overwrite<std::byte[]>(step)};
  BodySink& sink = *admission_.sink;
  WorkerPool& workers = channel_.house.transfers;
  Result<> taken;  // a worker's, from each submission to its end
  std::size_t turn = 0;
  while (body_.state() == BodyReader::State::kUnread && body_.received_bytes() <= limit) {
    const std::size_t count = co_await body_.fill(std::span{buffers[turn].get(), step});
    co_await channel_.handoff.ended();
    if (!taken) break;
    if (count == 0) continue;
    const std::span<const std::byte> chunk{buffers[turn].get(), count};
    channel_.handoff.submit(workers, [&sink, &taken, chunk] { taken = sink.append(chunk); });
    turn = 1 - turn;
  }
  co_await channel_.handoff.ended();

  const bool whole = taken && body_.state() == BodyReader::State::kComplete && body_.received_bytes() <= limit;
  channel_.handoff.submit(workers, [this, &sink, whole] {
    if (whole) {
      response_ = sink.finish().take();
    } else {
      sink.abandon();
    }
  });
  co_await channel_.handoff.ended();
  if (whole) co_return;
  if (!taken) {
    refuse(taken.error());
  } else if (body_.received_bytes() > limit) {
    refuse_size(limit);
  } else {
    refuse_broken_body();
  }
}

bool Exchange::rest_is_worth_reading() const {
  if (body_.state() == BodyReader::State::kComplete) return true;
  if (body_.state() != BodyReader::State::kUnread) return false;
  // Who waits for our "100 Continue" will now either send the body or not: only a new connection is unambiguous.
  if (parser_.expects_continue() && !continue_sent_) return false;
  return request_.content_length && *request_.content_length <= kWorthReading;
}

Task<bool> Exchange::reply() {
  const ReplyForm form{.keep_alive = parser_.keep_alive() && !channel_.house.draining && rest_is_worth_reading() &&
                                     (!parser_.is_http_1_0() || body_length(*response_).has_value()),
                       .http_1_0 = parser_.is_http_1_0(),
                       .head_only = request_.method == Method::kHead};
  ReplySender sender{channel_};
  const bool whole = co_await sender.send(*response_, form);
  bool usable = whole && form.keep_alive;
  if (usable) usable = co_await discard_rest();
  channel_.house.application.record(request_, {.status = response_->status,
                                               .received_bytes = body_.received_bytes(),
                                               .sent_bytes = sender.sent_bytes(),
                                               .took = SteadyClock::now() - began_,
                                               .complete = whole});
  co_return usable;
}

// A connection that became a WebSocket ends with it.
Task<> Exchange::talk(SocketSession& session) {
  SocketTalk socket{channel_, session};
  const bool whole = co_await socket.run(*response_);
  channel_.house.application.record(request_, {.status = response_->status,
                                               .received_bytes = socket.received_bytes(),
                                               .sent_bytes = socket.sent_bytes(),
                                               .took = SteadyClock::now() - began_,
                                               .complete = whole});
}

Task<bool> Exchange::discard_rest() {
  std::array<std::byte, 8192> forgotten;
  while (body_.state() == BodyReader::State::kUnread) co_await body_.fill(forgotten);
  co_return body_.state() == BodyReader::State::kComplete;
}

void Exchange::refuse(Error error, std::optional<int> status) {
  response_ = channel_.house.application.refuse(request_, error, status);
}

void Exchange::refuse_size(std::uint64_t limit) {
  refuse({ErrorCode::kResourceExhausted,
          "The body of this request is larger than the " + format_size(limit) + " (" + std::to_string(limit) +
              " bytes) that are taken here.",
          {{"reason", "too_large"}, {"limit_bytes", static_cast<std::int64_t>(limit)}}});
}

void Exchange::refuse_memory() {
  refuse({ErrorCode::kUnavailable, "The server is receiving as much as it can hold. Try again in a moment."});
}

void Exchange::refuse_broken_body() {
  if (body_.state() == BodyReader::State::kMalformed) {
    refuse({ErrorCode::kInvalidArgument, "The chunks of this request's body make no sense."});
  } else if (body_.state() == BodyReader::State::kTimedOut) {
    channel_.socket.forgive();
    refuse({ErrorCode::kUnavailable,
            "No byte of the body came for " + std::to_string(channel_.house.limits.body_time.count()) + " s."},
           408);
  } else {
    // Nobody hears this, but the log and the counters do.
    refuse({ErrorCode::kCancelled, "The sender hung up before the end of the body."}, 400);
  }
}

}  // namespace weighhouse::http::detail
