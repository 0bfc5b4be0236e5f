#include "client/exchange.h"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "client/error_body.h"
#include "wire/json_text.h"

namespace weighhouse::client {
namespace {

namespace json = boost::json;

// A thousand models with long texts stay far below; a reply beyond it is none of ours.
constexpr std::size_t kLongestReply = std::size_t{256} << 20U;
constexpr std::size_t kLongestRefusal = std::size_t{1} << 20U;

Call make_call(std::string_view method, const std::string& target, const json::object& body,
               const RequestHeaders& headers) {
  Call call{.method = std::string{method}, .target = target, .headers = headers};
  call.headers.emplace_back("Accept", "application/json");
  if (!body.empty()) {
    call.headers.emplace_back("Content-Type", "application/json");
    call.body = wire::to_text(body);
  }
  return call;
}

}  // namespace

Result<> require_success(Reply& reply) {
  if (reply.status >= 200 && reply.status < 300) return {};
  // The refusal counts, also when the connection broke behind its head.
  const auto body = read_all(*reply.body, kLongestRefusal);
  return fail(parse_error(reply.status, body ? *body : std::string{}));
}

Result<json::object> read_object(Reply& reply) {
  const std::string body = TRY(read_all(*reply.body, kLongestReply));
  json::error_code failure;
  auto value = json::parse(body, failure);
  if (failure || !value.is_object()) {
    return fail(ErrorCode::kInternal,
                fmt::format("The server answered with something that is no JSON object: \"{}\". Is it a Weighhouse?",
                            printable(trim(body), 120)));
  }
  return std::move(value.get_object());
}

Result<json::object> get_object(Transport& transport, const std::string& target) {
  return send_object(transport, "GET", target);
}

Result<json::object> send_object(Transport& transport, std::string_view method, const std::string& target,
                                 const json::object& body, const RequestHeaders& headers) {
  auto reply = TRY(transport.send(make_call(method, target, body, headers)));
  TRY(require_success(reply));
  return read_object(reply);
}

Result<> send_empty(Transport& transport, std::string_view method, const std::string& target,
                    const json::object& body) {
  auto reply = TRY(transport.send(make_call(method, target, body, {})));
  return require_success(reply);
}

}  // namespace weighhouse::client
