#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "http/message.h"

namespace weighhouse::http::detail {

struct ReplyForm {
  bool keep_alive = true;
  bool http_1_0 = false;
  bool head_only = false;  // of a HEAD request: the length is said, the body is not sent
};

// Status line and headers up to the empty line. Without `length` the body is chunked, or ends with the connection.
std::string reply_head(const Response& response, std::optional<std::uint64_t> length, const ReplyForm& form);

// 1xx, 204 and 304 have no body and say no length.
bool status_has_body(int status);

// As "event:", "id:" and "data:" lines.
void append_event(std::string& text, const ServerEvent& event);

}  // namespace weighhouse::http::detail
