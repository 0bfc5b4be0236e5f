#include "client/error_body.h"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <utility>

#include "base/error_code.h"
#include "base/json_fields.h"
#include "base/text.h"

namespace weighhouse::client {
namespace {

namespace json = boost::json;

ErrorCode code_of_status(int status) {
  switch (status) {
    case 401:
      return ErrorCode::kUnauthenticated;
    case 403:
      return ErrorCode::kPermissionDenied;
    case 404:
      return ErrorCode::kNotFound;
    case 409:
    case 412:
      return ErrorCode::kFailedPrecondition;
    case 413:
    case 507:
      return ErrorCode::kResourceExhausted;
    case 429:
    case 502:
    case 503:
    case 504:
      return ErrorCode::kUnavailable;
    default:
      return status >= 500 ? ErrorCode::kInternal : ErrorCode::kInvalidArgument;
  }
}

// Facts of a shape that `Detail` cannot hold are left out.
Details parse_details(const json::object& object) {
  Details details;
  for (const auto& [key, value] : object) {
    if (const auto* text = value.if_string()) {
      details.emplace_back(std::string{key}, std::string{*text});
    } else if (value.is_int64() || value.is_uint64()) {
      details.emplace_back(std::string{key}, value.to_number<std::int64_t>());
    } else if (const auto* list = value.if_array()) {
      std::vector<std::string> texts;
      for (const auto& item : *list) {
        if (item.is_string()) texts.emplace_back(item.get_string());
      }
      details.emplace_back(std::string{key}, std::move(texts));
    }
  }
  return details;
}

json::value detail_value(const Detail& detail) {
  if (const auto* text = std::get_if<std::string>(&detail)) return json::value(*text);
  if (const auto* number = std::get_if<std::int64_t>(&detail)) return json::value(*number);
  json::array list;
  for (const auto& text : std::get<std::vector<std::string>>(detail)) list.emplace_back(text);
  return list;
}

}  // namespace

json::object error_body(const Error& error) {
  json::object details;
  for (const auto& [key, value] : error.details) details[key] = detail_value(value);
  return {{"error", std::string{to_string(error.code)}},
          {"message", error.message},
          {"detail", error.message},
          {"details", std::move(details)}};
}

Error parse_error(int status, std::string_view body) {
  json::error_code failure;
  const auto value = json::parse(json::string_view{body.data(), body.size()}, failure);
  const auto* object = failure ? nullptr : value.if_object();
  const auto code = object == nullptr ? std::nullopt : parse_error_code(text_at(*object, "error"));
  if (!code) {
    return {.code = code_of_status(status),
            .message = fmt::format("The server answered with status {} and no reason this program understands; "
                                   "something between here and Weighhouse may have answered: \"{}\".",
                                   status, printable(trim(body), 120))};
  }
  return {
      .code = *code, .message = text_at(*object, "message"), .details = parse_details(object_at(*object, "details"))};
}

}  // namespace weighhouse::client
