#include "base/file.h"

#include <algorithm>
#include <cerrno>
#include <gtest/gtest.h>
#include <unistd.h>

namespace weighhouse {
namespace {

class FileTest : public ::testing::Test {
 protected:
  std::string path(std::string_view name) const { return join_path(folder_.path(), name); }
  TemporaryDirectory folder_ = TemporaryDirectory::create().value();
};

TEST_F(FileTest, ReplacesAFileWhollyAndLeavesNothingBeside) {
  ASSERT_TRUE(replace_file(path("a"), "one"));
  ASSERT_TRUE(replace_file(path("a"), "two"));
  EXPECT_EQ(read_file(path("a")).value(), "two");
  EXPECT_EQ(list_directory(folder_.path()).value(), std::vector<std::string>{"a"});
}

TEST_F(FileTest, ReadsNoMoreThanItsLimit) {
  ASSERT_TRUE(replace_file(path("a"), "12345"));
  EXPECT_EQ(read_file(path("a"), 5).value(), "12345");
  EXPECT_EQ(read_file(path("a"), 4).error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(read_file(path("none")).error().code, ErrorCode::kNotFound);
}

TEST_F(FileTest, RenamesOverAFileOnlyWhenToldTo) {
  ASSERT_TRUE(replace_file(path("a"), "a"));
  ASSERT_TRUE(replace_file(path("b"), "b"));
  EXPECT_EQ(rename_new(path("a"), path("b")).error().code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(read_file(path("b")).value(), "b");
  ASSERT_TRUE(rename_over(path("a"), path("b")));
  EXPECT_EQ(read_file(path("b")).value(), "a");
  EXPECT_FALSE(path_exists(path("a")));
}

TEST_F(FileTest, CreatesNewOnlyWhatIsNotThere) {
  ASSERT_TRUE(open_file(path("a"), OpenMode::kCreateNew));
  EXPECT_EQ(open_file(path("a"), OpenMode::kCreateNew).error().code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(open_file(path("b"), OpenMode::kReadWrite).error().code, ErrorCode::kNotFound);
  const auto file = open_file(path("a"), OpenMode::kAppendOrCreate).value();
  ASSERT_TRUE(write_all(file.get(), "x"));
  ASSERT_TRUE(write_all(file.get(), "y"));
  EXPECT_EQ(read_file(path("a")).value(), "xy");
}

TEST_F(FileTest, RemovesATreeWithoutFollowingLinks) {
  ASSERT_TRUE(make_directories(path("tree/deep/er")));
  ASSERT_TRUE(make_directories(path("outside")));
  ASSERT_TRUE(replace_file(path("outside/kept"), "kept"));
  ASSERT_EQ(::symlink(path("outside").c_str(), path("tree/deep/link").c_str()), 0);
  EXPECT_TRUE(stat_path(path("tree/deep/link"))->is_symlink);
  ASSERT_TRUE(remove_tree(path("tree")));
  EXPECT_FALSE(path_exists(path("tree")));
  EXPECT_EQ(read_file(path("outside/kept")).value(), "kept");
}

TEST_F(FileTest, RemovingWhatIsNotThereSucceeds) {
  EXPECT_TRUE(remove_file(path("none")));
  EXPECT_TRUE(remove_tree(path("none")));
  EXPECT_TRUE(make_directories(folder_.path()));
}

TEST_F(FileTest, TellsAFileFromAnotherThatTookItsPlace) {
  ASSERT_TRUE(replace_file(path("a"), "one"));
  const auto before = stat_path(path("a")).value();
  ASSERT_TRUE(replace_file(path("b"), "two"));
  ASSERT_TRUE(rename_over(path("b"), path("a")));
  const auto after = stat_path(path("a")).value();
  EXPECT_EQ(before.size_bytes, after.size_bytes);
  EXPECT_NE(before.inode, after.inode);
  EXPECT_TRUE(after.is_regular);
}

TEST_F(FileTest, TheFolderGoesWithItsOwner) {
  std::string gone;
  {
    const auto folder = TemporaryDirectory::create(folder_.path()).value();
    gone = folder.path();
    ASSERT_TRUE(replace_file(join_path(gone, "a"), "a"));
  }
  EXPECT_FALSE(path_exists(gone));
}

TEST(SystemFailure, NamesThePathAndSaysWhatACallerCanDo) {
  const auto code = [](int number) { return system_failure("Writing", number, "/x/y").value().code; };
  EXPECT_EQ(code(ENOENT), ErrorCode::kNotFound);
  EXPECT_EQ(code(EACCES), ErrorCode::kPermissionDenied);
  EXPECT_EQ(code(ENOSPC), ErrorCode::kResourceExhausted);
  EXPECT_EQ(code(EMFILE), ErrorCode::kResourceExhausted);
  EXPECT_EQ(code(EEXIST), ErrorCode::kAlreadyExists);
  EXPECT_EQ(code(EIO), ErrorCode::kUnavailable);
  EXPECT_NE(system_failure("Writing", ENOSPC, "/x/y").value().message.find("/x/y"), std::string::npos);
}

TEST(JoinPath, PutsExactlyOneSlashBetween) {
  EXPECT_EQ(join_path("a", "b"), "a/b");
  EXPECT_EQ(join_path("a/", "b"), "a/b");
}

}  // namespace
}  // namespace weighhouse
