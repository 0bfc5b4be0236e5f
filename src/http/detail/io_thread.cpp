#include "http/detail/io_thread.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <exception>
#include <utility>

#include "base/log.h"

namespace weighhouse::http::detail {
namespace {

constexpr std::chrono::milliseconds kTick{200};
// What a cut connection needs to notice; only a handler that does not return takes longer.
constexpr std::chrono::seconds kAfterTheCut{5};

}  // namespace

void IoThread::adopt(FileDescriptor connected, Arrival arrival, std::string peer) {
  // A handler of Asio must be copyable.
  const auto socket = std::make_shared<FileDescriptor>(std::move(connected));
  asio::post(io_, [this, socket, arrival, peer = std::move(peer)] { start(std::move(*socket), arrival, peer); });
}

void IoThread::start(FileDescriptor connected, Arrival arrival, std::string peer) {
  auto owned = std::make_unique<Connection>(house_, io_, std::move(connected), arrival, std::move(peer));
  Connection* connection = owned.get();
  connections_.emplace(connection, std::move(owned));
  asio::co_spawn(io_, connection->run(), [this, connection](const std::exception_ptr& failure) {
    if (failure) log::error("A connection failed in a way it should not.");
    connections_.erase(connection);
    end_if_drained();
  });
}

void IoThread::drain() {
  asio::post(io_, [this] {
    drained_by_ = SteadyClock::now() + house_.limits.drain_time;
    for (const auto& [connection, owned] : connections_) connection->drain();
    end_if_drained();
  });
}

void IoThread::end_if_drained() {
  if (drained_by_ != SteadyClock::time_point::max() && connections_.empty()) ticker_.cancel();
}

void IoThread::tick() {
  const auto now = SteadyClock::now();
  for (const auto& [connection, owned] : connections_) connection->tick(now);
  if (now >= drained_by_) {
    for (const auto& [connection, owned] : connections_) connection->cut();
    if (now - kAfterTheCut >= drained_by_) {
      io_.stop();
      return;
    }
  }
  if (drained_by_ != SteadyClock::time_point::max() && connections_.empty()) return;
  ticker_.expires_after(kTick);
  ticker_.async_wait([this](const boost::system::error_code& error) {
    if (!error) tick();
  });
}

void IoThread::run() {
  tick();
  io_.run();
}

}  // namespace weighhouse::http::detail
