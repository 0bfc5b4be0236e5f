#include "graphql/engine.h"

namespace weighhouse::graphql {
namespace json = boost::json;

std::string_view code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return "BAD_REQUEST";
    case ErrorCode::kUnauthenticated:
      return "UNAUTHENTICATED";
    case ErrorCode::kPermissionDenied:
      return "FORBIDDEN";
    case ErrorCode::kNotFound:
      return "NOT_FOUND";
    case ErrorCode::kAlreadyExists:
    case ErrorCode::kFailedPrecondition:
      return "CONFLICT";
    case ErrorCode::kResourceExhausted:
      return "RESOURCE_EXHAUSTED";
    case ErrorCode::kUnavailable:
      return "UNAVAILABLE";
    case ErrorCode::kDataLoss:
      return "DATA_LOSS";
    case ErrorCode::kCancelled:
      return "CANCELLED";
    case ErrorCode::kInternal:
      return "INTERNAL_SERVER_ERROR";
  }
  return "INTERNAL_SERVER_ERROR";
}

json::object error_json(const Error& error, std::string_view code) {
  json::object out{{"message", error.message}, {"code", code}};
  if (const auto at = location_of(error)) {
    out["locations"] = json::array{json::object{{"line", at->line}, {"column", at->column}}};
  }
  json::object extensions{{"code", code}};
  json::object details;
  for (const auto& [name, value] : error.details) {
    if (name == "line" || name == "column") continue;
    details[name] = std::visit([](const auto& one) { return json::value_from(one); }, value);
  }
  if (!details.empty()) extensions["details"] = std::move(details);
  out["extensions"] = std::move(extensions);
  return out;
}

Answer refusal(const std::vector<Error>& errors, std::string_view code) {
  json::array all;
  for (const auto& error : errors) all.push_back(error_json(error, code));
  return {.body = {{"errors", std::move(all)}}, .refused = true};
}

}  // namespace weighhouse::graphql
