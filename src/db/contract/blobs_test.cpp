#include <algorithm>

#include "db/metadata_store_contract.h"

namespace weighhouse::db {
namespace {

using std::chrono::hours;

TEST_P(MetadataStoreContract, KeepsABlobAndWhatVerificationFound) {
  const Blob blob{.digest = Digest::of("x"),
                  .size_bytes = 1,
                  .crc32 = 0xFFFFFFFF,
                  .modified_ns = 123456789,
                  .inode = 42,
                  .format = "onnx",
                  .created_at = now_};
  write([&](Transaction& rows) { return rows.put_blob(blob); });
  write([&](Transaction& rows) { return rows.mark_verified(blob.digest, later(), "one bit fell over"); });
  const auto kept = read([&](Transaction& rows) { return rows.find_blob(blob.digest); });
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->crc32, 0xFFFFFFFF);
  EXPECT_EQ(kept->modified_ns, 123456789);
  EXPECT_EQ(kept->inode, 42U);
  EXPECT_EQ(kept->format, "onnx");
  EXPECT_EQ(kept->verified_at, now_);
  EXPECT_EQ(kept->damage, "one bit fell over");
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.mark_verified(Digest::of("y"), now_, ""); }).code,
            ErrorCode::kNotFound);
}

TEST_P(MetadataStoreContract, ListsBlobsInTheOrderOfTheirDigests) {
  for (int i = 0; i < 5; ++i) put_blob(std::to_string(i));
  std::vector<Digest> digests;
  std::optional<Digest> after;
  while (true) {
    const auto some = read([&](Transaction& rows) { return rows.list_blobs(after, 2); });
    if (some.empty()) break;
    for (const Blob& blob : some) digests.push_back(blob.digest);
    after = digests.back();
  }
  EXPECT_EQ(digests.size(), 5U);
  EXPECT_TRUE(std::is_sorted(digests.begin(), digests.end()));
}

TEST_P(MetadataStoreContract, AnOwnerMayReferToWhatItHoldsALeaseOnOrMayRead) {
  const Digest digest = put_blob("bytes").digest;
  const auto absent = [&](const char* owner, const char* pattern) {
    return !read([&](Transaction& rows) { return rows.absent(std::vector{digest}, owner, pattern, now_); }).empty();
  };
  EXPECT_TRUE(absent("ada", "*"));
  write([&](Transaction& rows) { return rows.put_lease({digest, "ada", now_ + hours{1}}); });
  EXPECT_FALSE(absent("ada", "nothing"));
  EXPECT_TRUE(absent("bob", "*"));
  now_ = now_ + hours{2};
  EXPECT_TRUE(absent("ada", "*"));

  add_version(add_model("whisper/base"), {"bytes"});
  EXPECT_FALSE(absent("bob", "*"));
  EXPECT_FALSE(absent("bob", "whisper"));
  EXPECT_FALSE(absent("bob", "whis*"));
  EXPECT_TRUE(absent("bob", "custom"));
  EXPECT_TRUE(absent("bob", "w"));
  trash("whisper/base");
  EXPECT_TRUE(absent("bob", "*"));
  EXPECT_EQ(
      read([&](Transaction& rows) { return rows.absent(std::vector{Digest::of("never")}, "ada", "*", now_); }).size(),
      1U);
}

TEST_P(MetadataStoreContract, TheLaterExpiryOfALeaseWins) {
  const Digest digest = put_blob("bytes").digest;
  write([&](Transaction& rows) { return rows.put_lease({digest, "ada", now_ + hours{2}}); });
  write([&](Transaction& rows) { return rows.put_lease({digest, "ada", now_ + hours{1}}); });
  const auto unreferenced = [&](Timestamp at) {
    return read([&](Transaction& rows) { return rows.list_unreferenced(at, 10); }).size();
  };
  EXPECT_EQ(unreferenced(now_ + hours{1} + std::chrono::minutes{1}), 0U);
  EXPECT_EQ(unreferenced(now_ + hours{3}), 1U);
  write([&](Transaction& rows) { return rows.drop_leases(std::vector{digest}, "ada"); });
  EXPECT_EQ(unreferenced(now_), 1U);
}

TEST_P(MetadataStoreContract, CollectsInStepsThatEachLookAgain) {
  const Digest digest = put_blob("bytes").digest;
  const auto step = [&](auto method) {
    bool done = false;
    write([&](Transaction& rows) -> Result<> {
      done = TRY((rows.*method)(digest, now_));
      return {};
    });
    return done;
  };
  EXPECT_FALSE(step(&Transaction::mark_deleting)) << "it was not condemned";
  EXPECT_TRUE(step(&Transaction::condemn));
  write([&](Transaction& rows) { return rows.put_lease({digest, "ada", now_ + hours{1}}); });
  EXPECT_EQ(read([&](Transaction& rows) { return rows.find_blob(digest); })->state, BlobState::kLive);
  EXPECT_FALSE(step(&Transaction::condemn));
  now_ = now_ + hours{2};
  EXPECT_TRUE(step(&Transaction::condemn));
  put_blob("bytes");
  EXPECT_EQ(read([&](Transaction& rows) { return rows.find_blob(digest); })->state, BlobState::kLive);
  EXPECT_TRUE(step(&Transaction::condemn));
  EXPECT_TRUE(step(&Transaction::mark_deleting));
  put_blob("bytes");
  EXPECT_EQ(read([&](Transaction& rows) { return rows.find_blob(digest); })->state, BlobState::kDeleting);
  EXPECT_TRUE(read([&](Transaction& rows) { return rows.list_unreferenced(now_, 10); }).empty());
  EXPECT_EQ(read([](Transaction& rows) { return rows.list_deleting(10); }).size(), 1U);
  write([&](Transaction& rows) { return rows.remove_blob(digest); });
  EXPECT_FALSE(read([&](Transaction& rows) { return rows.find_blob(digest); }));
}

