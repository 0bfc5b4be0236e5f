#include <boost/json.hpp>

#include "http/message.h"

namespace weighhouse::http {
namespace {

bool has_reason(const Details& details, std::string_view reason) {
  for (const auto& [name, value] : details) {
    const auto* text = std::get_if<std::string>(&value);
    if (name == "reason" && text != nullptr && *text == reason) return true;
  }
  return false;
}

boost::json::value to_json(const Detail& detail) {
  if (const auto* number = std::get_if<std::int64_t>(&detail)) return *number;
  if (const auto* text = std::get_if<std::string>(&detail)) return boost::json::string{*text};
  boost::json::array list;
  for (const std::string& item : std::get<std::vector<std::string>>(detail)) list.emplace_back(item);
  return list;
}

}  // namespace

int status_of(ErrorCode code, const Details& details) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return 400;
    case ErrorCode::kUnauthenticated:
      return 401;
    case ErrorCode::kPermissionDenied:
      return 403;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kAlreadyExists:
      return 409;
    case ErrorCode::kFailedPrecondition:
      return 409;
    case ErrorCode::kResourceExhausted:
      if (has_reason(details, "disk_full")) return 507;
      return has_reason(details, "too_large") ? 413 : 429;
    case ErrorCode::kUnavailable:
      return 503;
    // Asking again cannot help, and clients repeat every 500: the stored state is in conflict with the wish.
    case ErrorCode::kDataLoss:
      return 409;
    case ErrorCode::kCancelled:
      return 409;
    case ErrorCode::kInternal:
      return 500;
  }
  return 500;
}

Response error_response(const Error& error, std::optional<int> status) {
  boost::json::object details;
  for (const auto& [name, value] : error.details) details[name] = to_json(value);
  const boost::json::object body{{"error", to_string(error.code)},
                                 {"message", error.message},
                                 {"detail", error.message},
                                 {"details", std::move(details)}};
  const int code = status.value_or(status_of(error.code, error.details));
  Response response = Response::json(code, boost::json::serialize(body));
  response.headers.add("Cache-Control", "no-store");
  if (code == 503 || code == 429) response.headers.add("Retry-After", "1");
  return response;
}

}  // namespace weighhouse::http
