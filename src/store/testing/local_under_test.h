#pragma once

#include "base/file.h"
#include "store/local/local_blob_store.h"
#include "store/testing/store_under_test.h"

namespace weighhouse::store {

// A local store in a folder of its own.
class LocalUnderTest final : public StoreUnderTest {
 public:
  explicit LocalUnderTest(LocalOptions options) : options_(std::move(options)) {
    options_.clock = clock_;
    reopen();
  }
  BlobStore& store() override { return *store_; }
  ManualClock& clock() override { return *clock_; }
  void reopen() override {
    store_.reset();
    store_ = LocalBlobStore::open(root_, options_).value();
  }
  void damage(const Digest& digest, std::optional<std::string> bytes) override {
    const auto path = *store_->path_of(digest);
    if (!bytes) {
      ASSERT_TRUE(remove_file(path));
    } else {
      ASSERT_TRUE(replace_file(path, *bytes));
    }
  }
  const std::string& root() const { return root_; }

 private:
  TemporaryDirectory directory_ = TemporaryDirectory::create().value();
  std::string root_ = directory_.path() + "/home/store";
  std::shared_ptr<ManualClock> clock_ = std::make_shared<ManualClock>();
  LocalOptions options_;
  std::unique_ptr<LocalBlobStore> store_;
};

}  // namespace weighhouse::store
