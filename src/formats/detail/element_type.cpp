#include "formats/detail/element_type.h"

#include <algorithm>
#include <array>
#include <utility>

namespace weighhouse::formats::detail {
namespace {

constexpr std::array<std::pair<std::string_view, unsigned>, 27> kElementBits{{
    {"F32", 32},        {"F16", 16},        {"BF16", 16},   {"F64", 64},    {"I64", 64},    {"I32", 32},
    {"I16", 16},        {"I8", 8},          {"U8", 8},      {"U16", 16},    {"U32", 32},    {"U64", 64},
    {"BOOL", 8},        {"C64", 64},        {"C128", 128},  {"F8_E4M3", 8}, {"F8_E5M2", 8}, {"F8_E8M0", 8},
    {"F8_E4M3FNUZ", 8}, {"F8_E5M2FNUZ", 8}, {"F6_E2M3", 6}, {"F6_E3M2", 6}, {"F4", 4},      {"I4", 4},
    {"U4", 4},          {"I2", 2},          {"U2", 2},
}};

}  // namespace

std::optional<unsigned> element_bits(std::string_view type) {
  const auto* const found = std::ranges::find(kElementBits, type, &std::pair<std::string_view, unsigned>::first);
  if (found == kElementBits.end()) return std::nullopt;
  return found->second;
}

std::optional<std::uint64_t> element_count(std::span<const std::int64_t> shape) {
  std::uint64_t count = 1;
  bool overflow = false;
  for (const std::int64_t size : shape) {
    if (size < 0) return std::nullopt;
    if (size == 0) {
      count = 0;
      overflow = false;
    } else if (count != 0) {
      overflow |= __builtin_mul_overflow(count, static_cast<std::uint64_t>(size), &count);
    }
  }
  if (overflow) return std::nullopt;
  return count;
}

std::optional<std::uint64_t> packed_bytes(std::uint64_t count, unsigned bits) {
  std::uint64_t whole = 0;
  if (__builtin_mul_overflow(count / 8, std::uint64_t{bits}, &whole)) return std::nullopt;
  if (__builtin_add_overflow(whole, ((count % 8) * bits + 7) / 8, &whole)) return std::nullopt;
  return whole;
}

}  // namespace weighhouse::formats::detail
