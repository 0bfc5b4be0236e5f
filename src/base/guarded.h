#pragma once

#include <mutex>
#include <utility>

namespace weighhouse {

// A value out of reach without its lock:  auto queue = queue_.lock(); queue->push_back(x);
template <class T>
class Guarded {
 public:
  class Access {
   public:
    Access(std::unique_lock<std::mutex> lock, T& value) : lock_(std::move(lock)), value_(value) {}
    T* operator->() { return &value_; }
    T& operator*() { return value_; }
    // For condition variables.
    std::unique_lock<std::mutex>& unique_lock() { return lock_; }

   private:
    std::unique_lock<std::mutex> lock_;
    T& value_;
  };

  Guarded() = default;
  explicit Guarded(T value) : value_(std::move(value)) {}

  Access lock() { return Access{std::unique_lock{mutex_}, value_}; }

 private:
  std::mutex mutex_;
  T value_{};
};

}  // namespace weighhouse
