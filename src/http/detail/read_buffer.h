#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace weighhouse::http::detail {

// Bytes that came from a socket and wait to be read. Grows up to what `space` is asked for.
class ReadBuffer {
 public:
  std::string_view readable() const { return {bytes_.data() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }

  void consume(std::size_t count) {
    begin_ += count;
    if (begin_ == end_) begin_ = end_ = 0;
  }

  // Room behind what is readable, at least one byte and never more than `limit` in all; empty when that is reached.
  std::span<char> space(std::size_t limit) {
    if (begin_ > 0) {
      std::memmove(bytes_.data(), bytes_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    if (end_ == bytes_.size() && end_ < limit)
      bytes_.resize(std::min(limit, bytes_.empty() ? kFirst : 2 * bytes_.size()));
    return std::span{bytes_}.subspan(end_);
  }
  void filled(std::size_t count) { end_ += count; }

  // Gives memory back, unless something is still to be read: all of it, or what is more than most requests need.
  void release() {
    if (empty()) bytes_ = {};
  }
  void shrink() {
    if (bytes_.size() > 2 * kFirst) release();
  }

 private:
  static constexpr std::size_t kFirst = 4096;
  std::vector<char> bytes_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace weighhouse::http::detail
