#include "store/detail/crc32.h"

#include <zlib.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Folding: a message is a polynomial over GF(2), and its CRC the remainder by P. 128 bits that stand D bits
// before others may be replaced by their product with x^D mod P, added to those others; so four lanes of 128
// bits run along the message, are folded into one, and zlib takes the remainder of these last 16 bytes.
// Bits are reflected: the low half of a lane stands first. A product of reflected halves lies one bit
// too low, which the constants make good.

namespace weighhouse::store::detail {

std::uint32_t crc32_portable(std::uint32_t so_far, std::span<const std::byte> bytes) {
  return static_cast<std::uint32_t>(
      ::crc32_z(so_far, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

#if defined(__x86_64__)
namespace {

constexpr std::uint32_t kReflectedPolynomial = 0xEDB88320U;

// x^power mod P, reflected, and moved up by the bit that the product lacks.
constexpr std::uint64_t folding_constant(unsigned power) {
  std::uint32_t remainder = 0x80000000U;  // x^0
  for (unsigned i = 0; i < power; ++i)
    remainder = (remainder >> 1U) ^ ((remainder & 1U) != 0 ? kReflectedPolynomial : 0U);
  return std::uint64_t{remainder} << 1U;
}

struct FoldingConstants {
  std::uint64_t first_half;
  std::uint64_t second_half;
};
constexpr FoldingConstants folding_over(unsigned bits) {
  return {folding_constant(bits + 32), folding_constant(bits - 32)};
}
constexpr FoldingConstants kOverFourLanes = folding_over(512);
constexpr FoldingConstants kOverOneLane = folding_over(128);

__attribute__((target("pclmul,sse4.1"))) inline __m128i load(const std::byte* bytes) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
}

__attribute__((target("pclmul,sse4.1"))) inline __m128i fold(__m128i lane, __m128i constants, __m128i onto) {
  const __m128i first = _mm_clmulepi64_si128(lane, constants, 0x00);
  const __m128i second = _mm_clmulepi64_si128(lane, constants, 0x11);
  return _mm_xor_si128(_mm_xor_si128(first, second), onto);
}

__attribute__((target("pclmul,sse4.1"))) inline __m128i to_lane(const FoldingConstants& constants) {
  return _mm_set_epi64x(static_cast<long long>(constants.second_half), static_cast<long long>(constants.first_half));
}

// At least 64 bytes.
__attribute__((target("pclmul,sse4.1"))) std::uint32_t crc32_folding(std::uint32_t so_far,
                                                                     std::span<const std::byte> bytes) {
  const std::byte* next = bytes.data();
  std::size_t left = bytes.size();
  __m128i lanes[4];
  for (int i = 0; i < 4; ++i) lanes[i] = load(next + 16 * i);
  lanes[0] = _mm_xor_si128(lanes[0], _mm_cvtsi32_si128(static_cast<int>(~so_far)));
  next += 64;
  left -= 64;

  const __m128i over_four = to_lane(kOverFourLanes);
  for (; left >= 64; next += 64, left -= 64) {
    for (int i = 0; i < 4; ++i) lanes[i] = fold(lanes[i], over_four, load(next + 16 * i));
  }
  const __m128i over_one = to_lane(kOverOneLane);
  __m128i lane = lanes[0];
  for (int i = 1; i < 4; ++i) lane = fold(lane, over_one, lanes[i]);
  for (; left >= 16; next += 16, left -= 16) lane = fold(lane, over_one, load(next));

  alignas(16) std::byte folded[16];
  _mm_store_si128(reinterpret_cast<__m128i*>(folded), lane);
  // zlib inverts the register on its way in and out; here it begins at zero.
  const std::uint32_t crc = crc32_portable(~std::uint32_t{0}, folded);
  return crc32_portable(crc, {next, left});
}

const bool kHasCarrylessMultiplication = __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1");

}  // namespace

std::uint32_t crc32(std::uint32_t so_far, std::span<const std::byte> bytes) {
  if (bytes.size() < 64 || !kHasCarrylessMultiplication) return crc32_portable(so_far, bytes);
  return crc32_folding(so_far, bytes);
}

#else

std::uint32_t crc32(std::uint32_t so_far, std::span<const std::byte> bytes) { return crc32_portable(so_far, bytes); }

#endif

}  // namespace weighhouse::store::detail
