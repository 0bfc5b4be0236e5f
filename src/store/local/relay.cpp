#include "store/local/relay.h"

#include <algorithm>
#include <new>
#include <utility>

namespace weighhouse::store {

Relay::Relay(Shape shape, std::uint64_t offset, std::vector<Consumer> consumers)
    : shape_(shape),
      consumers_(std::move(consumers)),
      memory_(static_cast<std::byte*>(::operator new(shape.buffer_bytes* shape.buffers, std::align_val_t{kAlignment}))),
      buffers_(shape.buffers),
      next_offset_(offset),
      passed_(consumers_.size(), 0) {
  check(shape.buffers >= 2 && shape.buffer_bytes >= kAlignment && shape.buffer_bytes % kAlignment == 0,
        "a relay has two buffers or more, of whole pages");
}

void Relay::Free::operator()(std::byte* memory) const { ::operator delete(memory, std::align_val_t{kAlignment}); }

Relay::~Relay() {
  for (auto& thread : threads_) thread.request_stop();
}

std::uint64_t Relay::slowest() const { return *std::ranges::min_element(passed_); }

Result<> Relay::failure() const {
  if (failure_) return fail(*failure_);
  return {};
}

// The first buffer behind a cut begins as far into its first page as its bytes do in the file.
std::size_t Relay::capacity() const { return shape_.buffer_bytes - next_offset_ % kAlignment; }

Result<std::span<std::byte>> Relay::room() {
  if (filling_ == capacity()) cut();
  {
    std::unique_lock lock{mutex_};
    progress_.wait(lock, [&] { return failure_ || published_ - slowest() < buffers_.size(); });
    TRY(failure());
  }
  Buffer& buffer = current();
  buffer.bytes = memory_.get() + published_ % buffers_.size() * shape_.buffer_bytes + next_offset_ % kAlignment;
  return std::span{buffer.bytes + filling_, capacity() - filling_};
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
      auto consumed = consumer.take(buffer.offset, {buffer.bytes, buffer.size});
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

std::uint64_t Relay::run_length(std::uint64_t first) const {
  std::uint64_t count = 1;
  for (; first + count < published_; ++count) {
    const Buffer& previous = buffers_[(first + count - 1) % buffers_.size()];
    if (buffers_[(first + count) % buffers_.size()].bytes != previous.bytes + previous.size) break;
  }
  return count;
}

void Relay::run(const std::stop_token& stop, std::size_t consumer) {
  std::unique_lock lock{mutex_};
  for (;;) {
    if (!work_.wait(lock, stop, [&] { return passed_[consumer] < published_; })) return;
    const Buffer first = buffers_[passed_[consumer] % buffers_.size()];
    const std::uint64_t count = consumers_[consumer].takes_several ? run_length(passed_[consumer]) : 1;
    const Buffer& last = buffers_[(passed_[consumer] + count - 1) % buffers_.size()];
    const std::span<const std::byte> bytes{first.bytes, last.bytes + last.size};
    if (!failure_) {
      lock.unlock();
      auto consumed = consumers_[consumer].take(first.offset, bytes);
      lock.lock();
      if (!consumed && !failure_) failure_ = std::move(consumed).error();
    }
    passed_[consumer] += count;
    progress_.notify_all();
  }
}

}  // namespace weighhouse::store
