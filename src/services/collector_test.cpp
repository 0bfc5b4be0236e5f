#include "services/collector.h"

#include "base/id.h"
#include "services/testing/house_fixture.h"
#include "store/local/local_blob_store.h"

namespace weighhouse::services {
namespace {

using CollectorTest = HouseFixture;

TEST_F(CollectorTest, LeavesAnUploadAloneWhileItsLeaseLasts) {
  take("not published yet", alice);
  EXPECT_EQ(collector.collect(DryRun::kYes)->bytes, 0U);
  clock.advance(std::chrono::hours{25});
  const auto said = collector.collect(DryRun::kYes).take();
  EXPECT_EQ(said.bytes, 17U);
  EXPECT_EQ(collector.collect(DryRun::kNo)->bytes, said.bytes) << "a dry run says exactly what is freed";
  EXPECT_FALSE(blobs.find(Digest::of("not published yet"))->has_value());
}

TEST_F(CollectorTest, BringsACondemnedBlobBackToLifeWhenSomeoneNeedsIt) {
  take("weights", alice);
  clock.advance(std::chrono::hours{26});
  ASSERT_TRUE(collector.advance()) << "condemns";
  ASSERT_TRUE(publish("m", {{"a.bin", "weights"}})) << "the same bytes come again";
  clock.advance(std::chrono::hours{24 * 30});
  EXPECT_EQ(collector.advance()->bytes, 0U);
  EXPECT_TRUE(blobs.find(Digest::of("weights"))->has_value());
}

TEST_F(CollectorTest, FinishesDeletionsThatACrashInterrupted) {
  take("weights", alice);
  clock.advance(std::chrono::hours{25});
  const auto digest = Digest::of("weights");
  ASSERT_TRUE(metadata->transact([&](registry::Transaction& rows) -> Result<> {
    EXPECT_TRUE(TRY(rows.condemn(digest, clock.now())));
    EXPECT_TRUE(TRY(rows.mark_deleting(digest, clock.now())));
    return {};
  }));
  ASSERT_TRUE(collector.recover());
  EXPECT_FALSE(blobs.find(digest)->has_value());
  EXPECT_TRUE(publish("m", {{"a.bin", "weights"}}));
}

TEST_F(CollectorTest, RefusesToSweepMoreThanATenthOfTheStoreUnlessTold) {
  auto session = blobs.upload({}).take();
  ASSERT_TRUE(session->append(std::as_bytes(std::span{std::string_view{"a file without a row"}})));
  ASSERT_TRUE(session->commit());
  clock.advance(std::chrono::hours{24 * 365 * 40});  // whatever the store's clock says, it is old now
  const auto refused = collector.sweep(DryRun::kNo, Size::kAtMostATenth);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(collector.sweep(DryRun::kNo, Size::kAny)->digests.size(), 1U);
}

TEST_F(CollectorTest, NamesDamageAndWhoNeedsTheBytes) {
  ASSERT_TRUE(publish("m", {{"a.bin", "weights"}}));
  ASSERT_TRUE(blobs.trash(Digest::of("weights")));
  const auto verification =
      verifier.verify(alice, std::nullopt, store::Depth::kQuick, [](auto, auto) { return true; }).take();
  ASSERT_EQ(verification.damaged.size(), 1U);
  EXPECT_EQ(verification.damaged[0].damage.kind, store::Damage::Kind::kMissing);
  EXPECT_EQ(verification.damaged[0].references, std::vector<std::string>{"custom/m@1"});
  const auto handed = downloads.find_file(alice, ref("m"), std::nullopt, "a.bin");
  ASSERT_FALSE(handed);
  EXPECT_EQ(handed.error().code, ErrorCode::kDataLoss);
}

TEST_F(CollectorTest, MendsDamageWhenTheSameBytesComeAgain) {
  ASSERT_TRUE(publish("m", {{"a.bin", "weights"}}));
  ASSERT_TRUE(blobs.trash(Digest::of("weights")));
  ASSERT_FALSE(downloads.find_file(alice, ref("m"), std::nullopt, "a.bin"));
  const auto digest = Digest::of("weights");
  EXPECT_EQ(intake.absent(alice, {&digest, 1}).take(), std::vector<Digest>{digest}) << "a client is told to send it";
  take("weights", alice);
  EXPECT_TRUE(downloads.find_file(alice, ref("m"), std::nullopt, "a.bin"));
}

TEST_F(CollectorTest, DiscardsAnUploadThatNobodyCouldResumeAndKeepsTheOthers) {
  const auto root = join_path(directory.path(), "store");
  const auto local = store::LocalBlobStore::open(root).take();
  const auto open = local->upload({}).take();
  auto resumable = local->upload({}).take();
  ASSERT_TRUE(resumable->checkpoint());
  const std::string kept = resumable->id();
  resumable.reset();
  const std::string broken = new_ulid(SystemClock{}.now());
  ASSERT_TRUE(make_directories(join_path(root, "uploads/" + broken)));

  Collector sweeper{*metadata, *local, clock, std::chrono::hours{1}};
  for (int round = 0; round < 2; ++round) ASSERT_TRUE(sweeper.discard_idle_uploads(std::chrono::hours{48}));
  std::set<std::string> left;
  for (const auto& upload : local->list_uploads().take()) left.insert(upload.id);
  EXPECT_EQ(left, (std::set<std::string>{open->id(), kept}));
  EXPECT_TRUE(local->resume(kept)) << "an id once handed out goes on, also without a byte";
}

}  // namespace
}  // namespace weighhouse::services
