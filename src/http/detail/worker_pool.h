#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace weighhouse::http::detail {

// Threads that run what the I/O room must not wait for, in the order it was given.
class WorkerPool {
 public:
  WorkerPool(std::size_t threads, std::size_t queue_limit);
  ~WorkerPool() { join(); }

  // What is running ends; what still waits is dropped.
  void join();

  // False, at once, when the queue is full.
  bool offer(std::function<void()> work);
  // For the next step of something that was let in already, so that there is never more than one of each.
  void submit(std::function<void()> work);

 private:
  void run(const std::stop_token& stop);

  const std::size_t queue_limit_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<std::function<void()>> queue_;
  std::vector<std::jthread> threads_;
};

}  // namespace weighhouse::http::detail
