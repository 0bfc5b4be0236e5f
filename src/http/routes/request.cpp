#include "http/routes/request.h"

#include "base/text.h"
#include "wire/json_text.h"

namespace weighhouse::http {

services::Caller caller_of(const Request& request) { return {request.identity, request.request_id}; }

Result<registry::ModelRef> model_of(const Request& request) {
  auto name = TRY(registry::ModelName::parse(request.parameter("model")));
  std::optional<registry::Namespace> name_space;
  for (const auto& [key, value] : request.parameters) {
    if (key == "namespace") name_space = TRY(registry::Namespace::parse(value));
  }
  return registry::ModelRef{std::move(name_space), std::move(name)};
}

Result<registry::VersionRef> version_of(const Request& request) {
  return registry::parse_version_ref(request.parameter("version"));
}

Result<registry::VersionWord> alias_of(const Request& request) {
  return registry::VersionWord::parse(request.parameter("alias"));
}

Result<std::size_t> length_of(const Request& request, std::size_t fallback) {
  const auto text = request.query_value("length");
  if (!text) return fallback;
  const auto length = parse_int(*text);
  if (!length || *length < 1 || *length > 1000) {
    return fail(ErrorCode::kInvalidArgument,
                "length is a number from 1 to 1000, not \"" + printable(*text, 40) + "\".");
  }
  return static_cast<std::size_t>(*length);
}

Result<std::size_t> tensors_of(const Request& request) {
  const auto text = request.query_value("tensors").value_or("1000");
  const auto tensors = parse_int(text);
  if (tensors && *tensors >= 0 && *tensors <= 100'000) return static_cast<std::size_t>(*tensors);
  return fail(ErrorCode::kInvalidArgument,
              "tensors is a number from 0 to 100000, not \"" + printable(text, 40) + "\".");
}

std::string cursor_of(const Request& request) { return request.query_value("cursor").value_or(""); }

Result<std::optional<Timestamp>> time_of(const Request& request, std::string_view name) {
  const auto text = request.query_value(name);
  if (!text) return std::optional<Timestamp>{};
  const auto at = TRY(Timestamp::parse(*text));
  return std::optional<Timestamp>{at};
}

Result<bool> flag_of(const Request& request, std::string_view name, bool fallback) {
  const auto text = request.query_value(name);
  if (!text) return fallback;
  if (*text == "true" || *text == "1" || text->empty()) return true;
  if (*text == "false" || *text == "0") return false;
  return fail(ErrorCode::kInvalidArgument,
              std::string{name} + " is true or false, not \"" + printable(*text, 40) + "\".");
}

Result<std::optional<std::int64_t>> revision_of(const Request& request) {
  const auto header = request.headers.find("If-Match");
  if (!header || trim(*header) == "*") return std::optional<std::int64_t>{};
  auto text = trim(*header);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  const auto revision = parse_int(text);
  if (!revision) {
    return fail(ErrorCode::kInvalidArgument,
                "If-Match takes the ETag that was read, for example \"12\", not " + printable(*header, 60) + ".");
  }
  return std::optional<std::int64_t>{*revision};
}

std::optional<bool> existence_of(const Request& request) {
  const auto is_any = [&](const char* name) {
    const auto header = request.headers.find(name);
    return header && trim(*header) == "*";
  };
  if (is_any("If-Match")) return true;
  if (is_any("If-None-Match")) return false;
  return std::nullopt;
}

Response reply(boost::json::object body, int status) { return Response::json(status, wire::to_text(body)); }

Response with_revision(Response response, std::int64_t revision) {
  response.headers.set("ETag", "\"" + std::to_string(revision) + "\"");
  return response;
}

Response reply_with_revision(boost::json::object body, std::int64_t revision, int status) {
  return with_revision(reply(std::move(body), status), revision);
}

Result<Response> as_precondition(Error error) {
  for (const auto& [name, value] : error.details) {
    const auto* reason = std::get_if<std::string>(&value);
    if (name == "reason" && reason != nullptr && *reason == "changed") return error_response(error, 412);
  }
  return fail(std::move(error));
}

boost::json::value cursor_json(const std::string& cursor) {
  return cursor.empty() ? boost::json::value(nullptr) : boost::json::value(cursor);
}

}  // namespace weighhouse::http
