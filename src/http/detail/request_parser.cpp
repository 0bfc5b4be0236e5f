#include "http/detail/request_parser.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"

namespace weighhouse::http::detail {
namespace {

namespace beast = boost::beast;
using beast::error_code;
using beast::string_view;

std::string_view view(string_view text) { return {text.data(), text.size()}; }

RequestParser::Refusal refusal(int status, std::string message) {
  return {status, Error{ErrorCode::kInvalidArgument, std::move(message)}};
}

std::size_t count(const Headers& headers, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::count_if(
      headers.all(), [name](const auto& header) { return equal_ignoring_case(header.first, name); }));
}

bool is_decimal(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Two meanings of where a body ends are how one request is smuggled inside another. So what HTTP lets a server mend
// (a length repeated, in a list, another coding before the chunks) is refused here.
std::optional<std::string> doubt_about_body(const Headers& headers, bool http_1_0) {
  const std::size_t lengths = count(headers, "Content-Length");
  const std::size_t encodings = count(headers, "Transfer-Encoding");
  if (lengths > 0 && encodings > 0) return "A request has either Content-Length or Transfer-Encoding, not both.";
  if (lengths > 1 || (lengths == 1 && !is_decimal(*headers.find("Content-Length")))) {
    return "A request has one Content-Length, a decimal number.";
  }
  if (encodings > 0 &&
      (encodings > 1 || http_1_0 || !equal_ignoring_case(*headers.find("Transfer-Encoding"), "chunked"))) {
    return "The only Transfer-Encoding this server reads is \"chunked\", of HTTP/1.1.";
  }
  return std::nullopt;
}

bool has_folded_line(std::string_view head) {
  return head.find("\r\n ") != std::string_view::npos || head.find("\r\n\t") != std::string_view::npos;
}

}  // namespace

class RequestParser::Machine final : public beast::http::basic_parser<true> {
 public:
  Request request{};
  std::string method_word{};
  int version = 11;
  bool expects_continue = false;

 private:
  void on_request_impl(beast::http::verb, string_view method, string_view target, int http_version,
                       error_code&) override {
    method_word = std::string{view(method)};
    request.target = std::string{view(target)};
    version = http_version;
  }
  void on_field_impl(beast::http::field field, string_view name, string_view value, error_code&) override {
    if (field == beast::http::field::expect) expects_continue = equal_ignoring_case(view(value), "100-continue");
    request.headers.add(std::string{view(name)}, std::string{view(value)});
  }
  void on_response_impl(int, string_view, int, error_code&) override {}
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  // Bodies never come here: Beast reads heads.
  std::size_t on_body_impl(string_view body, error_code&) override { return body.size(); }
  std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  void on_finish_impl(error_code&) override {}
};

RequestParser::RequestParser(std::size_t head_limit_bytes) : machine_(std::make_unique<Machine>()) {
  machine_->header_limit(static_cast<std::uint32_t>(head_limit_bytes));
  machine_->body_limit(boost::none);
}
RequestParser::~RequestParser() = default;

tl::expected<std::size_t, RequestParser::Refusal> RequestParser::read_head(std::string_view bytes) {
  error_code error;
  const std::size_t used = machine_->put(boost::asio::const_buffer{bytes.data(), bytes.size()}, error);
  if (error == beast::http::error::need_more) error = {};
  if (error == beast::http::error::header_limit) {
    if (machine_->request.target.empty()) {
      return tl::unexpected{refusal(414, "The address of this request is longer than this server reads.")};
    }
    return tl::unexpected{refusal(431, "The headers of this request are longer than this server reads.")};
  }
  if (error) return tl::unexpected{refusal(400, "This is not a request of HTTP/1.1: " + error.message() + ".")};
  if (has_folded_line(bytes.substr(0, used))) {
    return tl::unexpected{refusal(400, "A header of HTTP/1.1 stands in one line, and this one goes on in another.")};
  }
  if (!head_is_complete()) return used;
  const auto method = parse_method(machine_->method_word);
  if (!method) {
    return tl::unexpected{
        refusal(405, "This server knows no method \"" + printable(machine_->method_word, 40) + "\".")};
  }
  machine_->request.method = *method;
  const Headers& headers = machine_->request.headers;
  const std::size_t hosts = count(headers, "Host");
  if (hosts > 1 || (hosts == 0 && !is_http_1_0())) {
    return tl::unexpected{refusal(400, "A request of HTTP/1.1 has exactly one Host header.")};
  }
  if (auto doubt = doubt_about_body(headers, is_http_1_0())) {
    return tl::unexpected{refusal(400, std::move(*doubt))};
  }
  return used;
}

bool RequestParser::head_is_complete() const { return machine_->is_header_done(); }

Request RequestParser::take_request() {
  if (const auto length = machine_->content_length(); length && !is_chunked()) {
    machine_->request.content_length = *length;
  }
  return std::move(machine_->request);
}

bool RequestParser::keep_alive() const { return machine_->keep_alive(); }
bool RequestParser::is_http_1_0() const { return machine_->version < 11; }
bool RequestParser::is_chunked() const { return machine_->chunked(); }
bool RequestParser::has_body() const { return is_chunked() || machine_->content_length().value_or(0) > 0; }

bool RequestParser::expects_continue() const { return machine_->expects_continue; }

}  // namespace weighhouse::http::detail
