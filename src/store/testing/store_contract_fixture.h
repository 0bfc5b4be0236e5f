#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/testing/blobs.h"
#include "store/testing/store_under_test.h"

namespace weighhouse::store {

class BlobStoreContract : public testing::TestWithParam<StoreKind> {
 protected:
  BlobStore& store() { return under_test_->store(); }
  StoreUnderTest& world() { return *under_test_; }
  std::int64_t now_ns() { return std::chrono::nanoseconds{world().clock().now().since_epoch()}.count(); }

  Digest must_put(std::string_view bytes) {
    const auto info = put(store(), bytes);
    EXPECT_TRUE(info) << info.error().message;
    return info ? info->digest : Digest{};
  }
  std::string must_get(const Digest& digest, ByteRange range = {}) {
    auto bytes = get(store(), digest, range);
    EXPECT_TRUE(bytes) << bytes.error().message;
    return bytes.value_or("(unreadable)");
  }
  bool has(const Digest& digest) {
    const auto found = store().find(digest);
    EXPECT_TRUE(found) << found.error().message;
    return found && found->has_value();
  }
  std::vector<Digest> stored_blobs() {
    std::vector<Digest> all;
    EXPECT_TRUE(store().list([&](const Digest& digest, std::uint64_t, std::int64_t) {
      all.push_back(digest);
      return true;
    }));
    return all;
  }
  std::optional<Damage> damage_of(const Digest& digest, std::uint64_t size_bytes, Depth depth = Depth::kDeep) {
    const auto damage = store().verify(digest, size_bytes, depth);
    EXPECT_TRUE(damage) << damage.error().message;
    return damage.value_or(std::nullopt);
  }

 private:
  std::unique_ptr<StoreUnderTest> under_test_ = GetParam().make();
};

}  // namespace weighhouse::store
