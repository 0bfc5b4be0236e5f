#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/digest.h"

namespace weighhouse::store::detail {

// SHA-256 that can be saved after any byte: the midstate stands at the last multiple of 64, and the fewer
// than 64 bytes behind it are read again from where they were written.
class ResumableSha256 {
 public:
  ResumableSha256() = default;
  explicit ResumableSha256(const Sha256::Midstate& state) : hash_(state) {}

  void update(std::span<const std::byte> bytes);
  std::uint64_t size_bytes() const { return hash_.size_bytes() + tail_size_; }
  Sha256::Midstate midstate() const { return hash_.midstate(); }
  Digest finish() &&;

 private:
  Sha256 hash_;
  std::array<std::byte, 64> tail_{};
  std::size_t tail_size_ = 0;
};

}  // namespace weighhouse::store::detail
