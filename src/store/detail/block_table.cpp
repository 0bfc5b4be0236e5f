#include "store/detail/block_table.h"

#include <algorithm>
#include <cstring>
#include <xxhash.h>

#include "store/detail/binary.h"

namespace weighhouse::store::detail {
namespace {

constexpr std::string_view kMagic = "WHBLOCK1";

std::uint64_t checksum(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

std::string_view as_text(const std::vector<BlockHash>& blocks) {
  return {reinterpret_cast<const char*>(blocks.data()), blocks.size() * sizeof(BlockHash)};
}

struct Header {
  BlockTable table;
  std::uint64_t blocks_checksum;
};

Result<Header> read_header(std::string_view bytes) {
  const auto damaged = [] { return fail(ErrorCode::kDataLoss, "The block table is not whole."); };
  if (bytes.size() < BlockTable::kHeaderBytes || !bytes.starts_with(kMagic)) return damaged();
  RecordReader reader{bytes.substr(kMagic.size(), BlockTable::kHeaderBytes - kMagic.size())};
  Header header{};
  header.table.size_bytes = reader.number<std::uint64_t>();
  std::array<std::byte, Digest::kSizeBytes> digest{};
  reader.raw(digest);
  header.table.digest = Digest{digest};
  header.table.crc32 = reader.number<std::uint32_t>();
  const auto block_bytes = reader.number<std::uint32_t>();
  header.blocks_checksum = reader.number<std::uint64_t>();
  const auto expected = reader.number<std::uint64_t>();
  if (block_bytes != kBlockBytes) return damaged();
  if (checksum(bytes.substr(0, BlockTable::kHeaderBytes - sizeof expected)) != expected) return damaged();
  return header;
}

}  // namespace

void BlockHasher::Free::operator()(XXH3_state_s* state) const { XXH3_freeState(state); }

BlockHasher::BlockHasher() : state_(XXH3_createState()) {
  check(state_ != nullptr, "memory for a hash is there");
  XXH3_128bits_reset(state_.get());
}
BlockHasher::BlockHasher(std::vector<BlockHash> whole_blocks) : BlockHasher() { blocks_ = std::move(whole_blocks); }
BlockHasher::~BlockHasher() = default;
BlockHasher::BlockHasher(BlockHasher&&) noexcept = default;
BlockHasher& BlockHasher::operator=(BlockHasher&&) noexcept = default;

void BlockHasher::update(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(kBlockBytes - in_block_, bytes.size()));
    XXH3_128bits_update(state_.get(), bytes.data(), count);
    in_block_ += count;
    bytes = bytes.subspan(count);
    if (in_block_ == kBlockBytes) end_block();
  }
}

void BlockHasher::end_block() {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state_.get()));
  BlockHash& block = blocks_.emplace_back();
  static_assert(sizeof block == sizeof canonical.digest);
  std::memcpy(block.data(), canonical.digest, sizeof block);
  XXH3_128bits_reset(state_.get());
  in_block_ = 0;
}

std::vector<BlockHash> BlockHasher::finish() && {
  if (in_block_ > 0) end_block();
  return std::move(blocks_);
}

std::string BlockTable::encode() const {
  RecordWriter writer;
  writer.raw(kMagic);
  writer.number(size_bytes);
  writer.raw(digest.bytes());
  writer.number(crc32);
  writer.number(static_cast<std::uint32_t>(kBlockBytes));
  writer.number(checksum(as_text(blocks)));
  writer.number(checksum(writer.bytes()));
  writer.raw(as_text(blocks));
  return std::move(writer).take();
}

Result<BlockTable> BlockTable::parse_header(std::string_view bytes) { return TRY(read_header(bytes)).table; }

Result<BlockTable> BlockTable::parse(std::string_view bytes) {
  auto header = TRY(read_header(bytes));
  bytes.remove_prefix(kHeaderBytes);
  const std::uint64_t count =
      header.table.size_bytes / kBlockBytes + (header.table.size_bytes % kBlockBytes != 0 ? 1 : 0);
  if (bytes.size() % sizeof(BlockHash) != 0 || bytes.size() / sizeof(BlockHash) != count ||
      checksum(bytes) != header.blocks_checksum) {
    return fail(ErrorCode::kDataLoss, "The block table is not whole.");
  }
  header.table.blocks.resize(count);
  if (count > 0) std::memcpy(header.table.blocks.data(), bytes.data(), bytes.size());
  return std::move(header.table);
}

}  // namespace weighhouse::store::detail
