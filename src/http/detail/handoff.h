#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>

#include "http/detail/asio.h"
#include "http/detail/worker_pool.h"

namespace weighhouse::http::detail {

// One piece of work at a time on a worker pool, for a coroutine that may do something else until it ends. Whoever
// starts work must wait for `ended` before it goes away.
class Handoff {
 public:
  explicit Handoff(asio::io_context& io) : io_(io), signal_(io.get_executor(), Timer::time_point::max()) {}

  // False when the pool's queue is full.
  bool offer(WorkerPool& pool, std::function<void()> work);
  void submit(WorkerPool& pool, std::function<void()> work);
  Task<> ended();
  bool running() const { return running_; }

 private:
  using Timer =
      asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Executor>;

  std::function<void()> wrapped(std::function<void()> work);

  asio::io_context& io_;
  Timer signal_;
  bool running_ = false;
};

}  // namespace weighhouse::http::detail
