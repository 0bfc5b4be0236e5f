#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace weighhouse::onnx {

// Bytes of a file in memory without a copy of them: the system reads what is touched.
class Mapping {
 public:
  // [offset, offset + length) of the open file; kInvalidArgument when it ends before.
  static Result<Mapping> of(int descriptor, std::uint64_t offset, std::uint64_t length, const std::string& name);
  Mapping() = default;
  Mapping(Mapping&& other) noexcept;
  Mapping& operator=(Mapping&& other) noexcept;
  ~Mapping();

  const void* data() const { return data_; }
  std::size_t size() const { return size_; }

 private:
  void* mapped_ = nullptr;
  std::size_t mapped_size_ = 0;
  const void* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace weighhouse::onnx
