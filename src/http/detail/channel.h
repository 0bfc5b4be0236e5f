#pragma once

#include <atomic>
#include <string>

#include "http/application.h"
#include "http/detail/handoff.h"
#include "http/detail/memory_budget.h"
#include "http/detail/read_buffer.h"
#include "http/detail/socket.h"
#include "http/detail/worker_pool.h"
#include "http/server.h"

namespace weighhouse::http::detail {

// What all connections of a server share.
struct House {
  Application& application;
  const ServerLimits limits;
  MemoryBudget bodies;
  WorkerPool handlers;   // requests
  WorkerPool transfers;  // bodies: a handler that waits for something must not hold back anybody's bytes
  std::atomic<bool> draining{false};
  std::atomic<std::size_t> connections{0};
};

// One connection's way in and out.
struct Channel {
  Channel(House& of, asio::io_context& on, FileDescriptor connected, Arrival way, std::string from)
      : house(of), io(on), socket(on, std::move(connected)), handoff(on), arrival(way), peer(std::move(from)) {}

  House& house;
  asio::io_context& io;
  Socket socket;
  ReadBuffer unread{};
  Handoff handoff;
  Arrival arrival;
  std::string peer;
  bool may_be_interrupted = false;  // it waits for a client that has nothing to wait for
};

}  // namespace weighhouse::http::detail
