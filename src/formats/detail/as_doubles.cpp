#include "formats/detail/as_doubles.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <utility>

namespace weighhouse::formats::detail {
namespace {

static_assert(std::endian::native == std::endian::little, "elements are copied as they lie in the file");

template <class Stored>
void read_stored(std::span<const std::byte> bytes, std::span<double> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    Stored element;
    std::memcpy(&element, bytes.data() + i * sizeof(Stored), sizeof(Stored));
    values[i] = static_cast<double>(element);
  }
}

void read_bf16(std::span<const std::byte> bytes, std::span<double> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::uint16_t bits = 0;
    std::memcpy(&bits, bytes.data() + 2 * i, 2);
    values[i] = static_cast<double>(std::bit_cast<float>(std::uint32_t{bits} << 16U));
  }
}

// 1 sign, 5 exponent and 10 fraction bits; exponent 0 is for numbers below the least normal one, 31 for
// infinities and what is no number.
double half(std::uint16_t bits) {
  const double sign = (bits & 0x8000U) != 0 ? -1.0 : 1.0;
  const unsigned exponent = bits >> 10U & 0x1FU;
  const unsigned fraction = bits & 0x3FFU;
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  if (exponent == 31) return fraction == 0 ? sign * HUGE_VAL : std::nan("");
  return sign * std::ldexp(1024 + fraction, static_cast<int>(exponent) - 25);
}

void read_f16(std::span<const std::byte> bytes, std::span<double> values) {
  static const auto kTable = [] {
    std::array<float, 65536> table{};
    for (std::size_t bits = 0; bits < table.size(); ++bits)
      table[bits] = static_cast<float>(half(static_cast<std::uint16_t>(bits)));
    return table;
  }();
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::uint16_t bits = 0;
    std::memcpy(&bits, bytes.data() + 2 * i, 2);
    values[i] = static_cast<double>(kTable[bits]);
  }
}

constexpr std::array<std::pair<std::string_view, ReadAsDoubles>, 12> kReaders{{
    {"F64", read_stored<double>},
    {"F32", read_stored<float>},
    {"F16", read_f16},
    {"BF16", read_bf16},
    {"I8", read_stored<std::int8_t>},
    {"I16", read_stored<std::int16_t>},
    {"I32", read_stored<std::int32_t>},
    {"I64", read_stored<std::int64_t>},
    {"U8", read_stored<std::uint8_t>},
    {"U16", read_stored<std::uint16_t>},
    {"U32", read_stored<std::uint32_t>},
    {"U64", read_stored<std::uint64_t>},
}};

}  // namespace

ReadAsDoubles find_as_doubles(std::string_view type) {
  const auto* const found = std::ranges::find(kReaders, type, &std::pair<std::string_view, ReadAsDoubles>::first);
  return found == kReaders.end() ? nullptr : found->second;
}

}  // namespace weighhouse::formats::detail
