#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace weighhouse::channel {

// What passes between a process and its parent: a small JSON header that says what it is, bytes that the channel
// does not look into, and open files.
struct Message {
  boost::json::object header{};
  std::string body{};
  std::vector<FileDescriptor> files{};
};

// What one side is willing to receive. A message beyond it is refused before memory is taken for it.
struct Limits {
  std::size_t header_bytes = std::size_t{64} << 10U;
  std::size_t body_bytes = std::size_t{64} << 20U;
  std::size_t files = 0;  // at most kMaxFiles
  // From the first byte of a message to its last, in either direction.
  std::chrono::milliseconds patience{10'000};
};

constexpr std::size_t kMaxFiles = 128;

// One end of a pair of connected sockets.
//
// A message arrives whole and in order, or not at all. After a failure the channel is of no further use: the
// other side broke the rules, stalled in the middle of a message, or is gone. Any number of threads may send; one
// receives.
class Channel {
 public:
  Channel(FileDescriptor socket, Limits limits) : socket_(std::move(socket)), limits_(limits) {}

  // kInvalidArgument when the header, the body or the number of files is more than anybody would take; the channel
  // is still good then. kUnavailable when the other side is gone or does not read.
  Result<> send(const boost::json::object& header, std::string_view body = {}, std::span<const int> files = {});

  // The next message; nothing when the other side has closed its end between two messages. Waits without limit
  // for the first byte: poll `descriptor` to wait for other things as well.
  Result<std::optional<Message>> receive();

  int descriptor() const { return socket_.get(); }
  // Ends both directions, so that a thread in `receive` returns. From any thread.
  void shut();

 private:
  FileDescriptor socket_;
  Limits limits_;
  std::mutex sending_;
};

// Two connected ends, both closed on exec.
Result<std::pair<FileDescriptor, FileDescriptor>> make_pair();

}  // namespace weighhouse::channel
