#pragma once

#include <cstdint>
#include <string_view>
#include <type_traits>

namespace weighhouse::formats::detail {

// An unsigned number from the bytes at `offset`, lowest first. The caller has checked that they are there.
template <class Number>
Number load_little_endian(std::string_view bytes, std::size_t offset = 0) {
  static_assert(std::is_unsigned_v<Number> && sizeof(Number) > 1);
  Number value = 0;
  for (std::size_t i = sizeof(Number); i-- > 0;) {
    value = static_cast<Number>((value << 8U) | static_cast<std::uint8_t>(bytes[offset + i]));
  }
  return value;
}

}  // namespace weighhouse::formats::detail
