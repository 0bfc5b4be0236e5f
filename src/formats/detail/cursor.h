#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace weighhouse::formats::detail {

// Reads headers of a file from front to back and jumps over what is not one. Reading ahead begins small after each
// jump and doubles while reading goes on, so that long headers cost few calls and skipped tensors few bytes.
//
// Reading past the end or beyond the budget is a `malformed` error, with how many bytes are missing.
class Cursor {
 public:
  Cursor(const RandomAccess& file, std::uint64_t budget_bytes) : file_(file), budget_(budget_bytes) {}

  std::uint64_t position() const { return window_offset_ + window_used_; }
  std::uint64_t size_bytes() const { return file_.size_bytes(); }
  std::uint64_t remaining() const { return size_bytes() - position(); }

  // Numbers are little-endian unless told otherwise.
  void set_big_endian(bool big) { big_endian_ = big; }

  Result<> read(std::span<std::byte> buffer);
  Result<std::string> read_text(std::uint64_t length);
  template <std::unsigned_integral T>
  Result<T> read_number();

  // Up to `count` (at most 64) bytes that come next, fewer only at the end. Valid until the next call.
  Result<std::span<const std::byte>> peek(std::size_t count);

  // Never past the end.
  Result<> skip(std::uint64_t length);
  Result<> move_to(std::uint64_t position);

 private:
  Result<> fill();

  const RandomAccess& file_;
  std::uint64_t budget_;
  bool big_endian_ = false;
  std::uint64_t window_offset_ = 0;
  std::size_t window_used_ = 0;
  std::size_t next_window_bytes_ = 512;
  std::vector<std::byte> window_;
};

template <std::unsigned_integral T>
Result<T> Cursor::read_number() {
  std::array<std::byte, sizeof(T)> bytes{};
  TRY(read(bytes));
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    const std::size_t shift = 8 * (big_endian_ ? sizeof(T) - 1 - i : i);
    value |= std::to_integer<std::uint64_t>(bytes[i]) << shift;
  }
  return static_cast<T>(value);
}

}  // namespace weighhouse::formats::detail
