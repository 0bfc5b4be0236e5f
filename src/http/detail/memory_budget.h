#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace weighhouse::http::detail {

// What all bodies on their way in may hold together. Safe from any thread.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::uint64_t limit_bytes) : left_(static_cast<std::int64_t>(limit_bytes)) {}

  class Share {
   public:
    explicit Share(MemoryBudget& budget) : budget_(budget) {}
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    ~Share() { budget_.left_.fetch_add(held_); }

    // False, and nothing more held, when the budget does not allow it.
    bool grow(std::uint64_t bytes) {
      const auto wanted = static_cast<std::int64_t>(bytes);
      if (budget_.left_.fetch_sub(wanted) < wanted) {
        budget_.left_.fetch_add(wanted);
        return false;
      }
      held_ += wanted;
      return true;
    }

   private:
    MemoryBudget& budget_;
    std::int64_t held_ = 0;
  };

 private:
  std::atomic<std::int64_t> left_;
};

}  // namespace weighhouse::http::detail
