#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "http/message.h"

namespace weighhouse::http::detail {

// Takes the head of one request apart. Knows no sockets. A head that others could understand differently, above all
// where its body ends, is refused.
class RequestParser {
 public:
  explicit RequestParser(std::size_t head_limit_bytes);
  ~RequestParser();

  struct Refusal {
    int status;
    Error error;
  };
  // How many of `bytes` were used up; call again with the rest and more until `head_is_complete`. The refusal of a
  // head that can never become a request ends the connection.
  tl::expected<std::size_t, Refusal> read_head(std::string_view bytes);
  bool head_is_complete() const;

  // Once the head is complete. What a handler sees, without what `admit` adds.
  Request take_request();
  bool keep_alive() const;
  bool is_http_1_0() const;
  bool is_chunked() const;
  bool has_body() const;
  // The sender waits for a word before it sends the body.
  bool expects_continue() const;

 private:
  class Machine;
  std::unique_ptr<Machine> machine_;
};

}  // namespace weighhouse::http::detail
