#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "db/connection.h"

namespace weighhouse::db {

// At most `limit` connections, opened when they are first needed and kept. Safe from any thread.
class Pool {
 public:
  using Open = std::function<Result<std::unique_ptr<Connection>>()>;
  Pool(std::size_t limit, std::chrono::milliseconds patience, Open open);

  // Goes back to its pool by itself; a broken one is closed instead.
  class Borrowed {
   public:
    Borrowed(Pool& pool, std::unique_ptr<Connection> connection) : pool_(&pool), connection_(std::move(connection)) {}
    Borrowed(Borrowed&&) = default;
    Borrowed& operator=(Borrowed&&) = delete;
    ~Borrowed();
    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }

   private:
    Pool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  // Waits while all are in use; kUnavailable when none came free in time.
  Result<Borrowed> borrow();

 private:
  void give_back(std::unique_ptr<Connection> connection);

  const std::size_t limit_;
  const std::chrono::milliseconds patience_;
  const Open open_;
  std::mutex mutex_;
  std::condition_variable came_free_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::size_t in_use_ = 0;
};

}  // namespace weighhouse::db
