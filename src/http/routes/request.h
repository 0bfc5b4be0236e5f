#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>

#include "http/message.h"
#include "registry/metadata_store.h"
#include "services/caller.h"

namespace weighhouse::http {

// What most handlers read of a request, and how they answer.

services::Caller caller_of(const Request& request);
// From {model} and, where the path has one, {namespace}.
Result<registry::ModelRef> model_of(const Request& request);
Result<registry::VersionRef> version_of(const Request& request);
Result<registry::VersionWord> alias_of(const Request& request);

// `length` of the query, from 1 to 1000; `fallback` where it is absent.
Result<std::size_t> length_of(const Request& request, std::size_t fallback);
// `tensors` of the query, from 0 to 100,000: how many of a report; 1,000 where it is absent.
Result<std::size_t> tensors_of(const Request& request);
std::string cursor_of(const Request& request);
// `at`, as a time.
Result<std::optional<Timestamp>> time_of(const Request& request, std::string_view name);
// true and 1, false and 0.
Result<bool> flag_of(const Request& request, std::string_view name, bool fallback);
// "If-Match: "12"": the revision; nothing where it is absent or "*".
Result<std::optional<std::int64_t>> revision_of(const Request& request);
// "If-Match: *": it must be there; "If-None-Match: *": it must not.
std::optional<bool> existence_of(const Request& request);

Response reply(boost::json::object body, int status = 200);
// With the revision as its ETag.
Response with_revision(Response response, std::int64_t revision);
Response reply_with_revision(boost::json::object body, std::int64_t revision, int status = 200);
// 412 where a precondition of the request was what failed.
Result<Response> as_precondition(Error error);
boost::json::value cursor_json(const std::string& cursor);

}  // namespace weighhouse::http
