#include "db/sql_store.h"

#include <array>
#include <thread>

#include "base/id.h"
#include "db/transaction.h"

namespace weighhouse::db {
namespace {

constexpr int kMostAttempts = 25;

// Longer with each attempt and never the same for two, so that those who clashed meet no more.
void wait_before(int attempt) {
  std::array<std::byte, 1> random{};
  fill_random(random);
  const int most_ms = std::min(2 << std::min(attempt, 6), 100);
  std::this_thread::sleep_for(std::chrono::milliseconds{1 + std::to_integer<int>(random[0]) * most_ms / 256});
}

// Runs `work` between begin and commit, and again when it clashed with another transaction.
Result<> run_in(Pool& pool, Access access, const ListLimits& lists,
                const std::function<Result<>(registry::Transaction&)>& work) {
  for (int attempt = 0;; ++attempt) {
    const auto connection = TRY(pool.borrow());
    auto done = connection->begin(access);
    if (done) {
      SqlTransaction rows{*connection, lists};
      try {
        done = work(rows);
      } catch (...) {
        connection->rollback();
        throw;
      }
      // A clash that `work` took for an answer is a clash all the same.
      if (done && !connection->conflicted()) done = connection->commit();
      if (done && !connection->conflicted()) return {};
      connection->rollback();
    }
    if (!connection->conflicted()) return done;
    if (attempt + 1 == kMostAttempts) {
      return fail(ErrorCode::kUnavailable,
                  "Others keep changing the same rows of the database. Try again in a moment.");
    }
    wait_before(attempt);
  }
}

}  // namespace

Result<> SqlStore::transact(const std::function<Result<>(registry::Transaction&)>& work) {
  return run_in(*writers_, Access::kWrite, lists_, work);
}

Result<> SqlStore::read(const std::function<Result<>(registry::Transaction&)>& work) const {
  return run_in(*readers_, Access::kRead, lists_, work);
}

Result<> SqlStore::copy_to(const std::string& path) const {
  const auto connection = TRY(readers_->borrow());
  return connection->copy_to(path);
}

}  // namespace weighhouse::db
