#include "formats/detail/ggml_type.h"

#include <gtest/gtest.h>

namespace weighhouse::formats::detail {
namespace {

constexpr std::uint32_t kHalf = 2;
constexpr std::uint32_t kFloat = 4;

void expect_block(std::uint32_t number, std::string_view word, std::uint32_t elements, std::uint32_t bytes) {
  const auto type = find_ggml_type(number);
  ASSERT_TRUE(type) << word;
  EXPECT_EQ(type->word, word);
  EXPECT_EQ(type->block_elements, elements) << word;
  EXPECT_EQ(type->block_bytes, bytes) << word;
}

// Each block is its scales and its quants, as ggml's own structs have them.
TEST(GgmlType, BlocksAreAsLongAsTheirParts) {
  expect_block(2, "Q4_0", 32, kHalf + 32 / 2);
  expect_block(3, "Q4_1", 32, 2 * kHalf + 32 / 2);
  expect_block(6, "Q5_0", 32, kHalf + 4 + 32 / 2);
  expect_block(7, "Q5_1", 32, 2 * kHalf + 4 + 32 / 2);
  expect_block(8, "Q8_0", 32, kHalf + 32);
  expect_block(10, "Q2_K", 256, 2 * kHalf + 256 / 16 + 256 / 4);
  expect_block(11, "Q3_K", 256, kHalf + 256 / 8 + 256 / 4 + 12);
  expect_block(12, "Q4_K", 256, 2 * kHalf + 12 + 256 / 2);
  expect_block(13, "Q5_K", 256, 2 * kHalf + 12 + 256 / 8 + 256 / 2);
  expect_block(14, "Q6_K", 256, kHalf + 256 / 16 + 3 * 256 / 4);
  expect_block(15, "Q8_K", 256, kFloat + 256 + 2 * 256 / 16);
  expect_block(16, "IQ2_XXS", 256, kHalf + 256 / 4);
  expect_block(17, "IQ2_XS", 256, kHalf + 256 / 4 + 256 / 32);
  expect_block(18, "IQ3_XXS", 256, kHalf + 3 * 256 / 8);
  expect_block(19, "IQ1_S", 256, kHalf + 256 / 8 + 256 / 16);
  expect_block(20, "IQ4_NL", 32, kHalf + 32 / 2);
  expect_block(21, "IQ3_S", 256, kHalf + 13 * (256 / 32) + 256 / 64);
  expect_block(22, "IQ2_S", 256, kHalf + 256 / 4 + 256 / 16);
  expect_block(23, "IQ4_XS", 256, kHalf + 2 + 256 / 64 + 256 / 2);
  expect_block(29, "IQ1_M", 256, 256 / 8 + 256 / 16 + 256 / 32);
  expect_block(34, "TQ1_0", 256, kHalf + 256 / 64 + (256 - 4 * 256 / 64) / 5);
  expect_block(35, "TQ2_0", 256, kHalf + 256 / 4);
  expect_block(39, "MXFP4", 32, 1 + 32 / 2);
  expect_block(40, "NVFP4", 64, 64 / 16 + 64 / 2);
  expect_block(41, "Q1_0", 128, kHalf + 128 / 8);
  expect_block(42, "Q2_0", 64, kHalf + 64 / 4);
}

// Two floats in front made it 40 bytes until ggml turned them into halves; the Python package's table still has the
// old number. The program that computes with a block decides, and files never hold this type.
TEST(GgmlType, EightBitBlocksWithASumHaveTwoHalvesInFront) { expect_block(9, "Q8_1", 32, 2 * kHalf + 32); }

TEST(GgmlType, NumbersThatWereTakenBackAreNone) {
  for (const std::uint32_t number : {4U, 5U, 31U, 32U, 33U, 36U, 37U, 38U, 43U, 1'000'000U}) {
    EXPECT_FALSE(find_ggml_type(number)) << number;
  }
}

}  // namespace
}  // namespace weighhouse::formats::detail
