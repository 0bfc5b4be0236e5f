#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "formats/report.h"

namespace weighhouse::formats::testing {

// Remembers what was read, to prove what was not. For one thread.
class WatchedAccess final : public RandomAccess {
 public:
  explicit WatchedAccess(const RandomAccess& file) : file_(file) {}

  std::uint64_t size_bytes() const override { return file_.size_bytes(); }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> buffer) const override {
    const auto count = TRY(file_.read_at(offset, buffer));
    reads_.push_back({offset, count});
    return count;
  }

  std::uint64_t bytes_read() const {
    std::uint64_t sum = 0;
    for (const auto& read : reads_) sum += read.length;
    return sum;
  }
  std::size_t calls() const { return reads_.size(); }
  bool touched(const Extent& extent) const {
    for (const auto& read : reads_) {
      if (read.offset < extent.offset + extent.length && extent.offset < read.offset + read.length) return true;
    }
    return false;
  }

 private:
  const RandomAccess& file_;
  mutable std::vector<Extent> reads_;
};

// A small head, then zeros up to `size_bytes`, then a tail: stands for a file of any size.
class SparseAccess final : public RandomAccess {
 public:
  SparseAccess(std::string head, std::uint64_t size_bytes, std::string tail = {})
      : head_(std::move(head)), tail_(std::move(tail)), size_bytes_(size_bytes) {}

  std::uint64_t size_bytes() const override { return size_bytes_; }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> buffer) const override {
    std::size_t count = 0;
    for (; count < buffer.size() && offset + count < size_bytes_; ++count) {
      const std::uint64_t at = offset + count;
      const std::uint64_t tail_begin = size_bytes_ - tail_.size();
      buffer[count] = at < head_.size()  ? static_cast<std::byte>(head_[static_cast<std::size_t>(at)])
                      : at >= tail_begin ? static_cast<std::byte>(tail_[static_cast<std::size_t>(at - tail_begin)])
                                         : std::byte{0};
    }
    return count;
  }

 private:
  std::string head_;
  std::string tail_;
  std::uint64_t size_bytes_;
};

// Fails every read, as a dying disk does.
class FailingAccess final : public RandomAccess {
 public:
  explicit FailingAccess(std::uint64_t size_bytes) : size_bytes_(size_bytes) {}
  std::uint64_t size_bytes() const override { return size_bytes_; }
  Result<std::size_t> read_at(std::uint64_t /*offset*/, std::span<std::byte> /*buffer*/) const override {
    return fail(ErrorCode::kUnavailable, "The disk does not answer.");
  }

 private:
  std::uint64_t size_bytes_;
};

}  // namespace weighhouse::formats::testing
