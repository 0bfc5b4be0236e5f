#include <array>
#include <cerrno>
#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

#include "base/log.h"
#include "store/testing/blobs.h"
#include "store/testing/lossy_under_test.h"

// A story of all that a store does, with the power cut, or one operation failing, after every single
// operation of the disk. The ledger keeps what the store has acknowledged; whatever happens, that holds.

namespace weighhouse::store {
namespace {

using Loss = LossyFileSystem::Loss;

// What is known of a blob. While a step that would change it has begun and not been acknowledged, it may be
// either, but never lost.
enum class Known : std::uint8_t { kAbsent, kMaybePut, kStored, kMaybeTrashed, kTrashed, kMaybeGone, kGone };

struct KnownUpload {
  std::string bytes;
  std::uint64_t checkpoint = 0;
  bool maybe_ended = false;
};

struct Ledger {
  std::map<std::string, Known> blobs;  // by their bytes
  std::map<std::string, KnownUpload> uploads;
};

// One telling of the story. A step that fails is noted and the story goes on, as a server would; when the power
// is off nobody tries anything any more.
class Story {
 public:
  Story(LossyUnderTest& world, Ledger& ledger) : world_(world), ledger_(ledger) {}

  void tell() {
    static const auto small = pattern(900, 1);
    static const auto large = pattern(70'000, 2);
    static const auto resumed = pattern(90'001, 3);
    static const auto last = pattern(66'000, 4);
    static const auto unfinished = pattern(80'000, 5);
    put_blob(small);
    put_blob(large);
    const auto id = leave_halfway(resumed);
    put_blob(large);
    trash(small);
    restore(small);
    trash(large);
    go_on(id, resumed);
    put_blob(large);
    trash(resumed);
    world_.clock().advance(std::chrono::hours{1});
    purge(resumed);
    put_blob(resumed);
    mend(small);
    remove(large);
    put_blob(last);
    leave_halfway(unfinished);
  }

  std::vector<Error> failures;

 private:
  BlobStore& store() { return world_.store(); }
  bool is_over() const { return world_.disk().power_was_cut(); }

  template <class T>
  bool went_well(const Result<T>& result) {
    if (!result) failures.push_back(result.error());
    return result.has_value();
  }

  void put_blob(const std::string& bytes) {
    if (is_over()) return;
    auto& known = ledger_.blobs[bytes];
    const bool was_stored = known == Known::kStored;
    if (!was_stored) known = Known::kMaybePut;
    auto session = store().upload({.declared = Digest::of(bytes), .size_bytes = bytes.size()});
    if (!went_well(session)) return;
    if (!went_well((*session)->append(as_span(bytes)))) return;
    const auto committed = (*session)->commit();
    if (went_well(committed)) {
      known = Known::kStored;
    } else if (!world_.disk().power_was_cut() && !was_stored) {
      // Not acknowledged, and the disk lives: it must not be there.
      EXPECT_FALSE(store().find(Digest::of(bytes)).value()) << committed.error().message;
    }
  }

  std::string leave_halfway(const std::string& bytes) {
    if (is_over()) return {};
    auto session = store().upload({.declared = Digest::of(bytes)});
    if (!went_well(session)) return {};
    const std::string id = (*session)->id();
    auto& upload = ledger_.uploads[id];
    upload.bytes = bytes;
    const std::string_view view{bytes};
    for (const std::size_t end : {std::size_t{100}, std::size_t{40'000}, std::size_t{70'000}}) {
      if (!went_well((*session)->append(as_span(view.substr((*session)->offset(), end - (*session)->offset()))))) break;
      if (end != 40'000 && went_well((*session)->checkpoint())) upload.checkpoint = end;
    }
    return id;
  }

  void go_on(const std::string& id, const std::string& bytes) {
    if (id.empty() || is_over()) return;
    auto session = store().resume(id);
    if (!went_well(session)) return;
    auto& upload = ledger_.uploads[id];
    auto& known = ledger_.blobs[bytes];
    EXPECT_GE((*session)->offset(), upload.checkpoint);
    if (!went_well((*session)->append(as_span(std::string_view{bytes}.substr((*session)->offset()))))) return;
    upload.maybe_ended = true;
    known = Known::kMaybePut;
    if (went_well((*session)->commit())) known = Known::kStored;
  }

  void trash(const std::string& bytes) {
    if (is_over()) return;
    auto& known = ledger_.blobs[bytes];
    if (known != Known::kStored) return;
    known = Known::kMaybeTrashed;
    if (went_well(store().trash(Digest::of(bytes)))) known = Known::kTrashed;
  }

  void restore(const std::string& bytes) {
    if (is_over()) return;
    auto& known = ledger_.blobs[bytes];
    if (known != Known::kTrashed) return;
    known = Known::kMaybeTrashed;
    if (went_well(store().restore(Digest::of(bytes)))) known = Known::kStored;
  }

  void purge(const std::string& trashed) {
    if (is_over()) return;
    auto& known = ledger_.blobs[trashed];
    if (known == Known::kTrashed || known == Known::kMaybeTrashed) known = Known::kMaybeGone;
    for (auto& [bytes, other] : ledger_.blobs) {
      if (other == Known::kTrashed || other == Known::kMaybeTrashed) other = Known::kMaybeGone;
    }
    if (went_well(store().purge_trash(INT64_MAX)) && known == Known::kMaybeGone) known = Known::kGone;
  }

  void remove(const std::string& bytes) {
    if (is_over()) return;
    auto& known = ledger_.blobs[bytes];
    known = Known::kMaybeGone;
    if (went_well(store().remove(Digest::of(bytes)))) known = Known::kGone;
  }

  // Quarantined by a scrub, then uploaded again.
  void mend(const std::string& bytes) {
    if (is_over()) return;
    auto& known = ledger_.blobs[bytes];
    if (known != Known::kStored) return;
    known = Known::kMaybeGone;
    if (went_well(store().quarantine(Digest::of(bytes), "scrub"))) put_blob(bytes);
  }

  LossyUnderTest& world_;
  Ledger& ledger_;
};

class CrashTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { log::configure(log::Level::kError, log::Form::kText); }
  static void TearDownTestSuite() { log::configure(log::Level::kWarning, log::Form::kText); }

  static void expect_whole(BlobStore& store, const std::string& bytes, const char* when) {
    const auto found = get(store, Digest::of(bytes));
    ASSERT_TRUE(found) << when << ": " << found.error().message;
    EXPECT_TRUE(*found == bytes) << when;
    const auto info = store.find(Digest::of(bytes));
    ASSERT_TRUE(info && *info) << when;
    EXPECT_EQ((*info)->size_bytes, bytes.size()) << when;
  }

  static void check_blob(BlobStore& store, const std::string& bytes, Known known) {
    const auto digest = Digest::of(bytes);
    const auto found = store.find(digest);
    ASSERT_TRUE(found) << found.error().message;
    switch (known) {
      case Known::kStored:
        expect_whole(store, bytes, "acknowledged");
        break;
      case Known::kTrashed:
        EXPECT_FALSE(*found) << "still there after it was trashed";
        ASSERT_TRUE(store.restore(digest));
        expect_whole(store, bytes, "restored");
        break;
      case Known::kMaybeTrashed:
        ASSERT_TRUE(store.restore(digest)) << "lost between store and trash";
        expect_whole(store, bytes, "on its way");
        break;
      case Known::kGone:
        EXPECT_FALSE(*found) << "still there after it was removed";
        break;
      case Known::kAbsent:
      case Known::kMaybePut:
      case Known::kMaybeGone:
        if (*found) expect_whole(store, bytes, "never acknowledged");
        break;
    }
  }

  static void check_upload(BlobStore& store, const std::string& id, const KnownUpload& upload) {
    auto session = store.resume(id);
    if (!session) {
      EXPECT_TRUE(upload.maybe_ended || upload.checkpoint == 0)
          << "a checkpoint at " << upload.checkpoint << " was lost: " << session.error().message;
      EXPECT_EQ(session.error().code, ErrorCode::kNotFound) << session.error().message;
      return;
    }
    const auto offset = (*session)->offset();
    EXPECT_GE(offset, upload.checkpoint);
    ASSERT_LE(offset, upload.bytes.size());
    ASSERT_TRUE((*session)->append(as_span(std::string_view{upload.bytes}.substr(offset))));
    const auto committed = (*session)->commit();
    ASSERT_TRUE(committed) << "what was resumed at " << offset
                           << " is not what was sent: " << committed.error().message;
    expect_whole(store, upload.bytes, "resumed");
  }

  // Everything that must hold of a store that was just opened.
  static void check_all(LossyUnderTest& world, const Ledger& ledger) {
    auto& store = world.store();
    ASSERT_TRUE(store.list([&](const Digest& digest, std::uint64_t size_bytes, std::int64_t) {
      const auto bytes = get(store, digest);
      EXPECT_TRUE(bytes && Digest::of(*bytes) == digest && bytes->size() == size_bytes) << "half a blob is visible";
      return true;
    }));
    for (const auto& [bytes, known] : ledger.blobs) check_blob(store, bytes, known);
    for (const auto& [id, upload] : ledger.uploads) check_upload(store, id, upload);
    const auto pending = store.list_uploads();
    ASSERT_TRUE(pending);
    for (const auto& upload : *pending) EXPECT_TRUE(store.discard(upload.id));
    EXPECT_TRUE(store.list_uploads()->empty());
    for (const auto& [bytes, known] : ledger.blobs) {
      ASSERT_TRUE(put(store, bytes)) << "no longer takes what it took before";
      expect_whole(store, bytes, "uploaded again");
    }
  }

  // What was acknowledged since the first crash, of which some may have found its files half way there.
  static void check_again_after_a_power_cut(LossyUnderTest& world, const Ledger& ledger) {
    world.close();
    world.disk().crash(Loss::kAllUnsynced);
    ASSERT_NO_FATAL_FAILURE(world.reopen());
    for (const auto& [bytes, known] : ledger.blobs) expect_whole(world.store(), bytes, "a crash later");
  }
};

// `make test` goes through every operation for two kinds of loss and takes samples of the rest; WEIGH_SOAK
// does it all.
bool soaking() { return std::getenv("WEIGH_SOAK") != nullptr; }

class CrashSweep : public CrashTest, public testing::WithParamInterface<Loss> {};

TEST_P(CrashSweep, APowerCutAfterAnyOperationLosesNothingThatWasAcknowledged) {
  const Loss loss = GetParam();
  const bool every_one = soaking() || loss == Loss::kAllUnsynced || loss == Loss::kNothing;
  const std::uint64_t stride = every_one ? 1 : 4;
  const std::uint64_t seeds = loss != Loss::kOrdered ? 1 : soaking() ? 100 : 3;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    for (std::uint64_t operation = 1 + seed % stride;; operation += stride) {
      SCOPED_TRACE(testing::Message() << "seed " << seed << ", operation " << operation);
      LossyUnderTest world;
      Ledger ledger;
      world.disk().cut_power_at(operation);
      Story{world, ledger}.tell();
      const bool was_cut = world.disk().power_was_cut();
      world.close();
      world.disk().crash(loss, seed + operation * 1000);
      ASSERT_NO_FATAL_FAILURE(world.reopen());
      check_all(world, ledger);
      check_again_after_a_power_cut(world, ledger);
      if (HasFailure()) return;
      if (!was_cut) break;
    }
  }
}

std::string name_of_loss(const testing::TestParamInfo<Loss>& info) {
  constexpr std::array kNames{"Nothing", "AllUnsynced", "UnsyncedData", "UnsyncedInOrder"};
  return kNames.at(static_cast<std::size_t>(info.param));
}

INSTANTIATE_TEST_SUITE_P(Losing, CrashSweep,
                         testing::Values(Loss::kNothing, Loss::kAllUnsynced, Loss::kUnsyncedData, Loss::kOrdered),
                         name_of_loss);

TEST_F(CrashTest, BytesBehindTheCheckpointAreGoneFromAResumedUpload) {
  LossyUnderTest world{UINT64_MAX};
  const auto bytes = pattern(100'000);
  auto session = world.store().upload({}).value();
  const auto id = session->id();
  ASSERT_TRUE(session->append(as_span(bytes).first(10'000)));
  ASSERT_TRUE(session->checkpoint());
  ASSERT_TRUE(session->append(as_span(bytes).subspan(10'000)));
  world.disk().cut_power_at(1);
  session.reset();
  world.close();
  world.disk().crash(Loss::kNothing);
  world.reopen();

  session = world.store().resume(id).value();
  const auto offset = session->offset();
  ASSERT_LT(offset, bytes.size());
  const auto info = session->commit();
  ASSERT_TRUE(info) << info.error().message;
  EXPECT_EQ(get(world.store(), info->digest).value(), bytes.substr(0, offset));
}

// An upload of `bytes`, flushed up to 10,000 and noted up to 70,000, whose program was killed.
std::string leave_noted(LossyUnderTest& world, const std::string& bytes, Loss loss) {
  auto session = world.store().upload({.declared = Digest::of(bytes)}).value();
  auto id = session->id();
  EXPECT_TRUE(session->append(as_span(bytes).first(10'000)));
  EXPECT_TRUE(session->checkpoint());
  EXPECT_TRUE(session->append(as_span(bytes).subspan(10'000, 20'000)));
  EXPECT_TRUE(session->append(as_span(bytes).subspan(30'000, 40'000)));
  world.disk().cut_power_at(1);
  session.reset();
  world.close();
  world.disk().crash(loss);
  world.reopen();
  return id;
}

TEST_F(CrashTest, ANoteOutlivesTheProgramAndIsDurableOnceItWasTakenUp) {
  LossyUnderTest world;
  const auto bytes = pattern(100'000);
  const auto id = leave_noted(world, bytes, Loss::kNothing);
  EXPECT_EQ(world.store().resume(id).value()->offset(), 70'000U);
  world.close();
  world.disk().crash(Loss::kAllUnsynced);
  world.reopen();
  auto session = world.store().resume(id).value();
  EXPECT_EQ(session->offset(), 70'000U);
  ASSERT_TRUE(session->append(as_span(bytes).subspan(70'000)));
  ASSERT_TRUE(session->commit());
  expect_whole(world.store(), bytes, "noted");
}

TEST_F(CrashTest, ANoteCountsNothingAfterAPowerCut) {
  for (const auto loss : {Loss::kAllUnsynced, Loss::kUnsyncedData, Loss::kOrdered}) {
    LossyUnderTest world;
    const auto bytes = pattern(100'000);
    const auto id = leave_noted(world, bytes, loss);
    auto session = world.store().resume(id).value();
    EXPECT_GE(session->offset(), 10'000U);
    ASSERT_TRUE(session->append(as_span(bytes).subspan(session->offset())));
    ASSERT_TRUE(session->commit()) << "what was taken up is not what was sent";
    expect_whole(world.store(), bytes, "noted");
  }
}

TEST_F(CrashTest, APowerCutDoesNotBringBackFromTheTrashWhatWasRemovedOrPurged) {
  LossyUnderTest world;
  const auto removed = put(world.store(), "removed")->digest;
  const auto purged = put(world.store(), "purged")->digest;
  for (const auto& digest : {removed, purged}) ASSERT_TRUE(world.store().trash(digest));
  ASSERT_EQ(world.store().remove(removed).value(), 7U);
  ASSERT_EQ(world.store().purge_trash(INT64_MAX).value(), 6U);
  world.close();
  world.disk().crash(Loss::kAllUnsynced);
  world.reopen();
  for (const auto& digest : {removed, purged}) {
    EXPECT_EQ(world.store().restore(digest).error().code, ErrorCode::kNotFound);
  }
}

TEST_F(CrashTest, APowerCutKeepsTheBlockTableOfAnAcknowledgedBlob) {
  LossyUnderTest world;
  const auto digest = put(world.store(), pattern(200'000))->digest;
  world.close();
  world.disk().crash(Loss::kAllUnsynced);
  EXPECT_TRUE(world.disk().find(Layout{"/home/store"}.table(digest)).value());
}

TEST_F(CrashTest, APowerCutWhileAStoreIsMadeLeavesOneThatCanBeMade) {
  for (const auto loss : {Loss::kNothing, Loss::kAllUnsynced, Loss::kUnsyncedData, Loss::kOrdered}) {
    const auto clock = std::make_shared<ManualClock>();
    for (std::uint64_t operation = 1;; ++operation) {
      SCOPED_TRACE(testing::Message() << "loss " << static_cast<int>(loss) << ", operation " << operation);
      const auto disk = std::make_shared<LossyFileSystem>();
      disk->cut_power_at(operation);
      const bool made = LocalBlobStore::open("/home/store", {.files = disk, .clock = clock}).has_value();
      disk->crash(loss, operation);
      const auto store = LocalBlobStore::open("/home/store", {.files = disk, .clock = clock});
      ASSERT_TRUE(store) << store.error().message;
      ASSERT_TRUE(put(**store, "weights"));
      if (made) break;
    }
  }
}

TEST_F(CrashTest, AFailureOfAnyOperationIsReportedAndLeavesNothingHalfMade) {
  for (const int error_number : {EIO, ENOSPC}) {
    for (std::uint64_t operation = 1;; operation += soaking() ? 1 : 3) {
      SCOPED_TRACE(testing::Message() << "errno " << error_number << ", operation " << operation);
      LossyUnderTest world;
      Ledger ledger;
      world.disk().fail_at(operation, error_number);
      Story story{world, ledger};
      story.tell();
      const bool reached = world.disk().operations() >= operation;
      world.disk().count_anew();
      const auto expected = error_number == EIO ? ErrorCode::kUnavailable : ErrorCode::kResourceExhausted;
      for (const auto& failure : story.failures) {
        // A step after the one that failed may find nothing to work on.
        EXPECT_THAT(failure.code, testing::AnyOf(expected, ErrorCode::kNotFound)) << failure.message;
      }
      // What was acknowledged after the failure survives a power cut just as well.
      world.close();
      world.disk().crash(Loss::kAllUnsynced);
      ASSERT_NO_FATAL_FAILURE(world.reopen());
      check_all(world, ledger);
      if (HasFailure()) return;
      if (!reached) break;
    }
  }
}

}  // namespace
}  // namespace weighhouse::store
