#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "formats/report.h"

namespace weighhouse::encoders::detail {

// The tensors of a safetensors file: F32, F16 or BF16, read as F32.
class TensorFile {
 public:
  // Borrows the file. kInvalidArgument when it is no well-formed safetensors file.
  static Result<TensorFile> open(const RandomAccess& file);

  const formats::Report& report() const { return report_; }
  // Stands before every name that is read from now on.
  void set_prefix(std::string prefix) { prefix_ = std::move(prefix); }

  // Appends the tensor's numbers. kInvalidArgument, naming the tensor, when it is missing, of another shape or type, or
  // holds what is not finite.
  Result<> read(const std::string& name, const std::vector<std::size_t>& shape, std::vector<float>& values) const;

 private:
  TensorFile(const RandomAccess& file, formats::Report report) : file_(file), report_(std::move(report)) {}
  Result<> read_bytes(std::uint64_t offset, std::span<std::byte> bytes, const std::string& name) const;

  const RandomAccess& file_;
  formats::Report report_;
  std::string prefix_{};
};

}  // namespace weighhouse::encoders::detail
