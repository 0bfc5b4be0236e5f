#include <atomic>
#include <thread>

#include "db/metadata_store_contract.h"

namespace weighhouse::db {
namespace {

TEST_P(MetadataStoreContract, NumbersTakenAtOnceAreNeverTheSame) {
  const Model jarvis = add_model("jarvis");
  constexpr int kThreads = 4;
  constexpr int kEach = 5;
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) {
        const auto done = store_->transact([&](Transaction& rows) -> Result<> {
          const VersionNumber number = TRY(rows.take_number(jarvis.id));
          const Version version{.model = jarvis.id, .number = number, .created_at = now_};
          return rows.add_version(version, {});
        });
        EXPECT_TRUE(done) << done.error().message;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(model("jarvis").last_version, kThreads * kEach);
  EXPECT_EQ(model("jarvis").version_count, kThreads * kEach);
}

TEST_P(MetadataStoreContract, OfTwoThatMakeTheSameModelAtOnceOneSucceeds) {
  std::atomic<int> made = 0;
  std::atomic<int> refused = 0;
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      const Model model{.id = {new_ulid(now_)},
                        .name_space = Namespace::custom(),
                        .name = ModelName::parse("jarvis").take(),
                        .created_at = now_,
                        .updated_at = now_};
      const auto done = store_->transact([&](Transaction& rows) { return rows.add_model(model); });
      if (done) {
        ++made;
      } else if (done.error().code == ErrorCode::kAlreadyExists) {
        ++refused;
      } else {
        ADD_FAILURE() << done.error().message;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(made, 1);
  EXPECT_EQ(refused, 3);
}

TEST_P(MetadataStoreContract, AReaderStaysOnItsSnapshotWhileOthersWrite) {
  write([](Transaction& rows) { return rows.put_note("a", "1"); });
  const auto done = store_->read([&](Transaction& rows) -> Result<> {
    EXPECT_EQ(TRY(rows.find_note("a")), "1");
    std::jthread{[&] { write([](Transaction& other) { return other.put_note("a", "2"); }); }}.join();
    EXPECT_EQ(TRY(rows.find_note("a")), "1");
    return {};
  });
  ASSERT_TRUE(done);
  EXPECT_EQ(read([](Transaction& rows) { return rows.find_note("a"); }), "2");
}

// Each reads what the other writes: one of them has to run again, or both would think themselves first.
TEST_P(MetadataStoreContract, TransactionsBehaveAsIfOneCameAfterTheOther) {
  std::vector<std::jthread> threads;
  for (const auto& [own, its] : {std::pair{"a", "b"}, std::pair{"b", "a"}}) {
    threads.emplace_back([&, mine = own, other = its] {
      const auto done = store_->transact([&](Transaction& rows) -> Result<> {
        const bool second = TRY(rows.find_note(other)).has_value();
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
        return rows.put_note(mine, second ? "second" : "first");
      });
      EXPECT_TRUE(done) << done.error().message;
    });
  }
  threads.clear();
  const auto note = [&](const char* key) { return *read([&](Transaction& rows) { return rows.find_note(key); }); };
  EXPECT_NE(note("a"), note("b"));
}

}  // namespace
}  // namespace weighhouse::db
