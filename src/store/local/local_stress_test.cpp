#include <atomic>
#include <gtest/gtest.h>
#include <random>
#include <thread>

#include "store/testing/blobs.h"
#include "store/testing/local_under_test.h"

// Many threads on one store. Each blob is touched by all of them, so that uploads of the same bytes, trash,
// restore and scrubs meet. Whatever is read must be whole, and at the end everything can be there again.

namespace weighhouse::store {
namespace {

TEST(LocalStoreUnderManyThreads, NeverShowsHalfABlobAndLosesNone) {
  constexpr int kThreads = 8;
  constexpr int kRounds = 60;
  LocalUnderTest world{LocalOptions{.checkpoint_bytes = 32U << 10U, .buffer_bytes = 16U << 10U, .buffers = 3}};
  auto& store = world.store();
  std::vector<std::string> blobs;
  for (const std::size_t size : {10U, 3000U, 70'000U, 150'000U}) blobs.push_back(pattern(size, size));

  std::atomic<int> committed = 0;
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      std::mt19937 random{static_cast<std::uint32_t>(thread)};
      for (int round = 0; round < kRounds; ++round) {
        const auto& bytes = blobs[random() % blobs.size()];
        const auto digest = Digest::of(bytes);
        switch (random() % 8) {
          case 0:
            EXPECT_TRUE(store.trash(digest));
            break;
          case 1: {
            const auto restored = store.restore(digest);
            EXPECT_TRUE(restored || restored.error().code == ErrorCode::kNotFound) << restored.error().message;
            break;
          }
          case 2: {
            const auto damage = store.verify(digest, bytes.size(), Depth::kDeep);
            ASSERT_TRUE(damage);
            EXPECT_TRUE(!*damage || (*damage)->kind == Damage::Kind::kMissing) << (*damage)->message;
            break;
          }
          case 3: {
            const auto found = get(store, digest);
            EXPECT_TRUE(found ? *found == bytes : found.error().code == ErrorCode::kNotFound);
            break;
          }
          case 4: {
            auto id = store.upload({}).value()->id();
            auto session = store.resume(id);
            ASSERT_TRUE(session) << session.error().message;
            ASSERT_TRUE((*session)->append(as_span(bytes).first(bytes.size() / 2)));
            EXPECT_TRUE(store.discard(id));
            break;
          }
          default: {
            const auto info = put(store, bytes, {.declared = digest});
            EXPECT_TRUE(info) << info.error().message;
            committed += info ? 1 : 0;
          }
        }
      }
    });
  }
  threads.clear();

  EXPECT_GT(committed, 0);
  EXPECT_TRUE(store.list_uploads()->empty());
  world.reopen();
  for (const auto& bytes : blobs) {
    const auto digest = Digest::of(bytes);
    const auto restored = world.store().restore(digest);
    ASSERT_TRUE(restored) << restored.error().message;
    EXPECT_FALSE(world.store().verify(digest, bytes.size(), Depth::kDeep).value());
  }
}

}  // namespace
}  // namespace weighhouse::store
