#include "store/detail/block_table.h"

#include <gtest/gtest.h>

#include "store/testing/blobs.h"

namespace weighhouse::store::detail {
namespace {

std::vector<BlockHash> hash_at_once(std::string_view bytes) {
  BlockHasher hasher;
  hasher.update(as_span(bytes));
  return std::move(hasher).finish();
}

BlockTable table_of(std::string_view bytes) {
  return {.digest = Digest::of(bytes), .size_bytes = bytes.size(), .crc32 = 0xDEADBEEF, .blocks = hash_at_once(bytes)};
}

TEST(BlockHasherTest, MakesOneHashForEachMebibyteBegun) {
  EXPECT_EQ(hash_at_once("").size(), 0U);
  EXPECT_EQ(hash_at_once("x").size(), 1U);
  EXPECT_EQ(hash_at_once(std::string(kBlockBytes, 'x')).size(), 1U);
  EXPECT_EQ(hash_at_once(std::string(kBlockBytes + 1, 'x')).size(), 2U);
}

TEST(BlockHasherTest, DoesNotDependOnHowTheBytesArrive) {
  const auto bytes = pattern(2 * kBlockBytes + 12345);
  BlockHasher hasher;
  for (std::size_t at = 0, step = 1; at < bytes.size(); at += step, step = step * 3 + 1) {
    step = std::min(step, bytes.size() - at);
    hasher.update(as_span(bytes).subspan(at, step));
  }
  EXPECT_EQ(std::move(hasher).finish(), hash_at_once(bytes));
}

TEST(BlockHasherTest, GoesOnBehindWholeBlocks) {
  const auto bytes = pattern(2 * kBlockBytes + 5);
  BlockHasher first;
  first.update(as_span(bytes).first(kBlockBytes));
  BlockHasher second{first.whole_blocks()};
  second.update(as_span(bytes).subspan(kBlockBytes));
  EXPECT_EQ(std::move(second).finish(), hash_at_once(bytes));
}

TEST(BlockTableTest, ComesBackAsItWasWritten) {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{5}, std::size_t{kBlockBytes}, std::size_t{3 * kBlockBytes + 1}}) {
    const auto table = table_of(pattern(size));
    const auto text = table.encode();
    EXPECT_EQ(BlockTable::parse(text).value(), table);
    const auto header = BlockTable::parse_header(std::string_view{text}.substr(0, BlockTable::kHeaderBytes)).value();
    EXPECT_EQ(header.digest, table.digest);
    EXPECT_EQ(header.size_bytes, size);
    EXPECT_EQ(header.crc32, table.crc32);
  }
}

TEST(BlockTableTest, DeclinesEveryTableThatIsNotWhole) {
  const auto text = table_of(pattern(2 * kBlockBytes + 1)).encode();
  for (std::size_t size = 0; size < text.size(); ++size) {
    ASSERT_FALSE(BlockTable::parse(text.substr(0, size))) << size;
  }
  EXPECT_FALSE(BlockTable::parse(text + std::string(16, '\0')));
  for (std::size_t at = 0; at < text.size(); ++at) {
    auto flipped = text;
    flipped[at] ^= 4;
    ASSERT_FALSE(BlockTable::parse(flipped)) << at;
    EXPECT_EQ(BlockTable::parse_header(flipped).has_value(), at >= BlockTable::kHeaderBytes) << at;
  }
}

}  // namespace
}  // namespace weighhouse::store::detail
