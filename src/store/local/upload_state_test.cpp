#include "store/local/upload_state.h"

#include <gtest/gtest.h>

namespace weighhouse::store {
namespace {

UploadState some_state() {
  return {.options = {.declared = Digest::of("weights"), .size_bytes = 5'000'000},
          .offset = 2 * detail::kBlockBytes + 100,
          .sha256 = {.words = {1, 2, 3, 4, 5, 6, 7, 0xFFFFFFFF}, .size_bytes = 2 * detail::kBlockBytes + 64},
          .crc32 = 0xCAFEBABE,
          .whole_blocks = {detail::BlockHash{std::byte{1}}, detail::BlockHash{std::byte{2}}}};
}

TEST(UploadStateTest, ComesBackAsItWasWritten) {
  const auto state = some_state();
  const auto read = UploadState::parse(state.encode()).value();
  EXPECT_EQ(read.options.declared, state.options.declared);
  EXPECT_EQ(read.options.size_bytes, state.options.size_bytes);
  EXPECT_EQ(read.offset, state.offset);
  EXPECT_EQ(read.sha256.words, state.sha256.words);
  EXPECT_EQ(read.sha256.size_bytes, state.sha256.size_bytes);
  EXPECT_EQ(read.crc32, state.crc32);
  EXPECT_EQ(read.whole_blocks, state.whole_blocks);
}

TEST(UploadStateTest, KeepsThatNothingWasDeclared) {
  const auto read = UploadState::parse(UploadState{}.encode()).value();
  EXPECT_FALSE(read.options.declared);
  EXPECT_FALSE(read.options.size_bytes);
  EXPECT_EQ(read.offset, 0U);
}

TEST(UploadStateTest, DeclinesEveryStateThatIsNotWhole) {
  const auto text = some_state().encode();
  for (std::size_t size = 0; size < text.size(); ++size) {
    ASSERT_EQ(UploadState::parse(text.substr(0, size)).error().code, ErrorCode::kDataLoss) << size;
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    auto flipped = text;
    flipped[at] ^= 1;
    ASSERT_FALSE(UploadState::parse(flipped)) << at;
  }
}

}  // namespace
}  // namespace weighhouse::store
