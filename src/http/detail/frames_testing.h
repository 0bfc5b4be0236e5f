#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace weighhouse::http::detail::frames_testing {

// A frame as a client sends it; `first` is the byte with the final bit and the kind.
inline std::string masked(unsigned first, std::string_view payload) {
  constexpr std::string_view kMask = "\x37\xFA\x21\x3D";
  std::string text{static_cast<char>(first)};
  const std::uint64_t size = payload.size();
  std::size_t width = 0;
  if (size < 126) {
    text += static_cast<char>(0x80U | size);
  } else {
    width = size <= 0xFFFF ? 2 : 8;
    text += static_cast<char>(width == 2 ? 0xFE : 0xFF);
  }
  for (std::size_t i = 0; i < width; ++i) text += static_cast<char>((size >> (8 * (width - 1 - i))) & 0xFFU);
  text += kMask;
  for (std::size_t i = 0; i < payload.size(); ++i) text += static_cast<char>(payload[i] ^ kMask[i % kMask.size()]);
  return text;
}

}  // namespace weighhouse::http::detail::frames_testing
