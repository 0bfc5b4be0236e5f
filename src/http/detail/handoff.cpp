#include "http/detail/handoff.h"

#include <boost/asio/post.hpp>
#include <utility>

namespace weighhouse::http::detail {

std::function<void()> Handoff::wrapped(std::function<void()> work) {
  return [this, work = std::move(work)] {
    work();
    asio::post(io_, [this] {
      running_ = false;
      signal_.cancel();
    });
  };
}

bool Handoff::offer(WorkerPool& pool, std::function<void()> work) {
  running_ = pool.offer(wrapped(std::move(work)));
  return running_;
}

void Handoff::submit(WorkerPool& pool, std::function<void()> work) {
  running_ = true;
  pool.submit(wrapped(std::move(work)));
}

Task<> Handoff::ended() {
  while (running_) co_await signal_.async_wait(kAwait);
}

}  // namespace weighhouse::http::detail