TEST_P(MetadataStoreContract, WhatAVersionHoldsIsNeverCollectedNotEvenFromTrash) {
  const Model jarvis = add_model("jarvis");
  add_version(jarvis, {"weights"});
  const Digest digest = Digest::of("weights");
  trash("jarvis");
  EXPECT_TRUE(read([&](Transaction& rows) { return rows.list_unreferenced(now_, 10); }).empty());
  write([&](Transaction& rows) -> Result<> {
    EXPECT_FALSE(TRY(rows.condemn(digest, now_)));
    return {};
  });
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.remove_blob(digest); }).code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(read([&](Transaction& rows) { return rows.list_referrers(digest, 10); }),
            std::vector<std::string>{"custom/jarvis@1"});
}

TEST_P(MetadataStoreContract, ACondemnedBlobIsNotThereForANewVersion) {
  const Model jarvis = add_model("jarvis");
  const Digest digest = put_blob("bytes").digest;
  write([&](Transaction& rows) -> Result<> {
    EXPECT_TRUE(TRY(rows.condemn(digest, now_)));
    return {};
  });
  const std::vector<File> files{{.path = FilePath::parse("a").take(), .digest = digest, .size_bytes = 5}};
  const Version version{.model = jarvis.id, .number = VersionNumber{1}, .created_at = now_};
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.add_version(version, files); }).code,
            ErrorCode::kFailedPrecondition);
}

TEST_P(MetadataStoreContract, AddsUpWhatTheStoreHolds) {
  const Model jarvis = add_model("jarvis");
  const Model friday = add_model("friday");
  add_version(jarvis, {"shared", "own"});
  add_version(jarvis, {"shared"});
  add_version(friday, {"shared", "friday's"});
  put_blob("nobody's");
  trash("friday");
  const auto totals = read([&](Transaction& rows) { return rows.storage_totals(now_); });
  EXPECT_EQ(totals.models, 1);
  EXPECT_EQ(totals.versions, 2);
  EXPECT_EQ(totals.blobs, 4);
  EXPECT_EQ(totals.referenced_bytes, 6U + 3 + 6 + 6 + 8);
  EXPECT_EQ(totals.stored_bytes, 6U + 3 + 8 + 8);
  EXPECT_EQ(totals.trashed_bytes, 8U);
  EXPECT_EQ(totals.unreferenced_bytes, 8U);
  const auto largest = read([](Transaction& rows) { return rows.largest_models(5); });
  ASSERT_EQ(largest.size(), 1U);
  EXPECT_EQ(largest[0].reference, "custom/jarvis");
  EXPECT_EQ(largest[0].size_bytes, 15U);
  EXPECT_EQ(largest[0].unique_bytes, 3U);
}

TEST_P(MetadataStoreContract, KnowsWhichTensorsBlobsShare) {
  const Digest one = put_blob("one").digest;
  const Digest two = put_blob("two").digest;
  write([&](Transaction& rows) -> Result<> {
    TRY(rows.put_tensors(one, std::vector<TensorEntry>{{one, "a", "h1", 10}, {one, "b", "h2", 20}}));
    return rows.put_tensors(two, std::vector<TensorEntry>{{two, "x", "h2", 20}, {two, "y", "h3", 5}});
  });
  const auto shared = [&](const Digest& digest) {
    return read([&](Transaction& rows) { return rows.shared_tensor_bytes(digest); });
  };
  EXPECT_EQ(shared(one), 20U);
  EXPECT_EQ(shared(two), 20U);
  EXPECT_EQ(shared(Digest::of("none")), 0U);
}

TEST_P(MetadataStoreContract, RemembersUploads) {
  Upload upload{.id = "up", .owner = "ada", .name = "x.pt", .size_bytes = 5, .created_at = now_};
  write([&](Transaction& rows) { return rows.put_upload(upload); });
  upload.finished = Digest::of("x");
  write([&](Transaction& rows) { return rows.put_upload(upload); });
  const auto kept = read([](Transaction& rows) { return rows.find_upload("up"); });
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->owner, "ada");
  EXPECT_EQ(kept->size_bytes, 5U);
  EXPECT_FALSE(kept->declared);
  EXPECT_EQ(kept->finished, upload.finished);
  write([](Transaction& rows) { return rows.remove_upload("up"); });
  EXPECT_FALSE(read([](Transaction& rows) { return rows.find_upload("up"); }));
}

}  // namespace
}  // namespace weighhouse::db
