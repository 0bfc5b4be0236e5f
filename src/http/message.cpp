#include "http/message.h"

#include "base/text.h"

namespace weighhouse::http {

std::string_view to_string(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET";
    case Method::kHead:
      return "HEAD";
    case Method::kPost:
      return "POST";
    case Method::kPut:
      return "PUT";
    case Method::kPatch:
      return "PATCH";
    case Method::kDelete:
      return "DELETE";
    case Method::kOptions:
      return "OPTIONS";
  }
  return "GET";
}

std::optional<Method> parse_method(std::string_view word) {
  for (const Method method : kMethods) {
    if (to_string(method) == word) return method;
  }
  return std::nullopt;
}

void Headers::set(std::string_view name, std::string value) {
  std::erase_if(all_, [name](const auto& header) { return equal_ignoring_case(header.first, name); });
  all_.emplace_back(std::string{name}, std::move(value));
}

void Headers::add(std::string name, std::string value) { all_.emplace_back(std::move(name), std::move(value)); }

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (const auto& [header, value] : all_) {
    if (equal_ignoring_case(header, name)) return value;
  }
  return std::nullopt;
}

const std::string& Request::parameter(std::string_view name) const {
  for (const auto& [parameter, value] : parameters) {
    if (parameter == name) return value;
  }
  check(false, "a handler asks only for parameters of its own pattern");
  return path;
}

std::optional<std::string> Request::query_value(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

Response Response::text(int status, std::string content_type, std::string body) {
  Response response{.status = status};
  response.headers.add("Content-Type", std::move(content_type));
  response.body = std::move(body);
  return response;
}

std::optional<std::uint64_t> body_length(const Response& response) {
  if (const auto* text = std::get_if<std::string>(&response.body)) return text->size();
  const auto* pieces = std::get_if<Pieces>(&response.body);
  if (pieces == nullptr) return std::nullopt;
  std::uint64_t length = 0;
  for (const BodyPiece& piece : *pieces) length += piece.length;
  return length;
}

}  // namespace weighhouse::http
