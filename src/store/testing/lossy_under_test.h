#pragma once

#include "store/local/layout.h"
#include "store/local/local_blob_store.h"
#include "store/testing/lossy_file_system.h"
#include "store/testing/store_under_test.h"

namespace weighhouse::store {

// A local store on a disk that can lose power. Buffers are tiny, so that even small blobs take every path.
class LossyUnderTest final : public StoreUnderTest {
 public:
  explicit LossyUnderTest(std::uint64_t note_bytes = 20'000) : note_bytes_(note_bytes) { reopen(); }

  BlobStore& store() override { return *store_; }
  ManualClock& clock() override { return *clock_; }
  LossyFileSystem& disk() { return *disk_; }
  bool is_open() const { return store_ != nullptr; }
  void close() { store_.reset(); }
  Result<> try_open() {
    store_.reset();
    store_ = TRY(LocalBlobStore::open(kRoot, {.files = disk_,
                                              .clock = clock_,
                                              .checkpoint_bytes = 32U << 10U,
                                              .note_bytes = note_bytes_,
                                              .note_share = 0,
                                              .buffer_bytes = 16U << 10U,
                                              .buffers = 3}));
    return {};
  }
  void reopen() override {
    const auto opened = try_open();
    ASSERT_TRUE(opened) << opened.error().message;
  }
  void damage(const Digest& digest, std::optional<std::string> bytes) override {
    const auto path = Layout{kRoot}.blob(digest);
    ASSERT_TRUE(disk_->remove_file(path));
    if (!bytes) return;
    const auto file = disk_->open(path, OpenMode::kCreateNew);
    ASSERT_TRUE(file);
    ASSERT_TRUE((*file)->write_at(0, std::as_bytes(std::span{*bytes})));
  }

 private:
  const std::uint64_t note_bytes_;
  static constexpr const char* kRoot = "/home/store";
  std::shared_ptr<ManualClock> clock_ = std::make_shared<ManualClock>();
  std::shared_ptr<LossyFileSystem> disk_ = std::make_shared<LossyFileSystem>();
  std::unique_ptr<LocalBlobStore> store_;
};

}  // namespace weighhouse::store
