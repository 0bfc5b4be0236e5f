#include "client/transport_parser.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <cstring>

namespace weighhouse::client {
namespace {

namespace beast = boost::beast;
using beast::error_code;
using beast::string_view;

std::string text(string_view view) { return {view.data(), view.size()}; }

tl::unexpected<Error> nonsense(const error_code& error) {
  return fail(ErrorCode::kUnavailable, "What the server sent is no reply of HTTP/1.1: " + error.message() + ".");
}

}  // namespace

class ReplyParser::Machine final : public beast::http::basic_parser<false> {
 public:
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers{};
  std::span<std::byte> out{};
  std::size_t produced = 0;

 private:
  std::size_t take(string_view body, error_code& error) {
    const std::size_t count = std::min(body.size(), out.size() - produced);
    if (count > 0) std::memcpy(out.data() + produced, body.data(), count);
    produced += count;
    if (count < body.size()) error = beast::http::error::need_buffer;
    return count;
  }

  void on_request_impl(beast::http::verb, string_view, string_view, int, error_code&) override {}
  void on_response_impl(int code, string_view, int, error_code&) override { status = code; }
  void on_field_impl(beast::http::field, string_view name, string_view value, error_code&) override {
    if (!is_header_done()) headers.emplace_back(text(name), text(value));
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(string_view body, error_code& error) override { return take(body, error); }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code& error) override {
    return take(body, error);
  }
  void on_finish_impl(error_code&) override {}
};

ReplyParser::ReplyParser(Body body) : machine_(std::make_unique<Machine>()) {
  machine_->header_limit(64U << 10U);
  machine_->body_limit(boost::none);
  machine_->skip(body == Body::kNone);
}
ReplyParser::~ReplyParser() = default;

Result<std::size_t> ReplyParser::read_head(std::string_view bytes) {
  error_code error;
  const std::size_t used = machine_->put(boost::asio::const_buffer{bytes.data(), bytes.size()}, error);
  if (error && error != beast::http::error::need_more) return nonsense(error);
  return used;
}

bool ReplyParser::head_is_complete() const { return machine_->is_header_done(); }
int ReplyParser::status() const { return machine_->status; }
std::vector<std::pair<std::string, std::string>> ReplyParser::take_headers() { return std::move(machine_->headers); }
bool ReplyParser::keep_alive() const { return machine_->keep_alive(); }
bool ReplyParser::is_complete() const { return machine_->is_done(); }

std::optional<std::uint64_t> ReplyParser::content_length() const {
  const auto length = machine_->content_length();
  if (!length || machine_->chunked()) return std::nullopt;
  return *length;
}

Result<ReplyParser::Decoded> ReplyParser::decode(std::string_view encoded, std::span<std::byte> out) {
  Decoded result;
  machine_->out = out;
  machine_->produced = 0;
  while (!machine_->is_done() && machine_->produced < out.size() && result.consumed < encoded.size()) {
    error_code error;
    const std::string_view rest = encoded.substr(result.consumed);
    const std::size_t used = machine_->put(boost::asio::const_buffer{rest.data(), rest.size()}, error);
    result.consumed += used;
    if (error == beast::http::error::need_buffer || error == beast::http::error::need_more) break;
    if (error) return nonsense(error);
    if (used == 0) break;
  }
  result.produced = machine_->produced;
  machine_->out = {};
  return result;
}

Result<> ReplyParser::end() {
  error_code error;
  machine_->put_eof(error);
  if (error) return fail(ErrorCode::kUnavailable, "The connection ended before the reply did.");
  return {};
}

}  // namespace weighhouse::client
