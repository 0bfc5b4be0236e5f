#pragma once

#include <cstddef>
#include <cstring>

namespace weighhouse::encoders::detail {

// Eight numbers that are worked on at once, in the compiler's own vectors: two instructions on the least of processors,
// one where there is AVX2. What is built on them is always_inline, so that a caller compiled for more brings it along.
using Lanes = float __attribute__((vector_size(32)));
inline constexpr std::size_t kLanes = 8;

[[gnu::always_inline]] inline void load(const float* from, Lanes& lanes) { std::memcpy(&lanes, from, sizeof lanes); }
[[gnu::always_inline]] inline void store(const Lanes& lanes, float* to) { std::memcpy(to, &lanes, sizeof lanes); }

#if defined(__x86_64__)
inline bool has_wide_lanes() {
  static const bool has = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  return has;
}
#endif

}  // namespace weighhouse::encoders::detail
