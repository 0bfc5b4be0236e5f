#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weighhouse::formats::testing {

// Builds a GGUF file, true or not, in either byte order. Dimensions are given as in the file, innermost first.
class GgufWriter {
 public:
  explicit GgufWriter(std::uint32_t version = 3, bool big_endian = false)
      : version_(version), big_endian_(big_endian) {}

  // A pair with a value written by the caller, after its type.
  GgufWriter& pair(std::string_view key, std::uint32_t type, std::string_view value) {
    pairs_ += text(key) + number(type, 4) + std::string{value};
    ++pair_count_;
    return *this;
  }
  GgufWriter& pair(std::string_view key, std::string_view value) { return pair(key, 8, text(value)); }
  GgufWriter& pair(std::string_view key, std::uint32_t value) { return pair(key, 4, number(value, 4)); }

  GgufWriter& tensor(std::string_view name, const std::vector<std::uint64_t>& shape, std::uint32_t type,
                     std::uint64_t offset) {
    tensors_ += text(name) + number(shape.size(), 4);
    for (const auto size : shape) tensors_ += number(size, 8);
    tensors_ += number(type, 4) + number(offset, 8);
    ++tensor_count_;
    return *this;
  }

  // With `data` at the next multiple of `alignment`.
  std::string finish(std::string_view data = {}, std::size_t alignment = 32) const {
    std::string file =
        "GGUF" + number(version_, 4) + number(tensor_count_, 8) + number(pair_count_, 8) + pairs_ + tensors_;
    file.append((alignment - file.size() % alignment) % alignment, '\0');
    return file + std::string{data};
  }

  std::string number(std::uint64_t value, std::size_t count) const {
    std::string bytes;
    for (std::size_t i = 0; i < count; ++i) {
      bytes += static_cast<char>(value >> (8 * (big_endian_ ? count - 1 - i : i)) & 0xFFU);
    }
    return bytes;
  }
  std::string text(std::string_view value) const { return number(value.size(), 8) + std::string{value}; }

 private:
  std::uint32_t version_;
  bool big_endian_;
  std::string pairs_;
  std::string tensors_;
  std::uint64_t pair_count_ = 0;
  std::uint64_t tensor_count_ = 0;
};

}  // namespace weighhouse::formats::testing
