#pragma once

#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/time.h"
#include "store/blob_store.h"
#include "store/detail/crc32.h"
#include "store/testing/blobs.h"
#include "store/testing/store_contract_fixture.h"
#include "store/testing/upload_contract.h"

// What every BlobStore holds to, whatever it is made of. One source of a test program includes this and
// says which ones it has:
//
//   INSTANTIATE_TEST_SUITE_P(Memory, BlobStoreContract, testing::Values(StoreKind{...}), name_of_kind);

namespace weighhouse::store {

TEST_P(BlobStoreContract, GivesBackWhatItWasGivenForEveryAwkwardSize) {
  constexpr std::size_t kKiB = 1024;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{63}, std::size_t{64}, 64 * kKiB,
                                 64 * kKiB + 1, 512 * kKiB, 512 * kKiB + 1, 1024 * kKiB, 3 * 1024 * kKiB + 17}) {
    const auto bytes = pattern(size, size + 7);
    const auto info = put(store(), bytes);
    ASSERT_TRUE(info) << info.error().message;
    EXPECT_EQ(info->digest, Digest::of(bytes));
    EXPECT_EQ(info->size_bytes, size);
    EXPECT_EQ(info->crc32, detail::crc32_portable(0, as_span(bytes)));
    EXPECT_EQ(must_get(info->digest), bytes) << size;
  }
}

