#pragma once

#include <memory>
#include <vector>

#include "base/guarded.h"
#include "client/transport.h"
#include "client/transport_parser.h"
#include "client/transport_stream.h"

namespace weighhouse::client {

// A connection and what it has received beyond what was read.
class Line {
 public:
  Line() = default;
  explicit Line(std::unique_ptr<Stream> stream) : stream_(std::move(stream)) {}

  Stream& stream() { return *stream_; }
  explicit operator bool() const { return stream_ != nullptr; }

  std::string_view unread() const { return {reinterpret_cast<const char*>(buffer_.get()) + begin_, end_ - begin_}; }
  void consume(std::size_t count) { begin_ += count; }
  // More behind what is unread; 0 at the end of the connection.
  Result<std::size_t> receive();

 private:
  std::unique_ptr<Stream> stream_;
  std::unique_ptr<std::byte[]> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

// Connections that wait for their next use. Outlives the transport while a reply is still being read.
using IdleLines = Guarded<std::vector<Line>>;

// The body of a reply, read from its connection, which goes back among the idle ones at the end.
class ReplyBody final : public ByteSource {
 public:
  ReplyBody(Line line, std::unique_ptr<ReplyParser> parser, std::shared_ptr<IdleLines> idle);

  Result<std::size_t> read(std::span<std::byte> buffer) override;
  std::optional<std::uint64_t> remaining() const override;

 private:
  void finish();

  Line line_;
  std::unique_ptr<ReplyParser> parser_;
  std::shared_ptr<IdleLines> idle_;  // null: the connection ends with this reply
  std::optional<std::uint64_t> length_;
  std::uint64_t produced_ = 0;
};

class HttpTransport final : public Transport {
 public:
  // With a proxy, everything goes through that place.
  HttpTransport(Place place, HttpOptions options, std::optional<Place> proxy = {})
      : place_(std::move(place)),
        options_(std::move(options)),
        proxy_(std::move(proxy)),
        idle_(std::make_shared<IdleLines>()) {}

  Result<Reply> send(const Call& call) override;

 private:
  struct Attempt {
    Result<Reply> reply;
    bool worth_repeating = false;  // nothing of a reply came: the server had closed an idle connection
  };
  Attempt attempt(Line line, const Call& call);
  std::optional<Line> take_idle();
  std::string head_of(const Call& call) const;

  Place place_;
  HttpOptions options_;
  std::optional<Place> proxy_;
  std::shared_ptr<IdleLines> idle_;
};

}  // namespace weighhouse::client
