#include "store/local/relay.h"

#include <algorithm>
#include <utility>

namespace weighhouse::store {

Relay::Relay(Shape shape, std::uint64_t offset, std::vector<Consumer> consumers)
    : shape_(shape),
      consumers_(std::move(consumers)),
      buffers_(shape.buffers),
      next_offset_(offset),
      passed_(consumers_.size(), 0) {
  check(shape.buffers >= 2 && shape.buffer_bytes > 0, "a relay has two buffers or more");
}

Relay::~Relay() {
  for (auto& thread : threads_) thread.request_stop();
}

std::uint64_t Relay::slowest() const { return *std::ranges::min_element(passed_); }

Result<> Relay::failure() const {
  if (failure_) return fail(*failure_);
  return {};
}

Result<std::span<std::byte>> Relay::room() {
  if (filling_ == shape_.buffer_bytes) cut();
  {
    std::unique_lock lock{mutex_};
    progress_.wait(lock, [&] { return failure_ || published_ - slowest() < buffers_.size(); });
    TRY(failure());
  }
  Buffer& buffer = current();
  if (!buffer.bytes) buffer.bytes = std::make_unique_for_overwrite<std::byte[]>(shape_.buffer_bytes);
  return std::span{buffer.bytes.get() + filling_, shape_.buffer_bytes - filling_};
}

void Relay::filled(std::size_t count) { filling_ += count; }

void Relay::cut() {
  if (filling_ == 0) return;
  if (threads_.empty()) start_threads();
  seal();
  {
    const std::lock_guard lock{mutex_};
    ++published_;
  }
  work_.notify_all();
}

void Relay::seal() {
  Buffer& buffer = current();
  buffer.offset = next_offset_;
  buffer.size = std::exchange(filling_, 0);
  next_offset_ += buffer.size;
}

Result<> Relay::drain() {
  if (filling_ > 0 && threads_.empty()) {
    seal();
    const Buffer& buffer = current();
    for (const auto& consumer : consumers_) {
      auto consumed = consumer(buffer.offset, {buffer.bytes.get(), buffer.size});
      if (!consumed && !failure_) failure_ = std::move(consumed).error();
    }
    return failure();
  }
  cut();
  std::unique_lock lock{mutex_};
  progress_.wait(lock, [&] { return slowest() == published_; });
  return failure();
}

void Relay::start_threads() {
  for (std::size_t i = 0; i < consumers_.size(); ++i) {
    threads_.emplace_back([this, i](const std::stop_token& stop) { run(stop, i); });
  }
}

void Relay::run(const std::stop_token& stop, std::size_t consumer) {
  std::unique_lock lock{mutex_};
  for (;;) {
    if (!work_.wait(lock, stop, [&] { return passed_[consumer] < published_; })) return;
    const Buffer& buffer = buffers_[passed_[consumer] % buffers_.size()];
    if (!failure_) {
      lock.unlock();
      auto consumed = consumers_[consumer](buffer.offset, {buffer.bytes.get(), buffer.size});
      lock.lock();
      if (!consumed && !failure_) failure_ = std::move(consumed).error();
    }
    ++passed_[consumer];
    progress_.notify_all();
  }
}

}  // namespace weighhouse::store
