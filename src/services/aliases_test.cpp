#include "services/aliases.h"

#include <chrono>
#include <future>
#include <thread>

#include "services/testing/house_fixture.h"

namespace weighhouse::services {
namespace {

class AliasesTest : public HouseFixture {
 protected:
  void SetUp() override {
    for (const char* bytes : {"1", "2", "3"}) {
      ASSERT_TRUE(publish("m", {{"a.bin", bytes}}));
      clock.advance(std::chrono::hours{1});
    }
  }
  std::int64_t move(std::int64_t to) {
    clock.advance(std::chrono::hours{1});
    return aliases.put(alice, ref("m"), word("production"), {.to = number(to)}).take().number.value();
  }
  std::int64_t roll_back() {
    clock.advance(std::chrono::hours{1});
    return aliases.rollback(alice, ref("m"), word("production")).take().number.value();
  }
};

TEST_F(AliasesTest, SaysWhereAnAliasPointedAtATime) {
  move(1);
  const auto then = clock.now();
  move(2);
  EXPECT_EQ(aliases.find(alice, ref("m"), word("production"))->value().number.value(), 2);
  EXPECT_EQ(aliases.find(alice, ref("m"), word("production"), then)->value().number.value(), 1);
  EXPECT_FALSE(aliases.find(alice, ref("m"), word("production"), then + std::chrono::microseconds{-1})->has_value());
  EXPECT_EQ(aliases.find(alice, ref("m"), word("current"), ManualClock{}.now())->value().number.value(), 1);
}

TEST_F(AliasesTest, RecordsTheTimeOfTheMoveAndNotOfTheWaitForOthers) {
  std::future<Result<registry::Alias>> waiting;
  ASSERT_TRUE(metadata->transact([&](registry::Transaction&) -> Result<> {
    waiting = std::async(std::launch::async,
                         [&] { return aliases.put(alice, ref("m"), word("production"), {.to = number(1)}); });
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
    clock.advance(std::chrono::hours{1});
    return {};
  }));
  const auto moved = waiting.get();
  ASSERT_TRUE(moved) << moved.error().message;
  EXPECT_EQ(moved->moved_at, clock.now()) << "an event before it in the history would seem to come after it";
}

TEST_F(AliasesTest, RollsBackToTheTargetBeforeTheLastMoveThatWasNotARollback) {
  move(1);
  move(2);
  move(3);
  EXPECT_EQ(roll_back(), 2);
  EXPECT_EQ(roll_back(), 1) << "further back, not to and fro";
  clock.advance(std::chrono::hours{1});
  const auto none = aliases.rollback(alice, ref("m"), word("production"));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(move(3), 3);
  EXPECT_EQ(roll_back(), 1);
}

TEST_F(AliasesTest, KeepsCurrentWhereItIsHeld) {
  ASSERT_TRUE(aliases.put(alice, ref("m"), word("current"), {.to = number(2), .held = true}));
  ASSERT_TRUE(publish("m", {{"a.bin", "4"}}));
  EXPECT_EQ(catalog.get_model(alice, ref("m"))->model.current->value(), 2);
  ASSERT_TRUE(aliases.put(alice, ref("m"), word("current"), {.to = number(2), .held = false}));
  ASSERT_TRUE(publish("m", {{"a.bin", "5"}}));
  EXPECT_EQ(catalog.get_model(alice, ref("m"))->model.current->value(), 5);
}

TEST_F(AliasesTest, RefusesAMoveThatDidNotSeeTheLastOne) {
  const auto first = aliases.put(alice, ref("m"), word("production"), {.to = number(1)}).take();
  ASSERT_TRUE(aliases.put(alice, ref("m"), word("production"), {.to = number(2), .expected_revision = first.revision}));
  const auto late =
      aliases.put(alice, ref("m"), word("production"), {.to = number(3), .expected_revision = first.revision});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kFailedPrecondition);
}

TEST_F(AliasesTest, KeepsAVersionThatAnAliasPointsAtFromDeletion) {
  move(2);
  EXPECT_FALSE(trash.remove_version(alice, ref("m"), number(2)));
  EXPECT_TRUE(trash.remove_version(alice, ref("m"), number(1)));
  EXPECT_FALSE(aliases.remove(alice, ref("m"), word("current")));
}

TEST_F(AliasesTest, NeverLetsAnAliasAndALabelBeEqual) {
  ASSERT_TRUE(catalog.update_version(alice, ref("m"), number(1), {.label = "v1.0"}));
  EXPECT_FALSE(aliases.put(alice, ref("m"), word("v1.0"), {.to = number(2)}));
  move(2);
  EXPECT_FALSE(catalog.update_version(alice, ref("m"), number(1), {.label = "production"}));
}

}  // namespace
}  // namespace weighhouse::services
