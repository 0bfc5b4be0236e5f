#include "store/blob_store_contract.h"

#include "store/memory/memory_blob_store.h"
#include "store/testing/flaky_blob_store.h"
#include "store/testing/local_under_test.h"
#include "store/testing/lossy_under_test.h"

namespace weighhouse::store {
namespace {

class MemoryUnderTest final : public StoreUnderTest {
 public:
  BlobStore& store() override { return store_; }
  ManualClock& clock() override { return *clock_; }
  void reopen() override {}
  void damage(const Digest& digest, std::optional<std::string> bytes) override {
    store_.damage(digest, std::move(bytes));
  }

 private:
  std::shared_ptr<ManualClock> clock_ = std::make_shared<ManualClock>();
  MemoryBlobStore store_{clock_};
};

// A wrapper that is told to fail nothing changes nothing.
class FlakyUnderTest final : public StoreUnderTest {
 public:
  BlobStore& store() override { return flaky_; }
  ManualClock& clock() override { return memory_.clock(); }
  void reopen() override {}
  void damage(const Digest& digest, std::optional<std::string> bytes) override {
    memory_.damage(digest, std::move(bytes));
  }

 private:
  MemoryUnderTest memory_;
  FlakyBlobStore flaky_{memory_.store()};
};

INSTANTIATE_TEST_SUITE_P(Flaky, BlobStoreContract,
                         testing::Values(StoreKind{"Store", [] { return std::make_unique<FlakyUnderTest>(); }}),
                         name_of_kind);

INSTANTIATE_TEST_SUITE_P(Memory, BlobStoreContract,
                         testing::Values(StoreKind{"Store", [] { return std::make_unique<MemoryUnderTest>(); }}),
                         name_of_kind);

// Tiny buffers and frequent checkpoints drive even small blobs through all the threads.
INSTANTIATE_TEST_SUITE_P(
    Local, BlobStoreContract,
    testing::Values(StoreKind{"Store", [] { return std::make_unique<LocalUnderTest>(LocalOptions{}); }},
                    StoreKind{"StoreWithTinyBuffers",
                              [] {
                                return std::make_unique<LocalUnderTest>(
                                    LocalOptions{.checkpoint_bytes = 64U << 10U, .buffer_bytes = 4096, .buffers = 3});
                              }}),
    name_of_kind);

INSTANTIATE_TEST_SUITE_P(Lossy, BlobStoreContract,
                         testing::Values(StoreKind{"Disk", [] { return std::make_unique<LossyUnderTest>(); }}),
                         name_of_kind);

}  // namespace
}  // namespace weighhouse::store
