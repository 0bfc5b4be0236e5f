#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace weighhouse::store::detail {

// The CRC-32 of ZIP, carried on from `so_far` (0 at the start). Uses carry-less multiplication where the
// processor has it: zlib's own runs at the speed of SHA-256 and would halve the pace of an upload.
std::uint32_t crc32(std::uint32_t so_far, std::span<const std::byte> bytes);

// The same by zlib alone, for every processor: what `crc32` is proved against.
std::uint32_t crc32_portable(std::uint32_t so_far, std::span<const std::byte> bytes);

}  // namespace weighhouse::store::detail
