#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "base/result.h"

namespace weighhouse::store {

// Hands bytes from the thread that brings them to others that each see all of them in order: one hashes
// while one writes. The ring of buffers is small enough to stay in the processor's cache, so what is
// hashed has not left it since it was copied; its size is all the memory that an upload takes.
//
// What fits into one buffer never starts a thread. The buffers lie in one piece of memory, and a byte stands in
// it as it stands in the file, as far as kAlignment goes: so the disk can take it from there. For one producer.
class Relay {
 public:
  struct Shape {
    std::size_t buffer_bytes;
    std::size_t buffers;
  };
  static constexpr std::size_t kAlignment = 4096;

  struct Consumer {
    std::function<Result<>(std::uint64_t offset, std::span<const std::byte> bytes)> take;
    // As many as are ready, if they lie side by side: a disk that is behind catches up by larger pieces.
    // One at a time keeps the others supplied.
    bool takes_several = false;
  };

  // `offset` is where the first byte stands.
  Relay(Shape shape, std::uint64_t offset, std::vector<Consumer> consumers);
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;
  ~Relay();

  // Room for at least one byte; blocks while the consumers are behind. Fails, here and in all that follows,
  // with what a consumer failed with first.
  Result<std::span<std::byte>> room();
  // The first `count` bytes of that room are filled.
  void filled(std::size_t count);
  // No buffer holds bytes from both sides of this point.
  void cut();
  // Every consumer has seen every byte afterwards.
  Result<> drain();

 private:
  struct Buffer {
    std::byte* bytes = nullptr;
    std::size_t size = 0;
    std::uint64_t offset = 0;
  };
  struct Free {
    void operator()(std::byte* memory) const;
  };

  Buffer& current() { return buffers_[published_ % buffers_.size()]; }
  std::size_t capacity() const;
  void seal();
  // Of the buffers from number `first` on that are handed over, how many make one piece.
  std::uint64_t run_length(std::uint64_t first) const;
  void start_threads();
  void run(const std::stop_token& stop, std::size_t consumer);
  std::uint64_t slowest() const;
  Result<> failure() const;

  const Shape shape_;
  const std::vector<Consumer> consumers_;
  std::unique_ptr<std::byte, Free> memory_;
  std::vector<Buffer> buffers_;
  std::uint64_t next_offset_;
  std::size_t filling_ = 0;  // bytes in the current buffer

  std::mutex mutex_;
  std::condition_variable_any work_;
  std::condition_variable progress_;
  std::uint64_t published_ = 0;        // buffers handed over; also the number of the one being filled
  std::vector<std::uint64_t> passed_;  // of those, how many each consumer is done with
  std::optional<Error> failure_;

  std::vector<std::jthread> threads_;  // last: joined before what they use goes
};

}  // namespace weighhouse::store
