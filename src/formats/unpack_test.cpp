#include "formats/unpack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "formats/testing/zip_writer.h"

namespace weighhouse::formats {
namespace {

using testing::deflated;
using ::testing::HasSubstr;
using testing::write_zip;
using testing::ZipFileSpec;

class UnpackTest : public ::testing::Test {
 protected:
  Result<> unpack(const std::string& bytes, const UnpackLimits& limits = {}) {
    return unpack_zip(MemoryAccess{bytes}, folder_.path(), limits);
  }
  std::string read(const std::string& name) { return read_file(join_path(folder_.path(), name)).value(); }

  TemporaryDirectory folder_ = TemporaryDirectory::create().take();
};

TEST_F(UnpackTest, WritesEveryFileUnderItsName) {
  ZipFileSpec spec{.entries = {{.name = "package/"}, {.name = "package/model/one", .data = "first"}}};
  spec.entries.push_back(deflated("two", std::string(5000, 'x')));
  ASSERT_TRUE(unpack(write_zip(spec)));
  EXPECT_EQ(read("package/model/one"), "first");
  EXPECT_EQ(read("two"), std::string(5000, 'x'));
}

TEST_F(UnpackTest, RefusesNamesThatLeaveTheFolder) {
  for (const char* name : {"../out", "a/../../out", "/etc/out", "a//b", "a/./b", "a\\b"}) {
    const auto refused = unpack(write_zip({.entries = {{.name = name, .data = "x"}}}));
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_TRUE(list_directory(folder_.path()).value().empty());
}

TEST_F(UnpackTest, RefusesWhatLiesOrIsTooMuch) {
  EXPECT_EQ(unpack("no archive").error().code, ErrorCode::kInvalidArgument);
  ZipFileSpec lying{.entries = {{.name = "a", .data = "x", .crc32 = 1}}};
  EXPECT_THAT(unpack(write_zip(lying)).error().message, HasSubstr("checksum"));
  const auto two = write_zip({.entries = {{.name = "b", .data = "1234"}, {.name = "c", .data = "5678"}}});
  EXPECT_EQ(unpack(two, {.entries = 1}).error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(unpack(two, {.bytes = 7}).error().code, ErrorCode::kResourceExhausted);
  EXPECT_FALSE(unpack(two, {.entry_bytes = 3}));
}

}  // namespace
}  // namespace weighhouse::formats
