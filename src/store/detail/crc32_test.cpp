#include "store/detail/crc32.h"

#include <gtest/gtest.h>

#include "store/testing/blobs.h"

namespace weighhouse::store::detail {
namespace {

TEST(Crc32Test, IsTheOneOfZip) {
  EXPECT_EQ(crc32(0, {}), 0U);
  EXPECT_EQ(crc32(0, as_span("123456789")), 0xCBF43926U);
}

TEST(Crc32Test, AgreesWithZlibForEveryLengthAndAlignment) {
  const auto bytes = pattern(1200);
  for (std::size_t begin = 0; begin < 17; ++begin) {
    for (std::size_t length = 0; length <= 1100; length += length < 300 ? 1 : 37) {
      const auto part = as_span(bytes).subspan(begin, length);
      ASSERT_EQ(crc32(0x12345678U, part), crc32_portable(0x12345678U, part)) << begin << " " << length;
    }
  }
}

TEST(Crc32Test, GoesOnWhereItStopped) {
  const auto bytes = pattern(5000);
  const auto whole = crc32_portable(0, as_span(bytes));
  for (const std::size_t cut : {0U, 1U, 64U, 100U, 4095U, 5000U}) {
    EXPECT_EQ(crc32(crc32(0, as_span(bytes).first(cut)), as_span(bytes).subspan(cut)), whole) << cut;
  }
}

}  // namespace
}  // namespace weighhouse::store::detail
