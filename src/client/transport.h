#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace weighhouse::client {

struct Call {
  std::string method = "GET";
  std::string target;  // path and query, encoded
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
  // Instead of `body`: `stream_bytes` bytes of this, which is borrowed and read as they are sent. A server that has
  // them already may answer before any is read.
  ByteSource* stream = nullptr;
  std::uint64_t stream_bytes = 0;
};

struct Reply {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers{};
  // Never null. kUnavailable when the connection breaks before the end.
  std::unique_ptr<ByteSource> body;

  // Of that name, without regard to case.
  std::optional<std::string_view> find(std::string_view name) const;
};

// Carries requests to a server, or to our own process. Any status is a reply; an error means that there was none:
// kUnavailable when nobody answers or the connection broke. Safe from any thread, and so are several replies at once.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual Result<Reply> send(const Call& call) = 0;
};

struct HttpOptions {
  std::string token{};  // sent as a bearer token, unless a call has an Authorization of its own
  std::chrono::seconds connect_time{10};
  std::chrono::seconds idle_time{600};  // without a byte either way: a handler may work long
  // What to do when nobody answers, for the message.
  std::string way_out{"Start one with \"weigh serve\", or name another with --server."};
};

// "http://host:8000", "https://host", "unix:/path/to/weigh.sock"; kInvalidArgument for anything else. Connects with the
// first call. Follows no redirects.
Result<std::unique_ptr<Transport>> open_transport(std::string_view address, HttpOptions options = {});

struct ServerEvent {
  std::string name;
  std::string data;
  std::string id{};
};

// Reads the text/event-stream that a reply's body is.
class EventReader {
 public:
  explicit EventReader(std::unique_ptr<ByteSource> body) : body_(std::move(body)) {}
  // The next, when it comes; nothing once the stream has ended. kResourceExhausted for one longer than 1 MiB.
  Result<std::optional<ServerEvent>> next();

 private:
  Result<std::optional<std::string>> next_line();

  std::unique_ptr<ByteSource> body_;
  std::string unread_{};
  bool ended_ = false;
};

}  // namespace weighhouse::client
