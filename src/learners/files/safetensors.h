#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "formats/report.h"

namespace weighhouse::learners {

// A tensor of a safetensors file to be written; the bytes are borrowed.
struct TensorPart {
  std::string name;
  const char* type;  // "F32", "I64"
  std::vector<std::size_t> shape;
  std::string_view bytes;
};

template <class T>
std::string_view bytes_of(std::span<const T> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

// Equal parts and metadata give equal bytes. The data begin at a multiple of 8 bytes, so that readers may map them.
std::string write_safetensors(std::span<const TensorPart> parts, boost::json::object metadata);

// Reads what `write_safetensors` wrote. Every failure is kInvalidArgument and begins with "This is not a WHAT that can
// be loaded", but for a file beyond the limit, which is kResourceExhausted.
class SafetensorsReader {
 public:
  // Borrows the file.
  static Result<SafetensorsReader> open(const RandomAccess& file, std::string_view what, std::uint64_t limit_bytes);

  tl::unexpected<Error> refused(const std::string& reason) const;

  // Of the metadata.
  Result<std::string> text(std::string_view key) const;
  bool has_text(std::string_view key) const;
  Result<float> positive(std::string_view key) const;
  Result<std::size_t> count(std::string_view key) const;  // from 1 to 65,536

  // `shape` leaves open with -1 what the file decides.
  Result<std::vector<float>> floats(std::string_view name, const std::vector<std::int64_t>& shape) const;  // finite
  Result<std::vector<std::uint64_t>> integers(std::string_view name, const std::vector<std::int64_t>& shape) const;

 private:
  SafetensorsReader(const RandomAccess& file, std::string_view what, formats::Report report)
      : file_(file), what_(what), report_(std::move(report)) {}
  template <class T>
  Result<std::vector<T>> tensor(std::string_view name, std::string_view type,
                                const std::vector<std::int64_t>& shape) const;

  const RandomAccess& file_;
  std::string what_;
  formats::Report report_;
};

}  // namespace weighhouse::learners
