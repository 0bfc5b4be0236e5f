#include "in_process.h"

#include <thread>

#include "base/text.h"

namespace weighhouse::app {
namespace {

constexpr std::size_t kChunk = std::size_t{512} << 10U;

// The pieces of a body one after the other.
class PiecesSource final : public ByteSource {
 public:
  explicit PiecesSource(http::Pieces pieces) : pieces_(std::move(pieces)) {}

  Result<std::size_t> read(std::span<std::byte> buffer) override {
    while (index_ < pieces_.size()) {
      const auto count = TRY(read_from(pieces_[index_], buffer));
      if (count > 0) return count;
      ++index_;
      offset_ = 0;
    }
    return 0;
  }

 private:
  Result<std::size_t> read_from(http::BodyPiece& piece, std::span<std::byte> buffer) {
    const auto* text = std::get_if<std::string>(&piece.content);
    if (text == nullptr) return std::get<std::unique_ptr<ByteSource>>(piece.content)->read(buffer);
    const auto rest = std::as_bytes(std::span{*text}).subspan(offset_);
    const auto count = std::min(rest.size(), buffer.size());
    std::copy_n(rest.begin(), count, buffer.begin());
    offset_ += count;
    return count;
  }

  http::Pieces pieces_;
  std::size_t index_ = 0;
  std::size_t offset_ = 0;
};

// An event stream as the text that a server would send.
class EventSource final : public ByteSource {
 public:
  explicit EventSource(std::unique_ptr<http::EventStream> events) : events_(std::move(events)) {}

  Result<std::size_t> read(std::span<std::byte> buffer) override {
    while (text_.empty()) {
      for (const auto& event : events_->take()) text_ += "event: " + event.name + "\ndata: " + event.data + "\n\n";
      if (!text_.empty()) break;
      if (events_->ended()) return 0;
      std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
    const auto count = std::min(text_.size(), buffer.size());
    std::copy_n(std::as_bytes(std::span{text_}).begin(), count, buffer.begin());
    text_.erase(0, count);
    return count;
  }

 private:
  std::unique_ptr<http::EventStream> events_;
  std::string text_;
};

class InProcess final : public client::Transport {
 public:
  explicit InProcess(std::unique_ptr<House> house) : house_(std::move(house)) {}

  Result<client::Reply> send(const client::Call& call) override {
    http::Request request;
    const auto method = http::parse_method(call.method);
    if (!method) return fail(ErrorCode::kInvalidArgument, "There is no method \"" + printable(call.method, 40) + "\".");
    request.method = *method;
    request.target = call.target;
    request.peer = "this process";
    request.headers.set("Host", "localhost");
    for (const auto& [name, value] : call.headers) request.headers.add(name, value);
    request.content_length = call.stream != nullptr ? call.stream_bytes : call.body.size();
    request.body = call.body;
    auto response = call.stream == nullptr ? house_->application().handle(request, http::Arrival::kInProcess)
                                           : TRY(stream(request, *call.stream));
    if (request.method == http::Method::kHead) response.body = std::string{};
    return to_reply(std::move(response));
  }

 private:
  Result<http::Response> stream(http::Request& request, ByteSource& bytes) {
    auto admission = house_->application().admit(request, http::Arrival::kInProcess);
    if (admission.reply) return *std::move(admission.reply);
    check(admission.sink != nullptr, "a streamed body goes to a route that takes one");
    std::vector<std::byte> buffer(kChunk);
    for (;;) {
      const auto count = bytes.read(buffer);
      const auto taken = !count        ? Result<>{tl::unexpected<Error>{count.error()}}
                         : *count == 0 ? Result<>{}
                                       : admission.sink->append(std::span{buffer}.first(*count));
      if (!taken) {
        admission.sink->abandon();
        if (!count) return tl::unexpected<Error>{count.error()};
        return house_->application().refuse(request, taken.error());
      }
      if (*count == 0) return admission.sink->finish();
    }
  }

  static client::Reply to_reply(http::Response response) {
    client::Reply reply{.status = response.status, .headers = response.headers.all(), .body = nullptr};
    if (auto* text = std::get_if<std::string>(&response.body))
      reply.body = std::make_unique<MemorySource>(std::move(*text));
    if (auto* pieces = std::get_if<http::Pieces>(&response.body))
      reply.body = std::make_unique<PiecesSource>(std::move(*pieces));
    if (auto* events = std::get_if<std::unique_ptr<http::EventStream>>(&response.body))
      reply.body = std::make_unique<EventSource>(std::move(*events));
    return reply;
  }

  std::unique_ptr<House> house_;
};

}  // namespace

std::unique_ptr<client::Transport> in_process_transport(std::unique_ptr<House> house) {
  return std::make_unique<InProcess>(std::move(house));
}

}  // namespace weighhouse::app
