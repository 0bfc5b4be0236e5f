#include "base/bytes.h"

#include <array>
#include <gtest/gtest.h>
#include <unistd.h>

namespace weighhouse {
namespace {

void read_anywhere(const RandomAccess& access) {
  EXPECT_EQ(access.size_bytes(), 10U);
  EXPECT_EQ(access.read_exactly(3, 4).value(), "3456");
  EXPECT_EQ(access.read_exactly(10, 0).value(), "");
  EXPECT_EQ(access.read_exactly(8, 3).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(access.read_exactly(~std::uint64_t{0}, 1).error().code, ErrorCode::kInvalidArgument);
  std::array<std::byte, 4> buffer{};
  EXPECT_EQ(access.read_at(8, buffer).value(), 2U);  // fewer only at the end
  EXPECT_EQ(access.read_at(20, buffer).value(), 0U);
}

TEST(MemoryAccess, IsReadAnywhere) { read_anywhere(MemoryAccess{"0123456789"}); }

TEST(FileAccess, IsReadAnywhere) {
  const auto folder = TemporaryDirectory::create().value();
  ASSERT_TRUE(replace_file(folder.path() + "/a", "0123456789"));
  read_anywhere(FileAccess::open(folder.path() + "/a").value());
  EXPECT_EQ(FileAccess::open(folder.path() + "/none").error().code, ErrorCode::kNotFound);
}

TEST(FileAccess, TakesAFileThatWasCutShortForAnError) {
  const auto folder = TemporaryDirectory::create().value();
  ASSERT_TRUE(replace_file(folder.path() + "/a", "0123456789"));
  const auto access = FileAccess::open(folder.path() + "/a").value();
  ASSERT_EQ(::truncate((folder.path() + "/a").c_str(), 2), 0);
  EXPECT_FALSE(access.read_exactly(0, 10));
}

TEST(ReadAll, StopsAtItsLimit) {
  MemorySource whole{"0123456789"};
  EXPECT_EQ(whole.remaining(), 10U);
  EXPECT_EQ(read_all(whole, 10).value(), "0123456789");
  EXPECT_EQ(whole.remaining(), 0U);
  MemorySource more{"0123456789"};
  EXPECT_EQ(read_all(more, 9).error().code, ErrorCode::kResourceExhausted);
}

}  // namespace
}  // namespace weighhouse
