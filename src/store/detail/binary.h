#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

// Fixed little-endian records: block tables and the state of uploads.
namespace weighhouse::store::detail {

class RecordWriter {
 public:
  template <std::unsigned_integral T>
  void number(T value) {
    for (std::size_t i = 0; i < sizeof value; ++i) {
      bytes_ += static_cast<char>(static_cast<unsigned char>(value & 0xffU));
      if constexpr (sizeof value > 1) value = static_cast<T>(value >> 8U);
    }
  }
  void raw(std::span<const std::byte> bytes) {
    bytes_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  void raw(std::string_view bytes) { bytes_ += bytes; }

  const std::string& bytes() const { return bytes_; }
  std::string take() && { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reads what RecordWriter wrote. Past the end it yields zeros and is no longer `whole`.
class RecordReader {
 public:
  explicit RecordReader(std::string_view bytes) : bytes_(bytes) {}

  template <std::unsigned_integral T>
  T number() {
    std::array<std::byte, sizeof(T)> raw_bytes{};
    raw(raw_bytes);
    T value = 0;
    for (std::size_t i = sizeof(T); i-- > 0;) {
      if constexpr (sizeof(T) > 1) value = static_cast<T>(value << 8U);
      value = static_cast<T>(value | std::to_integer<T>(raw_bytes[i]));
    }
    return value;
  }
  void raw(std::span<std::byte> out) {
    if (bytes_.size() < out.size()) {
      whole_ = false;
      bytes_ = {};
      return;
    }
    std::memcpy(out.data(), bytes_.data(), out.size());
    bytes_.remove_prefix(out.size());
  }

  std::size_t left() const { return bytes_.size(); }
  bool whole() const { return whole_; }

 private:
  std::string_view bytes_;
  bool whole_ = true;
};

}  // namespace weighhouse::store::detail
