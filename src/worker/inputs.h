#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "worker/order.h"

namespace weighhouse::worker {

// A descriptor from its start, which must stay open; it is somebody else's.
class DescriptorAccess final : public RandomAccess {
 public:
  static Result<DescriptorAccess> open(int descriptor);

  std::uint64_t size_bytes() const override { return size_bytes_; }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> buffer) const override;

 private:
  DescriptorAccess(int descriptor, std::uint64_t size_bytes) : descriptor_(descriptor), size_bytes_(size_bytes) {}
  int descriptor_;
  std::uint64_t size_bytes_;
};

// A stretch of another, which it borrows.
class PartAccess final : public RandomAccess {
 public:
  // The stretch must lie within.
  PartAccess(const RandomAccess& whole, std::uint64_t offset, std::uint64_t size_bytes)
      : whole_(whole), offset_(offset), size_bytes_(size_bytes) {}

  std::uint64_t size_bytes() const override { return size_bytes_; }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> buffer) const override;

 private:
  const RandomAccess& whole_;
  std::uint64_t offset_;
  std::uint64_t size_bytes_;
};

Result<> write_output(OrderContext& order, const std::string& name, std::string_view bytes);

}  // namespace weighhouse::worker
