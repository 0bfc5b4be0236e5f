#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "http/detail/channel.h"
#include "http/detail/chunk_decoder.h"
#include "http/detail/request_parser.h"

namespace weighhouse::http::detail {

// The body of one request, whichever way it is framed.
class BodyReader {
 public:
  enum class State : std::uint8_t {
    kUnread,  // more may come
    kComplete,
    kLost,       // the connection ended before the body did
    kTimedOut,   // no byte came for too long
    kMalformed,  // the chunks make no sense
  };

  BodyReader(Channel& channel, const RequestParser& parser, std::optional<std::uint64_t> content_length);

  State state() const { return state_; }
  std::uint64_t received_bytes() const { return received_; }

  // Fills `into` to its end, or as far as the body goes; then `state` says how that was.
  Task<std::size_t> fill(std::span<std::byte> into);

 private:
  Task<std::size_t> fill_plain(std::span<std::byte> into);
  Task<std::size_t> fill_chunked(std::span<std::byte> into);
  Task<std::size_t> receive(std::span<char> into);

  Channel& channel_;
  ChunkDecoder chunks_;
  bool chunked_;
  std::uint64_t left_ = 0;  // of a body whose length was said
  std::uint64_t received_ = 0;
  State state_ = State::kUnread;
};

}  // namespace weighhouse::http::detail
