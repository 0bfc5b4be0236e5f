#include "formats/detail/cursor.h"

#include <gtest/gtest.h>

#include "formats/testing/watched_access.h"

namespace weighhouse::formats::detail {
namespace {

constexpr std::uint64_t kPlenty = std::uint64_t{1} << 30U;

TEST(Cursor, ReadsNumbersInBothOrders) {
  const MemoryAccess file{"\x01\x02\x03\x04\x01\x02\x03\x04"};
  Cursor cursor{file, kPlenty};
  EXPECT_EQ(cursor.read_number<std::uint32_t>().take(), 0x04030201U);
  cursor.set_big_endian(true);
  EXPECT_EQ(cursor.read_number<std::uint16_t>().take(), 0x0102U);
  EXPECT_EQ(cursor.remaining(), 2U);
}

TEST(Cursor, SaysHowMuchIsMissingAtTheEnd) {
  const MemoryAccess file{"abc"};
  Cursor cursor{file, kPlenty};
  const auto text = cursor.read_text(10);
  ASSERT_FALSE(text);
  EXPECT_NE(text.error().message.find("7 more bytes"), std::string::npos) << text.error().message;
  EXPECT_EQ(cursor.position(), 0U);
  EXPECT_FALSE(cursor.skip(4));
  EXPECT_TRUE(cursor.skip(3));
  EXPECT_EQ(cursor.peek(8).take().size(), 0U);
}

TEST(Cursor, PeeksWithoutMoving) {
  const std::string bytes(600, 'x');
  const MemoryAccess file{bytes};
  Cursor cursor{file, kPlenty};
  ASSERT_TRUE(cursor.skip(508));
  EXPECT_EQ(cursor.peek(10).take().size(), 10U);
  EXPECT_EQ(cursor.position(), 508U);
}

TEST(Cursor, ReadsLongRunsInFewCallsAndLittleAfterAJump) {
  constexpr std::uint64_t kSize = std::uint64_t{8} << 20U;
  const testing::SparseAccess file{"", kSize};
  const testing::WatchedAccess watched{file};
  Cursor cursor{watched, kPlenty};
  ASSERT_TRUE(cursor.read_text(std::uint64_t{4} << 20U));
  EXPECT_LT(watched.calls(), 80U);
  const auto before = watched.bytes_read();
  ASSERT_TRUE(cursor.skip(std::uint64_t{2} << 20U));
  ASSERT_TRUE(cursor.read_number<std::uint32_t>());
  EXPECT_LE(watched.bytes_read() - before, 512U);
}

TEST(Cursor, StopsAtItsBudget) {
  const testing::SparseAccess file{"", 100'000};
  Cursor cursor{file, 2000};
  EXPECT_TRUE(cursor.read_text(100));
  EXPECT_FALSE(cursor.read_text(50'000)) << "not even allocated";
  Result<std::string> last = std::string{};
  for (int i = 0; i < 100 && last; ++i) last = cursor.read_text(100);
  EXPECT_FALSE(last);
}

}  // namespace
}  // namespace weighhouse::formats::detail
