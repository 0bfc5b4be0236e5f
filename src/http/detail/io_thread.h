#pragma once

#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <unordered_map>

#include "http/detail/connection.h"

namespace weighhouse::http::detail {

// Some of the connections and the one thread that moves their bytes.
class IoThread {
 public:
  explicit IoThread(House& house) : house_(house), ticker_(io_.get_executor()) {}

  asio::io_context& io() { return io_; }

  // On any thread.
  void adopt(FileDescriptor connected, Arrival arrival, std::string peer);
  void drain();

  // Until it is drained: connections without a whole request end at once, the others after their reply, and what is
  // left after the drain time is cut.
  void run();

 private:
  using Timer = asio::basic_waitable_timer<SteadyClock, asio::wait_traits<SteadyClock>, Executor>;

  void start(FileDescriptor connected, Arrival arrival, std::string peer);
  void tick();
  void end_if_drained();

  House& house_;
  asio::io_context io_{1};
  Timer ticker_;
  SteadyClock::time_point drained_by_ = SteadyClock::time_point::max();
  std::unordered_map<Connection*, std::unique_ptr<Connection>> connections_;
};

}  // namespace weighhouse::http::detail
