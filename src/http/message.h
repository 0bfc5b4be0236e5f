#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "auth/token.h"
#include "base/bytes.h"
#include "base/result.h"

namespace weighhouse::http {

enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions };
inline constexpr std::array kMethods{Method::kGet,   Method::kHead,   Method::kPost,   Method::kPut,
                                     Method::kPatch, Method::kDelete, Method::kOptions};
std::string_view to_string(Method method);
std::optional<Method> parse_method(std::string_view word);

struct Route;

// In the order they came; names are compared without regard to case.
class Headers {
 public:
  void set(std::string_view name, std::string value);  // replaces
  void add(std::string name, std::string value);       // beside others of that name
  std::optional<std::string_view> find(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& all() const { return all_; }

 private:
  std::vector<std::pair<std::string, std::string>> all_;
};

// What a handler sees of a request. The path and query values are percent-decoded UTF-8; the body is
// complete, unless the route takes a stream.
struct Request {
  Method method = Method::kGet;
  std::string path;                                               // decoded, without the query
  std::string target;                                             // as it was sent
  std::vector<std::pair<std::string, std::string>> parameters{};  // of the route's pattern
  std::vector<std::pair<std::string, std::string>> query{};       // in the order sent
  Headers headers{};
  std::string body{};
  std::optional<std::uint64_t> content_length{};
  auth::Identity identity{};
  std::string request_id{};
  std::string peer{};            // "127.0.0.1", "unix:1000"
  std::string base_url{};        // "http://localhost:8000": by the Host it came for
  const Route* route = nullptr;  // the line of the table that answers; set by Application::admit
  std::string shared_with{};     // the origin whose pages may read the reply, if one asked

  const std::string& parameter(std::string_view name) const;  // of the pattern: always there
  std::optional<std::string> query_value(std::string_view name) const;
};

// One message of an event stream (text/event-stream).
struct ServerEvent {
  std::string name;
  std::string data;
  std::string id{};
};

// Asked by the I/O room a few times a second; never blocks.
class EventStream {
 public:
  virtual ~EventStream() = default;
  virtual std::vector<ServerEvent> take() = 0;
  virtual bool ended() = 0;
};

// A body of known length, sent piece after piece; the kernel sends pieces that lie in files.
struct BodyPiece {
  std::variant<std::string, std::unique_ptr<ByteSource>> content;
  std::uint64_t length = 0;
};
using Pieces = std::vector<BodyPiece>;

// A whole message of a WebSocket, either way. Text is UTF-8.
struct SocketMessage {
  enum class Kind : std::uint8_t { kText, kBinary };
  Kind kind = Kind::kText;
  std::string data{};
};

// The end of a WebSocket in words: a code of RFC 6455, or 4000-4999 for reasons of the route, and at most 123 bytes.
struct SocketClose {
  std::uint16_t code = 1000;
  std::string reason{};
};

// What is said at once, in this order; nothing more is taken after a close.
struct SocketTurn {
  std::vector<SocketMessage> messages{};
  std::optional<SocketClose> close{};
};

// The server's side of a WebSocket. Called on worker threads, one call at a time, and destroyed when the connection
// has ended, whichever side ended it. While a call runs nothing is read: a client that sends faster waits.
class SocketSession {
 public:
  virtual ~SocketSession() = default;
  virtual SocketTurn open() { return {}; }
  virtual SocketTurn take(SocketMessage message) = 0;
};

struct Response {
  int status = 200;
  Headers headers{};
  // A session goes with the status 101; see web_socket.h.
  std::variant<std::string, Pieces, std::unique_ptr<EventStream>, std::unique_ptr<SocketSession>> body{std::string{}};

  static Response text(int status, std::string content_type, std::string body);
  static Response json(int status, std::string body) { return text(status, "application/json", std::move(body)); }
  static Response empty(int status) { return Response{.status = status}; }
};

// Of a body that is neither an event stream nor a session.
std::optional<std::uint64_t> body_length(const Response& response);

// The body of every refusal: error, message, detail, details (design: section 7). The status follows the code;
// a handler or dialect that needs another one of its own (405, 412, 413, 415, 416, 422) says so.
Response error_response(const Error& error, std::optional<int> status = {});
int status_of(ErrorCode code, const Details& details);

// Takes a streamed request body. Called on a worker thread, one call at a time; a call that blocks holds
// back the sender and nobody else.
class BodySink {
 public:
  virtual ~BodySink() = default;
  // Asked once, before the first byte: a reply here ends the request without its body. For bytes that are
  // here already.
  virtual std::optional<Response> early_reply() { return std::nullopt; }
  virtual Result<> append(std::span<const std::byte> bytes) = 0;
  // After the last byte. What is answered.
  virtual Result<Response> finish() = 0;
  // Instead of `finish`: the connection broke, or `append` failed. What came stays if it can be taken up again.
  virtual void abandon() {}
};

using Handler = std::function<Result<Response>(Request&)>;
// Decides by the head of the request where its body goes. A failure is answered without reading the body.
using StreamHandler = std::function<Result<std::unique_ptr<BodySink>>(Request&)>;

}  // namespace weighhouse::http
