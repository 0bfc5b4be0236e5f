#include "store/local/spare_room.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "store/local/local_blob_store.h"
#include "store/testing/blobs.h"

namespace weighhouse::store {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20U;

// A disk of a size that the test chooses, and otherwise the real one.
class SmallDisk final : public FileSystem {
 public:
  DiskSpace told{.total_bytes = 4096 * kMiB, .free_bytes = 1024 * kMiB};

  Result<DiskSpace> space(const std::string& /*path*/) override { return told; }
  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override {
    return real_->open(path, mode);
  }
  Result<std::optional<FileInfo>> find(const std::string& path) override { return real_->find(path); }
  Result<std::vector<std::string>> list(const std::string& path) override { return real_->list(path); }
  Result<> make_directory(const std::string& path) override { return real_->make_directory(path); }
  Result<> remove_file(const std::string& path) override { return real_->remove_file(path); }
  Result<> remove_directory(const std::string& path) override { return real_->remove_directory(path); }
  Result<> rename_new(const std::string& from, const std::string& to) override { return real_->rename_new(from, to); }
  Result<> rename_over(const std::string& from, const std::string& to) override { return real_->rename_over(from, to); }
  Result<> sync_directory(const std::string& path) override { return real_->sync_directory(path); }
  std::string boot_id() override { return real_->boot_id(); }
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override { return real_->lock(path); }

 private:
  std::shared_ptr<FileSystem> real_ = posix_file_system();
};

class SpareRoomTest : public testing::Test {
 protected:
  TemporaryDirectory directory_ = TemporaryDirectory::create().take();
  std::shared_ptr<SmallDisk> disk_ = std::make_shared<SmallDisk>();
};

TEST_F(SpareRoomTest, IsLeftFreeToTheByte) {
  const SpareRoom room{*disk_, "/store", 64 * kMiB};
  EXPECT_TRUE(room.require(0));
  EXPECT_TRUE(room.require(960 * kMiB));
  const auto refused = room.require(960 * kMiB + 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kResourceExhausted);
  EXPECT_THAT(refused.error().details, testing::Contains(testing::Pair("reason", Detail{std::string{"disk_full"}})));
  EXPECT_THAT(refused.error().message, testing::AllOf(testing::HasSubstr("67.1 MB"), testing::HasSubstr("weigh gc")));
  disk_->told.free_bytes = 64 * kMiB - 1;
  EXPECT_FALSE(room.require(0));
}

TEST_F(SpareRoomTest, IsASixteenthOfASmallDisk) {
  disk_->told = {.total_bytes = 32 * kMiB, .free_bytes = 10 * kMiB};
  const SpareRoom room{*disk_, "/store", 64 * kMiB};
  EXPECT_TRUE(room.require(8 * kMiB));
  EXPECT_FALSE(room.require(8 * kMiB + 1));
}

TEST_F(SpareRoomTest, RefusesAnUploadBeforeItsBytesComeAndOneOfUnknownLengthOnTheWay) {
  const auto store = LocalBlobStore::open(directory_.path(), {.files = disk_}).take();
  EXPECT_EQ(store->upload({.size_bytes = 961 * kMiB}).error().code, ErrorCode::kResourceExhausted);
  EXPECT_TRUE(store->list_uploads()->empty());

  auto growing = store->upload({}).take();
  const auto id = growing->id();
  ASSERT_TRUE(growing->append(as_span("some bytes")));
  ASSERT_TRUE(growing->checkpoint());
  disk_->told.free_bytes = 60 * kMiB;
  const auto bytes = pattern(3 * kMiB);
  const auto refused = [&]() -> Result<> {
    TRY(growing->append(as_span(bytes)));
    return growing->checkpoint();
  }();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(store->upload({}).error().code, ErrorCode::kResourceExhausted);
  growing.reset();

  disk_->told.free_bytes = 1024 * kMiB;
  auto again = store->resume(id);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ((*again)->offset(), 10U);
  ASSERT_TRUE((*again)->append(as_span(bytes)));
  EXPECT_EQ((*again)->commit().value().digest, Digest::of("some bytes" + bytes));
}

TEST_F(SpareRoomTest, OfAnUploadThatHasItsSpaceIsNotAskedAgain) {
  const auto store = LocalBlobStore::open(directory_.path(), {.files = disk_}).take();
  const auto bytes = pattern(3 * kMiB);
  auto session = store->upload({.size_bytes = bytes.size()}).take();
  disk_->told.free_bytes = 0;
  ASSERT_TRUE(session->append(as_span(bytes)));
  EXPECT_TRUE(session->commit());
}

TEST_F(SpareRoomTest, HoldsNobodyBackFromDeleting) {
  const auto store = LocalBlobStore::open(directory_.path(), {.files = disk_}).take();
  const auto info = put(*store, "weights").value();
  disk_->told.free_bytes = 0;
  EXPECT_TRUE(store->trash(info.digest));
  EXPECT_EQ(store->remove(info.digest).value(), 7U);
}

}  // namespace
}  // namespace weighhouse::store
