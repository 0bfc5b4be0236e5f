#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "formats/report.h"

namespace weighhouse::formats::detail {

// A buffer of fixed size over a file: neighbours that are small are read together, long runs in few calls.
class Window {
 public:
  static constexpr std::size_t kBytes = std::size_t{1} << 20U;

  explicit Window(const RandomAccess& file) : file_(file) {}

  // Exactly `count` bytes, at most kBytes. Valid until the next call.
  Result<std::span<const std::byte>> at(std::uint64_t offset, std::size_t count);

 private:
  const RandomAccess& file_;
  std::uint64_t offset_ = 0;
  std::size_t size_ = 0;
  std::vector<std::byte> bytes_;
};

// Tensors may share bytes, but when all of them together are many times their file, someone wants it read forever:
// kResourceExhausted.
Result<> refuse_endless_sharing(const RandomAccess& file, const std::vector<Tensor>& tensors);

}  // namespace weighhouse::formats::detail
