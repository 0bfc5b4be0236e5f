#pragma once

#include <memory>
#include <optional>

#include "http/detail/body_reader.h"
#include "http/detail/channel.h"
#include "http/detail/request_parser.h"

namespace weighhouse::http::detail {

// One request, from the end of its head to the last byte of its reply.
class Exchange {
 public:
  Exchange(Channel& channel, RequestParser& parser);

  // False when the connection cannot carry another request.
  Task<bool> run();

 private:
  Task<> admit();
  Task<> take_body();
  Task<> collect(std::uint64_t limit);
  Task<> stream(std::uint64_t limit);
  Task<> answer();
  Task<bool> reply();
  Task<> talk(SocketSession& session);
  Task<bool> discard_rest();

  void refuse(Error error, std::optional<int> status = {});
  void refuse_size(std::uint64_t limit);
  void refuse_memory();
  // By how the body ended; nothing to say to a peer that is gone.
  void refuse_broken_body();
  bool rest_is_worth_reading() const;

  Channel& channel_;
  RequestParser& parser_;
  Request request_;
  BodyReader body_;
  Application::Admission admission_{};
  std::optional<Response> response_{};
  SteadyClock::time_point began_ = SteadyClock::now();
  bool continue_sent_ = false;
};

}  // namespace weighhouse::http::detail
