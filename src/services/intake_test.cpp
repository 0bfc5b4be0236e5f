#include "services/intake.h"

#include <gtest/gtest.h>

#include "services/testing/house_fixture.h"
#include "store/local/local_blob_store.h"
#include "store/testing/blobs.h"

namespace weighhouse::services {
namespace {

using store::as_span;

struct Killed {};

// Ends the program, as far as that can be had in a test, when the time is asked for the n-th time.
class DeadlyClock final : public Clock {
 public:
  Timestamp now() const override {
    if (++asked_ == deadly_) throw Killed{};
    return SystemClock{}.now();
  }
  void kill_at(int number) {
    asked_ = 0;
    deadly_ = number;
  }

 private:
  mutable int asked_ = 0;
  int deadly_ = 0;
};

class IntakeTest : public HouseFixture {
 protected:
  std::unique_ptr<store::LocalBlobStore> open_store() const {
    return store::LocalBlobStore::open(join_path(directory.path(), "store")).take();
  }
  std::string begin(Intake& into, const std::string& bytes) {
    const auto session = into.begin(alice, {.name = "a.bin"}).take();
    EXPECT_TRUE(session->append(as_span(bytes)));
    EXPECT_TRUE(session->checkpoint());
    return session->id();
  }
};

TEST_F(IntakeTest, LimitsUploadsThatCanBeResumedAndNoOthers) {
  Intake few{*metadata, blobs, clock, {.open_uploads_per_owner = 2}};
  std::vector<std::unique_ptr<Delivery>> deliveries;
  for (int i = 0; i < 5; ++i) deliveries.push_back(few.deliver(alice, {}).take());
  const auto first = few.begin(alice, {}).take();
  begin(few, "half");
  EXPECT_EQ(few.begin(alice, {}).error().code, ErrorCode::kResourceExhausted);
  EXPECT_TRUE(few.begin(bob, {})) << "everybody has a limit of their own";
  EXPECT_TRUE(few.deliver(alice, {}));
  EXPECT_EQ(few.list(alice)->size(), 2U);
}

TEST_F(IntakeTest, KeepsNothingOfADeliveryThatDoesNotCome) {
  {
    const auto delivery = intake.deliver(alice, {.declared = Digest::of("weights")}).take();
    ASSERT_TRUE(delivery->append(as_span("weig")));
  }
  EXPECT_TRUE(blobs.list_uploads()->empty());
  const auto wrong = intake.deliver(alice, {.declared = Digest::of("weights")}).take();
  ASSERT_TRUE(wrong->append(as_span("others")));
  EXPECT_EQ(wrong->finish().error().code, ErrorCode::kInvalidArgument);
  EXPECT_FALSE(blobs.find(Digest::of("others"))->has_value());
}

TEST_F(IntakeTest, DiscardsAtTheStartWhatNobodyCanGoOnWith) {
  auto local = open_store();
  Intake local_intake{*metadata, *local, clock, {}};
  const std::string kept = begin(local_intake, "first half");
  // What a delivery leaves when the program is killed: files under an id that no row has.
  for (int i = 0; i < 3; ++i) {
    const auto session = local->upload({}).take();
    ASSERT_TRUE(session->append(as_span("some")));
    ASSERT_TRUE(session->checkpoint());
  }
  ASSERT_EQ(local->list_uploads()->size(), 4U);
  ASSERT_TRUE((Collector{*metadata, *local, clock, std::chrono::hours{1}}.recover()));
  ASSERT_EQ(local->list_uploads()->size(), 1U);
  EXPECT_EQ(local_intake.state(alice, kept)->offset, 10U);
}

TEST_F(IntakeTest, TellsWhatAnUploadBecameHoweverItsCommitWasCutShort) {
  const auto local = open_store();
  DeadlyClock deadly;
  Intake mortal{*metadata, *local, deadly, {}};
  for (int killed_at = 1;; ++killed_at) {
    const std::string bytes = "weights of death " + std::to_string(killed_at);
    const std::string id = begin(mortal, bytes);
    bool died = false;
    {
      auto resumed = mortal.resume(alice, id).take();
      deadly.kill_at(killed_at);
      try {
        ASSERT_TRUE(mortal.finish(alice, *resumed.session));
      } catch (const Killed&) {
        died = true;
      }
      deadly.kill_at(0);
    }
    Intake next{*metadata, *local, clock, {}};
    ASSERT_TRUE((Collector{*metadata, *local, clock, std::chrono::hours{1}}.recover()));
    auto found = next.resume(alice, id);
    ASSERT_TRUE(found) << killed_at << ": " << found.error().message;
    EXPECT_EQ(found->state.offset, bytes.size());
    if (found->session) {
      EXPECT_FALSE(found->state.upload.finished);
      ASSERT_TRUE(next.finish(alice, *found->session));
      found->session.reset();
    }
    const auto state = next.state(alice, id);
    ASSERT_TRUE(state) << state.error().message;
    EXPECT_EQ(state->upload.finished, Digest::of(bytes));
    const auto digest = Digest::of(bytes);
    EXPECT_TRUE(next.absent(alice, {&digest, 1})->empty()) << "what is complete can be published";
    EXPECT_FALSE(next.resume(bob, id));
    if (!died) {
      EXPECT_GT(killed_at, 2) << "the commit lies between two looks at the clock";
      return;
    }
  }
}

TEST_F(IntakeTest, TellsWhatAnUploadBecameThoughSomeOfItsFilesWereLeftBehind) {
  const auto local = open_store();
  Intake local_intake{*metadata, *local, clock, {}};
  Collector sweeper{*metadata, *local, clock, std::chrono::hours{1}};
  for (const bool at_the_start : {true, false}) {
    const std::string bytes = at_the_start ? "weights" : "other weights";
    const std::string id = begin(local_intake, bytes);
    ASSERT_TRUE(local_intake.finish(alice, *local_intake.resume(alice, id).take().session));
    ASSERT_TRUE(make_directories(join_path(directory.path(), "store/uploads/" + id)));
    ASSERT_EQ(local->list_uploads()->size(), 1U);
    ASSERT_TRUE(at_the_start ? sweeper.recover() : sweeper.discard_idle_uploads(std::chrono::hours{48}));
    EXPECT_TRUE(local->list_uploads()->empty());
    const auto state = local_intake.state(alice, id);
    ASSERT_TRUE(state) << state.error().message;
    EXPECT_EQ(state->upload.finished, Digest::of(bytes));
  }
}

TEST_F(IntakeTest, SaysThatWhatAnUploadBecameIsGone) {
  const auto session = intake.begin(alice, {}).take();
  ASSERT_TRUE(session->append(as_span("weights")));
  ASSERT_TRUE(intake.finish(alice, *session));
  EXPECT_EQ(intake.state(alice, session->id())->offset, 7U);
  clock.advance(std::chrono::hours{25});
  ASSERT_TRUE(collector.collect(DryRun::kNo));
  const auto gone = intake.state(alice, session->id());
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::kNotFound);
}

TEST_F(IntakeTest, PromisesNoBytesThatAreJustBeingDeleted) {
  const auto digest = take("weights", alice).digest;
  clock.advance(std::chrono::hours{25});
  ASSERT_TRUE(metadata->transact([&](registry::Transaction& rows) -> Result<> {
    EXPECT_TRUE(rows.condemn(digest, clock.now()).value());
    EXPECT_TRUE(rows.mark_deleting(digest, clock.now()).value());
    return {};
  }));
  MemorySource source{"weights"};
  EXPECT_EQ(intake.take(alice, source).error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(blobs.list_uploads()->empty());
  ASSERT_TRUE(collector.recover());
  EXPECT_TRUE(publish("m", {{"a.bin", "weights"}}));
}

}  // namespace
}  // namespace weighhouse::services
