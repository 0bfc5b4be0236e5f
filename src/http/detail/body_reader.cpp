#include "http/detail/body_reader.h"

#include <algorithm>
#include <cstring>

namespace weighhouse::http::detail {
namespace {

constexpr std::size_t kChunkedWindow = std::size_t{64} << 10U;

std::span<char> as_chars(std::span<std::byte> bytes) { return {reinterpret_cast<char*>(bytes.data()), bytes.size()}; }

}  // namespace

BodyReader::BodyReader(Channel& channel, const RequestParser& parser, std::optional<std::uint64_t> content_length)
    : channel_(channel), chunked_(parser.is_chunked()), left_(content_length.value_or(0)) {
  if (!parser.has_body()) state_ = State::kComplete;
}

Task<std::size_t> BodyReader::fill(std::span<std::byte> into) {
  if (state_ != State::kUnread) co_return 0;
  std::size_t count = 0;
  if (chunked_) {
    count = co_await fill_chunked(into);
  } else {
    count = co_await fill_plain(into);
  }
  received_ += count;
  co_return count;
}

Task<std::size_t> BodyReader::receive(std::span<char> into) {
  const std::size_t count = co_await channel_.socket.receive(into, channel_.house.limits.body_time);
  if (count == 0) state_ = channel_.socket.timed_out() ? State::kTimedOut : State::kLost;
  co_return count;
}

Task<std::size_t> BodyReader::fill_plain(std::span<std::byte> into) {
  into = into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), left_)));
  const std::string_view waiting = channel_.unread.readable();
  std::size_t filled = std::min(waiting.size(), into.size());
  if (filled > 0) std::memcpy(into.data(), waiting.data(), filled);
  channel_.unread.consume(filled);
  // The rest goes from the socket straight to where it is wanted.
  while (filled < into.size()) {
    const std::size_t count = co_await receive(as_chars(into.subspan(filled)));
    if (count == 0) break;
    filled += count;
  }
  left_ -= filled;
  if (left_ == 0) state_ = State::kComplete;
  co_return filled;
}

Task<std::size_t> BodyReader::fill_chunked(std::span<std::byte> into) {
  std::size_t filled = 0;
  while (true) {
    const auto decoded = chunks_.decode(channel_.unread.readable(), into.subspan(filled));
    channel_.unread.consume(decoded.consumed);
    filled += decoded.produced;
    if (chunks_.state() == ChunkDecoder::State::kBroken) state_ = State::kMalformed;
    if (chunks_.state() == ChunkDecoder::State::kComplete) state_ = State::kComplete;
    if (state_ != State::kUnread || filled == into.size()) break;
    const std::size_t count = co_await receive(channel_.unread.space(kChunkedWindow));
    if (count == 0) break;
    channel_.unread.filled(count);
  }
  co_return filled;
}

}  // namespace weighhouse::http::detail
