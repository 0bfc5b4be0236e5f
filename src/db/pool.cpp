#include "db/pool.h"

namespace weighhouse::db {

Pool::Pool(std::size_t limit, std::chrono::milliseconds patience, Open open)
    : limit_(limit), patience_(patience), open_(std::move(open)) {}

Pool::Borrowed::~Borrowed() {
  if (connection_) pool_->give_back(std::move(connection_));
}

Result<Pool::Borrowed> Pool::borrow() {
  {
    std::unique_lock lock{mutex_};
    if (!came_free_.wait_for(lock, patience_, [&] { return !idle_.empty() || in_use_ < limit_; })) {
      return fail(ErrorCode::kUnavailable, "The database is busy with other work. Try again in a moment.");
    }
    ++in_use_;
    if (!idle_.empty()) {
      // The one used last has the warmest cache.
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return Borrowed{*this, std::move(connection)};
    }
  }
  auto opened = open_();
  if (!opened) {
    give_back(nullptr);
    return fail(std::move(opened).error());
  }
  return Borrowed{*this, std::move(opened).take()};
}

void Pool::give_back(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock{mutex_};
    --in_use_;
    if (connection && !connection->broken()) idle_.push_back(std::move(connection));
  }
  came_free_.notify_one();
}

}  // namespace weighhouse::db
