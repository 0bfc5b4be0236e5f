#pragma once

#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

#include "channel/channel.h"
#include "channel/protocol.h"

namespace weighhouse::channel::testing {

// Bytes from a stranger on the channel: an end of messages, or a refusal, and never more memory than the limits.
// What is understood is written and read back the same.
inline void check_channel(std::string_view bytes) {
  constexpr std::size_t kRoom = 100'000;  // fits a socket's buffer
  if (bytes.size() > kRoom) return;
  auto ends = make_pair().value();
  check(::write(ends.first.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()), "room for all");
  ends.first.reset();
  const Limits limits{.header_bytes = 4096, .body_bytes = 65536};
  Channel channel{std::move(ends.second), limits};
  for (;;) {
    const auto message = channel.receive();
    if (!message || !*message) return;
    check((*message)->body.size() <= limits.body_bytes && (*message)->files.empty(), "within the limits");
    if (const auto down = read_to_worker((*message)->header)) {
      check(to_header(read_to_worker(to_header(*down)).value()) == to_header(*down),
            "what a worker reads, it can write");
    }
    if (const auto up = read_from_worker((*message)->header)) {
      check(to_header(read_from_worker(to_header(*up)).value()) == to_header(*up), "what a parent reads, it can write");
    }
  }
}

}  // namespace weighhouse::channel::testing
