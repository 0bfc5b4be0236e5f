#include "store/testing/flaky_blob_store.h"

#include <gtest/gtest.h>

#include "store/memory/memory_blob_store.h"
#include "store/testing/blobs.h"

namespace weighhouse::store {
namespace {

TEST(FlakyBlobStoreTest, FailsTheCallItWasToldToAndNoOther) {
  MemoryBlobStore memory;
  FlakyBlobStore store{memory};
  ASSERT_TRUE(put(store, "weights"));
  EXPECT_EQ(store.calls(), 3U);

  for (std::uint64_t number = 1; number <= 3; ++number) {
    store.fail_call(number, {ErrorCode::kResourceExhausted, "The disk is full."});
    EXPECT_EQ(put(store, "others").error().code, ErrorCode::kResourceExhausted) << number;
    EXPECT_FALSE(memory.find(Digest::of("others")).value()) << number;
  }
  store.heal();
  EXPECT_TRUE(put(store, "others"));
}

}  // namespace
}  // namespace weighhouse::store
