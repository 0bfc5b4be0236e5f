#include "client/transport_http.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/text.h"

namespace weighhouse::client {
namespace {

constexpr std::size_t kReadStep = std::size_t{128} << 10U;
constexpr std::size_t kSendStep = std::size_t{256} << 10U;
constexpr std::size_t kIdleLimit = 16;
// Below this a body is as cheap as the question whether it is wanted.
constexpr std::uint64_t kWorthAsking = std::uint64_t{64} << 10U;
constexpr std::chrono::milliseconds kWaitForContinue{1000};

bool is_repeatable(const Call& call) {
  return call.stream == nullptr &&
         (call.method == "GET" || call.method == "HEAD" || call.method == "PUT" || call.method == "DELETE");
}

Result<std::unique_ptr<ReplyParser>> read_head(Line& line, const Call& call) {
  const auto body = call.method == "HEAD" ? ReplyParser::Body::kNone : ReplyParser::Body::kAsFramed;
  auto parser = std::make_unique<ReplyParser>(body);
  while (!parser->head_is_complete()) {
    if (!line.unread().empty()) line.consume(TRY(parser->read_head(line.unread())));
    if (parser->head_is_complete()) break;
    if (TRY(line.receive()) == 0) {
      return fail(ErrorCode::kUnavailable, "The server hung up without a reply.");
    }
  }
  return parser;
}

bool is_interim(int status) { return status >= 100 && status < 200; }

// The final reply's head: what comes before it with 1xx says only to go on.
Result<std::unique_ptr<ReplyParser>> read_final_head(Line& line, const Call& call) {
  while (true) {
    auto parser = TRY(read_head(line, call));
    if (!is_interim(parser->status())) return parser;
  }
}

enum class Sent : std::uint8_t { kAll, kAnsweredEarly };

// Sends the streamed body, unless the server answers before its end. A final answer to "Expect" is left in `early`.
Result<Sent> send_stream(Line& line, const Call& call, bool ask_first, std::unique_ptr<ReplyParser>& early) {
  if (ask_first && line.stream().readable_within(kWaitForContinue)) {
    auto parser = TRY(read_head(line, call));
    if (!is_interim(parser->status())) {
      early = std::move(parser);
      return Sent::kAnsweredEarly;
    }
  }
  std::vector<std::byte> buffer(kSendStep);
  std::uint64_t left = call.stream_bytes;
  while (left > 0) {
    const auto wanted = std::span{buffer}.first(static_cast<std::size_t>(std::min<std::uint64_t>(left, kSendStep)));
    const std::size_t count = TRY(call.stream->read(wanted));
    if (count == 0) {
      return fail(ErrorCode::kFailedPrecondition, "What was to be sent is " + std::to_string(left) +
                                                      " bytes shorter than was said. Did it change meanwhile?");
    }
    const auto written = line.stream().write({reinterpret_cast<const char*>(buffer.data()), count});
    // Who refuses a body may hang up after the answer, which is worth more than "broken pipe".
    if (!written && !line.stream().readable_within(std::chrono::milliseconds{0})) return fail(written.error());
    left -= count;
    if (!written || line.stream().readable_within(std::chrono::milliseconds{0})) {
      return left == 0 && written ? Sent::kAll : Sent::kAnsweredEarly;
    }
  }
  return Sent::kAll;
}

Result<> require_one_line_each(const Call& call) {
  const auto is_one_line = [](std::string_view text) {
    return text.find_first_of(std::string_view{"\r\n\0", 3}) == std::string_view::npos;
  };
  bool sound = is_one_line(call.method) && is_one_line(call.target) && call.target.find(' ') == std::string::npos;
  for (const auto& [name, value] : call.headers) sound = sound && is_one_line(name) && is_one_line(value);
  if (sound) return {};
  return fail(ErrorCode::kInvalidArgument,
              "A request to " + printable(call.target) + " holds a line break where none may be; encode it as %0A.");
}

}  // namespace

Result<std::size_t> Line::receive() {
  if (!buffer_) buffer_ = std::make_unique_for_overwrite<std::byte[]>(kReadStep);
  if (begin_ > 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= std::exchange(begin_, 0);
  }
  if (end_ == kReadStep) return fail(ErrorCode::kUnavailable, "The server sent a head longer than this client reads.");
  const std::size_t count = TRY(stream_->read({buffer_.get() + end_, kReadStep - end_}));
  end_ += count;
  return count;
}

ReplyBody::ReplyBody(Line line, std::unique_ptr<ReplyParser> parser, std::shared_ptr<IdleLines> idle)
    : line_(std::move(line)), parser_(std::move(parser)), idle_(std::move(idle)), length_(parser_->content_length()) {
  if (parser_->is_complete()) finish();
}

Result<std::size_t> ReplyBody::read(std::span<std::byte> buffer) {
  while (!parser_->is_complete() && line_) {
    const auto decoded = TRY(parser_->decode(line_.unread(), buffer));
    line_.consume(decoded.consumed);
    produced_ += decoded.produced;
    if (parser_->is_complete()) finish();
    if (decoded.produced > 0) return decoded.produced;
    if (parser_->is_complete()) break;
    if (TRY(line_.receive()) > 0) continue;
    TRY(parser_->end());
    finish();
  }
  return 0;
}

std::optional<std::uint64_t> ReplyBody::remaining() const {
  if (!length_) return std::nullopt;
  return *length_ - std::min(*length_, produced_);
}

void ReplyBody::finish() {
  if (!line_) return;
  if (idle_ && parser_->keep_alive() && line_.unread().empty()) {
    auto lines = idle_->lock();
    if (lines->size() < kIdleLimit) lines->push_back(std::move(line_));
  }
  line_ = {};
}

std::optional<Line> HttpTransport::take_idle() {
  auto lines = idle_->lock();
  while (!lines->empty()) {
    Line line = std::move(lines->back());
    lines->pop_back();
    // A server says nothing unasked: what can be read is its farewell.
    if (!line.stream().readable_within(std::chrono::milliseconds{0})) return line;
  }
  return std::nullopt;
}

std::string HttpTransport::head_of(const Call& call) const {
  // A proxy is told the whole address of what is not encrypted.
  const bool whole = proxy_ && place_.scheme == Place::Scheme::kHttp;
  std::string head = call.method + " " + (whole ? place_.to_string() : "") + call.target +
                     " HTTP/1.1\r\nHost: " + place_.host_header() + "\r\nUser-Agent: weigh\r\n";
  bool authorized = options_.token.empty();
  for (const auto& [name, value] : call.headers) {
    authorized = authorized || equal_ignoring_case(name, "Authorization");
    head += name + ": " + value + "\r\n";
  }
  if (!authorized) head += "Authorization: Bearer " + options_.token + "\r\n";
  const std::uint64_t length = call.stream != nullptr ? call.stream_bytes : call.body.size();
  const bool has_body = length > 0 || (call.method != "GET" && call.method != "HEAD" && call.method != "DELETE");
  if (has_body) head += "Content-Length: " + std::to_string(length) + "\r\n";
  if (call.stream != nullptr && length >= kWorthAsking) head += "Expect: 100-continue\r\n";
  return head + "\r\n";
}

HttpTransport::Attempt HttpTransport::attempt(Line line, const Call& call) {
  const std::string head = head_of(call);
  if (const auto sent = line.stream().write(head + call.body); !sent) return {fail(sent.error()), true};
  std::unique_ptr<ReplyParser> parser;
  bool reusable = true;
  if (call.stream != nullptr) {
    const bool ask_first = call.stream_bytes >= kWorthAsking;
    const auto sent = send_stream(line, call, ask_first, parser);
    if (!sent) return {fail(sent.error())};
    reusable = *sent == Sent::kAll;
  }
  if (!parser) {
    auto read = read_final_head(line, call);
    if (!read) return {fail(read.error()), line.unread().empty()};
    parser = std::move(read).take();
  }
  Reply reply;
  reply.status = parser->status();
  reply.headers = parser->take_headers();
  reply.body = std::make_unique<ReplyBody>(std::move(line), std::move(parser), reusable ? idle_ : nullptr);
  return {std::move(reply)};
}

Result<Reply> HttpTransport::send(const Call& call) {
  TRY(require_one_line_each(call));
  if (auto line = take_idle()) {
    auto tried = attempt(*std::move(line), call);
    if (tried.reply || !tried.worth_repeating || !is_repeatable(call)) return std::move(tried.reply);
  }
  auto connected = TRY(connect(place_, options_, proxy_));
  Line fresh{std::move(connected)};
  return attempt(std::move(fresh), call).reply;
}

}  // namespace weighhouse::client
