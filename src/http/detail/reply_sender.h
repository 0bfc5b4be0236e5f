#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cstdint>

#include "http/detail/channel.h"
#include "http/detail/reply_head.h"

namespace weighhouse::http::detail {

// Sends one reply: text, pieces (by the kernel where they lie in files) or events for as long as they come.
class ReplySender {
 public:
  explicit ReplySender(Channel& channel) : channel_(channel) {}

  // False when it did not go out whole: the connection cannot be used again.
  Task<bool> send(Response& response, const ReplyForm& form);
  std::uint64_t sent_bytes() const { return sent_; }

 private:
  Task<bool> send_pieces(std::string& head, Pieces& pieces);
  Task<bool> send_file(FileSlice slice);
  Task<bool> send_source(ByteSource& source, std::uint64_t length);
  Task<bool> send_events(const std::string& head, EventStream& stream, bool chunked);

  Channel& channel_;
  std::uint64_t sent_ = 0;
};

}  // namespace weighhouse::http::detail
