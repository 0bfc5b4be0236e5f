#include "http/server.h"

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <thread>
#include <utility>

#include "base/log.h"
#include "http/detail/io_thread.h"
#include "http/detail/listener.h"
#include "http/detail/reply_head.h"

namespace weighhouse::http {
namespace {

using namespace detail;

constexpr std::size_t kTransferThreads = 4;

// One listening socket and the loop that lets visitors in, each on the I/O thread whose turn it is.
class Door {
 public:
  Door(House& house, Listener listener, const std::vector<std::unique_ptr<IoThread>>& threads)
      : house_(house),
        listener_(std::move(listener)),
        threads_(threads),
        waiting_(threads.front()->io().get_executor(), ::dup(listener_.descriptor())) {}

  const Address& address() const { return listener_.address(); }

  Task<> run() {
    while (!house_.draining) {
      const auto [error] = co_await waiting_.async_wait(Waiting::wait_read, kAwait);
      if (error || house_.draining) break;
      const bool exhausted = !accept_all();
      if (exhausted) co_await pause();
    }
  }

  // On the door's own I/O thread.
  void close() {
    boost::system::error_code ignored;
    waiting_.close(ignored);
    listener_.close();
  }

 private:
  using Waiting = asio::posix::basic_stream_descriptor<Executor>;
  using Timer = asio::basic_waitable_timer<SteadyClock, asio::wait_traits<SteadyClock>, Executor>;

  // False when the system gives out no more descriptors for now.
  bool accept_all() {
    while (true) {
      auto visitor = listener_.accept();
      if (!visitor) {
        log::warning("A connection could not be accepted.", {{"reason", visitor.error().message}});
        return false;
      }
      if (!visitor->socket) return true;
      let_in(std::move(visitor).take());
    }
  }

  void let_in(Listener::Visitor visitor) {
    if (house_.connections >= house_.limits.connections) {
      turn_away(visitor, {ErrorCode::kUnavailable, "The server has as many connections as it takes. Try again soon."});
    } else {
      ++house_.connections;
      threads_[next_++ % threads_.size()]->adopt(std::move(visitor.socket), visitor.arrival, std::move(visitor.peer));
    }
  }

  // One attempt: a new socket has room for a few hundred bytes, and nobody waits for a client that is not let in.
  void turn_away(const Listener::Visitor& visitor, const Error& error) const {
    Request request;
    const Response response = house_.application.refuse(request, error);
    const auto& body = std::get<std::string>(response.body);
    const std::string text = reply_head(response, body.size(), {.keep_alive = false}) + body;
    (void)::send(visitor.socket.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    house_.application.record(request, {.status = response.status});
  }

  Task<> pause() {
    Timer timer{threads_.front()->io().get_executor(), std::chrono::milliseconds{100}};
    co_await timer.async_wait(kAwait);
  }

  House& house_;
  Listener listener_;
  const std::vector<std::unique_ptr<IoThread>>& threads_;
  Waiting waiting_;
  std::size_t next_ = 0;
};

class AsioServer final : public Server {
 public:
  AsioServer(Application& application, std::vector<Listener> listeners, const ServerLimits& limits)
      : house_{.application = application,
               .limits = limits,
               .bodies = MemoryBudget{limits.body_memory_bytes},
               .handlers = WorkerPool{limits.handler_threads, limits.queued_requests},
               .transfers = WorkerPool{kTransferThreads, limits.connections}} {
    for (std::size_t i = 0; i < std::max<std::size_t>(1, limits.io_threads); ++i) {
      threads_.push_back(std::make_unique<IoThread>(house_));
    }
    for (auto& listener : listeners) doors_.push_back(std::make_unique<Door>(house_, std::move(listener), threads_));
  }

  ~AsioServer() override {
    house_.handlers.join();
    house_.transfers.join();
  }

  std::vector<Address> addresses() const override {
    std::vector<Address> all;
    for (const auto& door : doors_) all.push_back(door->address());
    return all;
  }

  void run() override {
    for (const auto& door : doors_) asio::co_spawn(threads_.front()->io(), door->run(), asio::detached);
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < threads_.size(); ++i) {
      others.emplace_back([thread = threads_[i].get()] { thread->run(); });
    }
    threads_.front()->run();
  }

  void stop() override {
    if (house_.draining.exchange(true)) return;
    asio::post(threads_.front()->io(), [this] {
      for (const auto& door : doors_) door->close();
    });
    for (const auto& thread : threads_) thread->drain();
  }

 private:
  House house_;
  std::vector<std::unique_ptr<IoThread>> threads_;
  std::vector<std::unique_ptr<Door>> doors_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::listen(Application& application, const std::vector<Address>& addresses,
                                               const ServerLimits& limits) {
  // The kernel's sendfile knows no way to ask for an error instead of this signal.
  std::signal(SIGPIPE, SIG_IGN);
  std::vector<Listener> listeners;
  for (const Address& address : addresses) {
    for (auto& listener : TRY(Listener::bind(address))) listeners.push_back(std::move(listener));
  }
  return std::make_unique<AsioServer>(application, std::move(listeners), limits);
}

}  // namespace weighhouse::http
