#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace weighhouse::formats::detail {

// Reads little-endian elements of one type as doubles; whole numbers above 2^53 are rounded.
using ReadAsDoubles = void (*)(std::span<const std::byte> bytes, std::span<double> values);

// For F64, F32, F16, BF16 and the whole numbers of 8 to 64 bits; null for every other type.
ReadAsDoubles find_as_doubles(std::string_view type);

}  // namespace weighhouse::formats::detail
