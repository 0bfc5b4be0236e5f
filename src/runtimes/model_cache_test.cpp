#include "runtimes/model_cache.h"

#include <gtest/gtest.h>
#include <thread>
#include <vector>

namespace weighhouse::runtimes {
namespace {

std::atomic<int> alive{0};

class Weight final : public LoadedModel {
 public:
  explicit Weight(std::uint64_t size_bytes) : size_bytes_(size_bytes) { ++alive; }
  ~Weight() override { --alive; }
  std::uint64_t size_bytes() const override { return size_bytes_; }
  Result<std::string> answer(std::string_view) const override { return std::string{}; }

 private:
  std::uint64_t size_bytes_;
};

struct Cache : ::testing::Test {
  int returned = 0;
  int loads = 0;
  int alive_when_loading = 0;
  ModelCache cache{100, [this] { ++returned; }};

  Result<ModelCache::Model> get(const std::string& key, std::uint64_t size) {
    return cache.get(key, size, [&]() -> Result<ModelCache::Model> {
      ++loads;
      alive_when_loading = alive;
      return std::make_shared<const Weight>(size);
    });
  }
};

TEST_F(Cache, LoadsAModelOnce) {
  ASSERT_TRUE(get("a", 40));
  ASSERT_TRUE(get("a", 40));
  EXPECT_EQ(loads, 1);
  EXPECT_EQ(cache.size().bytes, 40U);
}

TEST_F(Cache, LetsTheLeastRecentlyUsedGoBeforeTheNextIsLoaded) {
  ASSERT_TRUE(get("a", 40));
  ASSERT_TRUE(get("b", 40));
  ASSERT_TRUE(cache.find("a"));
  ASSERT_TRUE(get("c", 40));
  EXPECT_EQ(alive_when_loading, 1);
  EXPECT_TRUE(cache.find("a"));
  EXPECT_FALSE(cache.find("b"));
  EXPECT_EQ(returned, 1);
  EXPECT_EQ(cache.size().models, 2U);
}

TEST_F(Cache, KeepsAModelAliveForWhoeverAsksIt) {
  const auto held = get("a", 90).value();
  ASSERT_TRUE(get("b", 90));
  EXPECT_EQ(held->size_bytes(), 90U);
  EXPECT_EQ(alive, 2);
}

TEST_F(Cache, RefusesAModelLargerThanTheLimitAndKeepsTheOthers) {
  ASSERT_TRUE(get("a", 40));
  EXPECT_EQ(get("b", 101).error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(loads, 1);
  EXPECT_TRUE(cache.find("a"));
}

TEST_F(Cache, CountsWhatAModelTakesAndNotWhatWasExpected) {
  ASSERT_TRUE(get("a", 60));
  ASSERT_TRUE(cache.get("b", 10, []() -> Result<ModelCache::Model> { return std::make_shared<const Weight>(80); }));
  EXPECT_FALSE(cache.find("a"));
  EXPECT_EQ(cache.size().bytes, 80U);
}

TEST_F(Cache, ForgetsAndKeepsNothingOfAFailedLoad) {
  ASSERT_TRUE(get("a", 40));
  cache.forget("a");
  cache.forget("a");
  const auto failed = cache.get("b", 1, []() -> Result<ModelCache::Model> { return fail(ErrorCode::kDataLoss, "no"); });
  EXPECT_FALSE(failed);
  EXPECT_EQ(cache.size().models, 0U);
  EXPECT_EQ(alive, 0);
  EXPECT_EQ(returned, 1);
}

TEST_F(Cache, LoadsOnceWhenManyAskAtTheSameTime) {
  std::vector<std::jthread> askers;
  for (int i = 0; i < 8; ++i) askers.emplace_back([&] { EXPECT_TRUE(get("a", 40)); });
  askers.clear();
  EXPECT_EQ(loads, 1);
}

}  // namespace
}  // namespace weighhouse::runtimes
