#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"

struct XXH3_state_s;

namespace weighhouse::store::detail {

// A blob's bytes are also hashed in blocks, so that damage can be found to the MiB. Quick and not proof
// against an adversary: who somebody is, the digest says.
inline constexpr std::uint64_t kBlockBytes = std::uint64_t{1} << 20U;

// XXH3-128, canonical byte order.
using BlockHash = std::array<std::byte, 16>;

// The block hashes of a stream, one after the other.
class BlockHasher {
 public:
  BlockHasher();
  // Goes on behind whole blocks that were hashed before.
  explicit BlockHasher(std::vector<BlockHash> whole_blocks);
  ~BlockHasher();
  BlockHasher(BlockHasher&&) noexcept;
  BlockHasher& operator=(BlockHasher&&) noexcept;

  void update(std::span<const std::byte> bytes);
  const std::vector<BlockHash>& whole_blocks() const { return blocks_; }
  // The last block may be short; no bytes make no blocks.
  std::vector<BlockHash> finish() &&;

 private:
  struct Free {
    void operator()(XXH3_state_s* state) const;
  };
  void end_block();

  std::unique_ptr<XXH3_state_s, Free> state_;
  std::uint64_t in_block_ = 0;
  std::vector<BlockHash> blocks_;
};

// What is recorded beside a blob. The header stands alone, so that a look at it reads 72 bytes.
struct BlockTable {
  static constexpr std::size_t kHeaderBytes = 72;

  Digest digest;
  std::uint64_t size_bytes = 0;
  std::uint32_t crc32 = 0;
  std::vector<BlockHash> blocks{};

  std::string encode() const;
  // kDataLoss for anything `encode` did not write: a torn or damaged table is made again from the blob.
  static Result<BlockTable> parse(std::string_view bytes);
  // The same without the blocks; `bytes` may end behind the header.
  static Result<BlockTable> parse_header(std::string_view bytes);

  bool operator==(const BlockTable&) const = default;
};

}  // namespace weighhouse::store::detail
