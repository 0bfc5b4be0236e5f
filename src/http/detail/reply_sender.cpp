#include "http/detail/reply_sender.h"

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <memory>
#include <sys/uio.h>

#include "base/log.h"

namespace weighhouse::http::detail {
namespace {

// As much as one connection sends before others have their turn.
constexpr std::uint64_t kFileStep = std::uint64_t{2} << 20U;
constexpr std::size_t kSourceStep = std::size_t{256} << 10U;
constexpr std::chrono::milliseconds kEventPause{200};
constexpr std::chrono::seconds kHeartbeat{15};

// Whether the slice's ends can be read without the disk. Only a guess: a wrong one costs time, nothing else.
bool is_cached(const FileSlice& slice) {
  for (const std::uint64_t offset : {slice.offset, slice.offset + slice.length - 1}) {
    char byte = 0;
    iovec part{&byte, 1};
    if (::preadv2(slice.descriptor, &part, 1, static_cast<off_t>(offset), RWF_NOWAIT) < 0 && errno == EAGAIN)
      return false;
  }
  return true;
}

std::string as_chunk(const std::string& text) {
  std::array<char, 20> size{};
  std::snprintf(size.data(), size.size(), "%zx\r\n", text.size());
  return size.data() + text + "\r\n";
}

}  // namespace

Task<bool> ReplySender::send(Response& response, const ReplyForm& form) {
  const auto length = body_length(response);
  std::string head = reply_head(response, length, form);
  const auto patience = channel_.house.limits.body_time;
  if (form.head_only || !status_has_body(response.status)) co_return co_await channel_.socket.send(head, {}, patience);
  if (auto* text = std::get_if<std::string>(&response.body)) {
    const bool whole = co_await channel_.socket.send(head, *text, patience);
    if (whole) sent_ += text->size();
    co_return whole;
  }
  if (auto* pieces = std::get_if<Pieces>(&response.body)) co_return co_await send_pieces(head, *pieces);
  auto& stream = std::get<std::unique_ptr<EventStream>>(response.body);
  co_return co_await send_events(head, *stream, !form.http_1_0);
}

Task<bool> ReplySender::send_pieces(std::string& head, Pieces& pieces) {
  const auto patience = channel_.house.limits.body_time;
  if (pieces.empty()) co_return co_await channel_.socket.send(head, {}, patience);
  for (BodyPiece& piece : pieces) {
    const bool last = &piece == &pieces.back();
    bool whole = false;
    if (const auto* bytes = std::get_if<std::string>(&piece.content)) {
      whole = co_await channel_.socket.send(head, *bytes, patience, !last);
      sent_ += bytes->size();
    } else {
      // The head waits for the file, so that both begin in one packet.
      whole = co_await channel_.socket.send(head, {}, patience, !last || piece.length > 0);
      if (whole) whole = co_await send_source(*std::get<std::unique_ptr<ByteSource>>(piece.content), piece.length);
    }
    if (!whole) co_return false;
    head.clear();
  }
  co_return true;
}

Task<bool> ReplySender::send_file(FileSlice slice) {
  FileSlice step{slice.descriptor, slice.offset, 0};
  bool warm = false;
  while (slice.length > 0) {
    if (step.length == 0) {
      step.length = std::min(slice.length, kFileStep);
      warm = is_cached(step);
    }
    std::optional<std::size_t> sent;
    if (warm) {
      sent = channel_.socket.send_from_file(step);
    } else {
      channel_.handoff.submit(channel_.house.transfers, [&] { sent = channel_.socket.send_from_file(step); });
      co_await channel_.handoff.ended();
    }
    if (!sent) co_return false;
    slice.length -= *sent;
    step.offset += *sent;
    step.length -= *sent;
    sent_ += *sent;
    if (step.length > 0) {
      const bool ready = co_await channel_.socket.writable(channel_.house.limits.body_time);
      if (!ready) co_return false;
    } else {
      co_await asio::post(channel_.io.get_executor(), kAwait);
    }
  }
  co_return true;
}

Task<bool> ReplySender::send_source(ByteSource& source, std::uint64_t length) {
  if (const auto slice = source.file_slice(); slice && slice->length >= length) {
    co_return co_await send_file({slice->descriptor, slice->offset, length});
  }
  const auto buffer = std::make_unique_for_overwrite<std::byte[]>(kSourceStep);
  while (length > 0) {
    const std::span<std::byte> wanted{buffer.get(),
                                      static_cast<std::size_t>(std::min<std::uint64_t>(length, kSourceStep))};
    Result<std::size_t> count = 0;
    channel_.handoff.submit(channel_.house.transfers, [&] { count = source.read(wanted); });
    co_await channel_.handoff.ended();
    if (!count || *count == 0) {
      const std::string reason = count ? "it is shorter than was promised" : count.error().message;
      log::error("A reply was cut off: its body could not be read.", {{"reason", reason}});
      co_return false;
    }
    const std::string_view bytes{reinterpret_cast<const char*>(buffer.get()), *count};
    const bool whole = co_await channel_.socket.send(bytes, {}, channel_.house.limits.body_time);
    if (!whole) co_return false;
    sent_ += *count;
    length -= *count;
  }
  co_return true;
}

Task<bool> ReplySender::send_events(const std::string& head, EventStream& stream, bool chunked) {
  const auto patience = channel_.house.limits.body_time;
  bool whole = co_await channel_.socket.send(head, {}, patience);
  channel_.unread.release();
  using Timer = asio::basic_waitable_timer<SteadyClock, asio::wait_traits<SteadyClock>, Executor>;
  Timer pause{channel_.io.get_executor()};
  auto last_word = SteadyClock::now();
  while (whole) {
    const bool ended = stream.ended();  // asked first, so that no last event is missed
    std::string text;
    for (const ServerEvent& event : stream.take()) append_event(text, event);
    if (text.empty() && SteadyClock::now() - last_word > kHeartbeat) text = ": still here\n\n";
    if (!text.empty()) {
      const std::string framed = chunked ? as_chunk(text) : text;
      whole = co_await channel_.socket.send(framed, {}, patience);
      sent_ += text.size();
      last_word = SteadyClock::now();
    }
    if (ended) break;
    if (channel_.house.draining || channel_.socket.peer_is_gone()) co_return false;
    pause.expires_after(kEventPause);
    co_await pause.async_wait(kAwait);
  }
  if (whole && chunked) whole = co_await channel_.socket.send("0\r\n\r\n", {}, patience);
  co_return whole&& chunked;
}

}  // namespace weighhouse::http::detail
