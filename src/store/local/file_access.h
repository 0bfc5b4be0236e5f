#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "base/bytes.h"
#include "store/local/file_system.h"

namespace weighhouse::store {

// An open file of so many bytes, to be read anywhere.
class FileAccess final : public RandomAccess {
 public:
  FileAccess(std::unique_ptr<File> file, std::uint64_t size_bytes) : file_(std::move(file)), size_bytes_(size_bytes) {}
  std::uint64_t size_bytes() const override { return size_bytes_; }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> buffer) const override {
    return file_->read_at(offset, buffer);
  }

 private:
  const std::unique_ptr<File> file_;
  const std::uint64_t size_bytes_;
};

}  // namespace weighhouse::store
