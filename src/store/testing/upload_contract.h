#pragma once

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "store/detail/crc32.h"
#include "store/refused.h"
#include "store/testing/store_contract_fixture.h"

// The part of blob_store_contract.h that is about uploads.
namespace weighhouse::store {

TEST_P(BlobStoreContract, KeepsNothingWhenTheBytesDoNotMatchTheDeclaredDigest) {
  auto session = store().upload({.declared = Digest::of("other weights")}).value();
  const auto id = session->id();
  ASSERT_TRUE(session->append(as_span("weights")));
  const auto result = session->commit();
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(stored_blobs().empty());
  session.reset();
  EXPECT_TRUE(store().list_uploads()->empty());
  EXPECT_EQ(store().resume(id).error().code, ErrorCode::kNotFound);
}

TEST_P(BlobStoreContract, TellsWhatAnUploadWillBecomeBeforeItIsSo) {
  auto session = store().upload({}).value();
  const auto id = session->id();
  ASSERT_TRUE(session->append(as_span("weights")));
  ASSERT_TRUE(session->checkpoint());
  EXPECT_EQ(session->seal().value(), Digest::of("weights"));
  EXPECT_EQ(session->seal().value(), Digest::of("weights")) << "as often as it is asked";
  EXPECT_TRUE(stored_blobs().empty());
  session.reset();
  auto again = store().resume(id);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ((*again)->offset(), 7U) << "a seal alone ends nothing";
  ASSERT_TRUE((*again)->append(as_span(" and more")));
  EXPECT_EQ((*again)->seal().value(), Digest::of("weights and more"));
  EXPECT_EQ((*again)->commit().value().digest, Digest::of("weights and more"));
  EXPECT_EQ(must_get(Digest::of("weights and more")), "weights and more");
}

TEST_P(BlobStoreContract, ASealKeepsWhatCameAfterTheLastCheckpoint) {
  const auto bytes = pattern(2'000'003);
  auto session = store().upload({}).value();
  const auto id = session->id();
  ASSERT_TRUE(session->append(as_span(bytes)));
  ASSERT_TRUE(session->seal());
  session.reset();
  world().reopen();
  auto again = store().resume(id);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ((*again)->offset(), bytes.size());
  EXPECT_EQ((*again)->commit().value().digest, Digest::of(bytes));
}

TEST_P(BlobStoreContract, ASealKeepsNothingOfOtherBytesThanWereDeclared) {
  auto session = store().upload({.declared = Digest::of("other weights")}).value();
  const auto id = session->id();
  ASSERT_TRUE(session->append(as_span("weights")));
  EXPECT_EQ(session->seal().error().code, ErrorCode::kInvalidArgument);
  session.reset();
  EXPECT_TRUE(store().list_uploads()->empty());
  EXPECT_EQ(store().resume(id).error().code, ErrorCode::kNotFound);
}

TEST_P(BlobStoreContract, ASealShowsOnceWhatItRefused) {
  const auto bytes = pattern(300'001);
  auto session = store().upload({.declared = Digest::of("other weights")}).value();
  ASSERT_TRUE(session->append(as_span(bytes)));
  EXPECT_FALSE(take_refused(*session));
  ASSERT_FALSE(session->seal());
  const auto refused = take_refused(*session);
  ASSERT_TRUE(refused);
  EXPECT_FALSE(take_refused(*session));
  session.reset();
  EXPECT_EQ(refused->size_bytes(), bytes.size());
  EXPECT_EQ(refused->read_exactly(0, bytes.size()).value(), bytes);
  EXPECT_TRUE(store().list_uploads()->empty());
}

TEST_P(BlobStoreContract, KeepsNothingWhenTheSizeIsNotAsDeclared) {
  const auto result = put(store(), "weights", {.size_bytes = 8});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(stored_blobs().empty());
}

TEST_P(BlobStoreContract, RefusesMoreThanWasDeclaredAndKeepsWhatItHad) {
  auto session = store().upload({.size_bytes = 8}).value();
  ASSERT_TRUE(session->append(as_span("weights")));
  EXPECT_EQ(session->append(as_span("too much")).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(session->offset(), 7U);
  ASSERT_TRUE(session->append(as_span("!")));
  const auto info = session->commit();
  ASSERT_TRUE(info);
  EXPECT_EQ(must_get(info->digest), "weights!");
}

TEST_P(BlobStoreContract, TakesUpAnUploadWhereItsSessionLeftIt) {
  const auto bytes = pattern(2'500'000);
  std::string id;
  std::size_t offset = 0;
  for (const std::size_t end :
       {std::size_t{1}, std::size_t{100}, std::size_t{1'048'575}, std::size_t{1'048'640}, bytes.size()}) {
    auto session = id.empty() ? store().upload({.declared = Digest::of(bytes)}) : store().resume(id);
    ASSERT_TRUE(session) << session.error().message;
    id = (*session)->id();
    ASSERT_EQ((*session)->offset(), offset);
    ASSERT_TRUE((*session)->append(as_span(std::string_view{bytes}.substr(offset, end - offset))));
    offset = end;
  }
  world().reopen();
  auto session = store().resume(id);
  ASSERT_TRUE(session) << session.error().message;
  EXPECT_EQ((*session)->offset(), bytes.size());
  EXPECT_EQ((*session)->options().declared, Digest::of(bytes));
  const auto info = (*session)->commit();
  ASSERT_TRUE(info) << info.error().message;
  EXPECT_EQ(info->crc32, detail::crc32_portable(0, as_span(bytes)));
  EXPECT_EQ(must_get(Digest::of(bytes)), bytes);
  EXPECT_FALSE(damage_of(info->digest, bytes.size()));
}

TEST_P(BlobStoreContract, KeepsAnUploadThatHasNoBytesYet) {
  const auto id = store().upload({.size_bytes = 3}).value()->id();
  auto session = store().resume(id);
  ASSERT_TRUE(session) << session.error().message;
  EXPECT_EQ((*session)->offset(), 0U);
  EXPECT_EQ((*session)->options().size_bytes, 3U);
}

TEST_P(BlobStoreContract, GivesAnUploadToOneSessionAtATime) {
  auto session = store().upload({}).value();
  const auto id = session->id();
  EXPECT_EQ(store().resume(id).error().code, ErrorCode::kFailedPrecondition);
  session.reset();
  EXPECT_TRUE(store().resume(id));
}

TEST_P(BlobStoreContract, KnowsNoUploadThatItDidNotBegin) {
  for (const std::string_view id : {"01JGXNQZ8C0000000000000000", "", "..", "../blobs", "a/b", "x"}) {
    EXPECT_EQ(store().resume(id).error().code, ErrorCode::kNotFound) << id;
    EXPECT_TRUE(store().discard(id)) << id;
  }
}

TEST_P(BlobStoreContract, ForgetsACommittedUpload) {
  auto session = store().upload({}).value();
  const auto id = session->id();
  ASSERT_TRUE(session->append(as_span("weights")));
  ASSERT_TRUE(session->checkpoint());
  ASSERT_TRUE(session->commit());
  session.reset();
  EXPECT_EQ(store().resume(id).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(store().list_uploads()->empty());
}

TEST_P(BlobStoreContract, ListsAndDiscardsAbandonedUploads) {
  auto first = store().upload({}).value();
  ASSERT_TRUE(first->append(as_span("half of it")));
  const auto first_id = first->id();
  first.reset();
  const auto second_id = store().upload({}).value()->id();

  auto pending = store().list_uploads();
  ASSERT_TRUE(pending);
  std::ranges::sort(*pending, {}, &BlobStore::PendingUpload::size_bytes);
  ASSERT_EQ(pending->size(), 2U);
  EXPECT_EQ((*pending)[0].id, second_id);
  EXPECT_EQ((*pending)[1].id, first_id);
  EXPECT_EQ((*pending)[1].size_bytes, 10U);
  EXPECT_GT((*pending)[1].modified_ns, 0);

  ASSERT_TRUE(store().discard(first_id));
  EXPECT_EQ(store().resume(first_id).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(store().list_uploads()->size(), 1U);
}

TEST_P(BlobStoreContract, DiscardsAnUploadUnderTheFeetOfItsSession) {
  auto session = store().upload({}).value();
  const auto id = session->id();
  ASSERT_TRUE(session->append(as_span("weights")));
  ASSERT_TRUE(store().discard(id));
  EXPECT_EQ(session->append(as_span("more")).error().code, ErrorCode::kCancelled);
  EXPECT_EQ(session->commit().error().code, ErrorCode::kCancelled);
  session.reset();
  EXPECT_TRUE(stored_blobs().empty());
  EXPECT_TRUE(store().list_uploads()->empty());
}

}  // namespace weighhouse::store
