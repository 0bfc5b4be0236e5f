#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace weighhouse::formats::detail {

// Bits of one element of a type that stores its elements one after the other, by our word for it ("F32", "BF16",
// "I4"); nothing for words that are unknown, for texts, and for ggml's blocks.
std::optional<unsigned> element_bits(std::string_view type);

// The product of a shape, 1 for a scalar; nothing when it is negative anywhere or does not fit.
std::optional<std::uint64_t> element_count(std::span<const std::int64_t> shape);

// Bytes of `count` elements; nothing when they do not fit. Elements narrower than a byte are packed and the last
// byte is filled up.
std::optional<std::uint64_t> packed_bytes(std::uint64_t count, unsigned bits);

}  // namespace weighhouse::formats::detail