TEST_P(BlobStoreContract, FindsWhatCommitReported) {
  for (const std::size_t size : {std::size_t{10}, std::size_t{300'000}}) {
    const auto committed = put(store(), pattern(size));
    ASSERT_TRUE(committed);
    const auto found = store().find(committed->digest);
    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->digest, committed->digest);
    EXPECT_EQ((*found)->size_bytes, size);
    EXPECT_EQ((*found)->crc32, committed->crc32);
    EXPECT_EQ((*found)->modified_ns, committed->modified_ns);
    EXPECT_EQ((*found)->inode, committed->inode);
  }
}

TEST_P(BlobStoreContract, HasNothingUntilItIsCommitted) {
  const auto bytes = pattern(200'000);
  auto session = store().upload({}).value();
  ASSERT_TRUE(session->append(as_span(bytes)));
  ASSERT_TRUE(session->checkpoint());
  EXPECT_FALSE(has(Digest::of(bytes)));
  EXPECT_TRUE(stored_blobs().empty());
  EXPECT_EQ(store().open(Digest::of(bytes)).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(store().access(Digest::of(bytes)).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(session->commit());
  EXPECT_TRUE(has(Digest::of(bytes)));
}

TEST_P(BlobStoreContract, KeepsABlobThatIsThereAlready) {
  const auto bytes = pattern(100'000);
  const auto first = put(store(), bytes);
  const auto second = put(store(), bytes);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->inode, second->inode);
  EXPECT_EQ(first->modified_ns, second->modified_ns);
  EXPECT_EQ(stored_blobs().size(), 1U);
}

TEST_P(BlobStoreContract, MendsADamagedBlobWithTheNextUploadOfIt) {
  for (const std::size_t size : {std::size_t{1000}, std::size_t{2'200'000}}) {
    const auto bytes = pattern(size, size);
    const auto digest = must_put(bytes);
    auto flipped = bytes;
    flipped[size / 2] ^= 1;
    for (const auto& damaged : {flipped, bytes.substr(0, size / 2), bytes + "x"}) {
      world().damage(digest, damaged);
      ASSERT_TRUE(damage_of(digest, size));
      ASSERT_EQ(must_put(bytes), digest);
      EXPECT_FALSE(damage_of(digest, size));
      EXPECT_EQ(must_get(digest), bytes);
    }
  }
}

TEST_P(BlobStoreContract, ReadsAnyRangeClippedToTheEnd) {
  const auto bytes = pattern(150'000);
  const auto digest = must_put(bytes);
  EXPECT_EQ(must_get(digest, {.offset = 0, .length = 1}), bytes.substr(0, 1));
  EXPECT_EQ(must_get(digest, {.offset = 70'001, .length = 5000}), bytes.substr(70'001, 5000));
  EXPECT_EQ(must_get(digest, {.offset = 149'999, .length = 5000}), bytes.substr(149'999));
  EXPECT_EQ(must_get(digest, {.offset = 100'000}), bytes.substr(100'000));
  EXPECT_EQ(must_get(digest, {.offset = 150'000}), "");
  EXPECT_EQ(must_get(digest, {.offset = 3, .length = 0}), "");
  EXPECT_EQ(store().open(digest, {.offset = 150'001}).error().code, ErrorCode::kInvalidArgument);
}

TEST_P(BlobStoreContract, CountsDownWhatARangeStillHolds) {
  const auto digest = must_put(pattern(1000));
  const auto source = store().open(digest, {.offset = 100, .length = 500}).value();
  EXPECT_EQ(source->remaining(), 500U);
  std::array<std::byte, 200> buffer{};
  ASSERT_EQ(source->read(buffer).value(), 200U);
  EXPECT_EQ(source->remaining(), 300U);
  if (const auto slice = source->file_slice()) {
    EXPECT_EQ(slice->offset, 300U);
    EXPECT_EQ(slice->length, 300U);
  }
}

TEST_P(BlobStoreContract, ReadsAnywhereByAccess) {
  const auto bytes = pattern(1'100'000);
  const auto digest = must_put(bytes);
  const auto access = store().access(digest).value();
  EXPECT_EQ(access->size_bytes(), bytes.size());
  EXPECT_EQ(access->read_exactly(1'048'570, 12).value(), bytes.substr(1'048'570, 12));
  EXPECT_EQ(access->read_exactly(0, 3).value(), bytes.substr(0, 3));
  EXPECT_FALSE(access->read_exactly(1'099'999, 2));
}

TEST_P(BlobStoreContract, FailsToOpenABlobOfTheWrongSize) {
  for (const std::size_t size : {std::size_t{1000}, std::size_t{200'000}}) {
    const auto digest = must_put(pattern(size));
    world().damage(digest, pattern(size).substr(0, size - 1));
    EXPECT_EQ(store().open(digest).error().code, ErrorCode::kDataLoss);
    EXPECT_EQ(store().access(digest).error().code, ErrorCode::kDataLoss);
    EXPECT_EQ(store().find(digest).error().code, ErrorCode::kDataLoss);
  }
}

TEST_P(BlobStoreContract, TellsTheKindsOfDamageApart) {
  const auto bytes = pattern(3'000'000);
  const auto digest = must_put(bytes);
  EXPECT_FALSE(damage_of(digest, bytes.size(), Depth::kQuick));
  EXPECT_FALSE(damage_of(digest, bytes.size()));

  auto flipped = bytes;
  flipped[1'500'000] ^= 1;
  world().damage(digest, flipped);
  EXPECT_FALSE(damage_of(digest, bytes.size(), Depth::kQuick));
  auto damage = damage_of(digest, bytes.size());
  ASSERT_TRUE(damage);
  EXPECT_EQ(damage->kind, Damage::Kind::kWrongBytes);
  EXPECT_THAT(damage->message, testing::HasSubstr(digest.to_string()));

  world().damage(digest, bytes.substr(0, 1'000'000));
  damage = damage_of(digest, bytes.size(), Depth::kQuick);
  ASSERT_TRUE(damage);
  EXPECT_EQ(damage->kind, Damage::Kind::kWrongSize);
  EXPECT_THAT(damage->message, testing::HasSubstr(digest.to_string()));

  world().damage(digest, std::nullopt);
  damage = damage_of(digest, bytes.size(), Depth::kQuick);
  ASSERT_TRUE(damage);
  EXPECT_EQ(damage->kind, Damage::Kind::kMissing);
  EXPECT_THAT(damage->message, testing::HasSubstr(digest.to_string()));
}

TEST_P(BlobStoreContract, BringsBackWhatWasTrashed) {
  const auto bytes = pattern(100'000);
  const auto committed = put(store(), bytes).value();
  ASSERT_TRUE(store().trash(committed.digest));
  EXPECT_FALSE(has(committed.digest));
  EXPECT_TRUE(stored_blobs().empty());
  EXPECT_EQ(store().open(committed.digest).error().code, ErrorCode::kNotFound);

  world().reopen();
  ASSERT_TRUE(store().restore(committed.digest));
  const auto found = store().find(committed.digest);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->modified_ns, committed.modified_ns);
  EXPECT_EQ((*found)->inode, committed.inode);
  EXPECT_EQ((*found)->crc32, committed.crc32);
  EXPECT_EQ(must_get(committed.digest), bytes);
}

TEST_P(BlobStoreContract, TrashesAndRestoresAnyNumberOfTimes) {
  const auto digest = must_put("weights");
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(store().trash(digest));
    ASSERT_TRUE(store().trash(digest));
    ASSERT_TRUE(store().restore(digest));
    ASSERT_TRUE(store().restore(digest));
  }
  EXPECT_EQ(must_get(digest), "weights");
}

TEST_P(BlobStoreContract, HoldsABlobInTheTrashAndAgainUploadedApart) {
  const auto digest = must_put("weights");
  ASSERT_TRUE(store().trash(digest));
  EXPECT_EQ(must_put("weights"), digest);
  EXPECT_EQ(must_get(digest), "weights");
  ASSERT_TRUE(store().trash(digest));
  world().clock().advance(std::chrono::seconds{1});
  EXPECT_EQ(store().purge_trash(now_ns()).value(), 14U);
  EXPECT_EQ(store().restore(digest).error().code, ErrorCode::kNotFound);
}

TEST_P(BlobStoreContract, RestoresNothingThatItNeverHad) {
  EXPECT_TRUE(store().trash(Digest::of("never here")));
  EXPECT_EQ(store().restore(Digest::of("never here")).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(store().remove(Digest::of("never here")).value(), 0U);
  EXPECT_EQ(store().quarantine(Digest::of("never here"), "reason").error().code, ErrorCode::kNotFound);
}

TEST_P(BlobStoreContract, PurgesOnlyWhatWasTrashedBefore) {
  const auto old_blob = must_put(pattern(100'000, 1));
  const auto new_blob = must_put(pattern(70'000, 2));
  const auto live_blob = must_put(pattern(5, 3));
  ASSERT_TRUE(store().trash(old_blob));
  world().clock().advance(std::chrono::hours{24});
  const auto a_day_later = now_ns();
  EXPECT_EQ(store().purge_trash(a_day_later - 24LL * 3600 * 1'000'000'000).value(), 0U);
  ASSERT_TRUE(store().trash(new_blob));
  EXPECT_EQ(store().purge_trash(a_day_later).value(), 100'000U);
  EXPECT_EQ(store().restore(old_blob).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(store().restore(new_blob));
  EXPECT_TRUE(has(live_blob));
  EXPECT_EQ(store().purge_trash(a_day_later).value(), 0U);
}

TEST_P(BlobStoreContract, RemovesABlobWithAllItsTrash) {
  const auto bytes = pattern(90'000);
  const auto digest = must_put(bytes);
  ASSERT_TRUE(store().trash(digest));
  must_put(bytes);
  EXPECT_EQ(store().remove(digest).value(), 180'000U);
  EXPECT_FALSE(has(digest));
  EXPECT_EQ(store().restore(digest).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(store().remove(digest).value(), 0U);
}

TEST_P(BlobStoreContract, ReadsOnFromABlobThatIsTakenAway) {
  const auto bytes = pattern(400'000);
  const auto digest = must_put(bytes);
  const auto source = store().open(digest).value();
  const auto access = store().access(digest).value();
  std::string begin(1000, '\0');
  ASSERT_EQ(source->read(std::as_writable_bytes(std::span{begin})).value(), 1000U);
  ASSERT_TRUE(store().trash(digest));
  world().clock().advance(std::chrono::seconds{1});
  EXPECT_EQ(store().purge_trash(now_ns()).value(), 400'000U);
  EXPECT_EQ(begin + read_all(*source, bytes.size()).value(), bytes);
  EXPECT_EQ(access->read_exactly(399'990, 10).value(), bytes.substr(399'990));
}

TEST_P(BlobStoreContract, HealsAQuarantinedBlobWithTheNextUpload) {
  const auto digest = must_put("weights");
  world().damage(digest, "wEights");
  ASSERT_TRUE(store().quarantine(digest, "byte 1 differs"));
  EXPECT_FALSE(has(digest));
  EXPECT_TRUE(stored_blobs().empty());
  must_put("weights");
  world().damage(digest, "weighTs");
  ASSERT_TRUE(store().quarantine(digest, "byte 1 differs"));
  must_put("weights");
  EXPECT_EQ(must_get(digest), "weights");
}

TEST_P(BlobStoreContract, ListsEveryBlobUntilTold) {
  std::vector<Digest> expected;
  for (int i = 0; i < 10; ++i) expected.push_back(must_put(pattern(100, static_cast<std::uint64_t>(i))));
  ASSERT_TRUE(store().trash(must_put("in the trash")));
  world().reopen();
  EXPECT_THAT(stored_blobs(), testing::UnorderedElementsAreArray(expected));
  int visited = 0;
  EXPECT_TRUE(store().list([&](const Digest&, std::uint64_t size_bytes, std::int64_t modified_ns) {
    EXPECT_EQ(size_bytes, 100U);
    EXPECT_GT(modified_ns, 0);
    return ++visited < 4;
  }));
  EXPECT_EQ(visited, 4);
}

TEST_P(BlobStoreContract, TakesOneBlobFromManyUploadersAtOnce) {
  const auto bytes = pattern(1'300'000);
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const auto info = put(store(), bytes);
      EXPECT_TRUE(info) << info.error().message;
    });
  }
  threads.clear();
  EXPECT_EQ(stored_blobs().size(), 1U);
  EXPECT_EQ(must_get(Digest::of(bytes)), bytes);
  EXPECT_TRUE(store().list_uploads()->empty());
}

}  // namespace weighhouse::store
