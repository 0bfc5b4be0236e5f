#include "services/trash.h"

#include <gmock/gmock.h>

#include "services/testing/house_fixture.h"

namespace weighhouse::services {
namespace {

using TrashTest = HouseFixture;

std::string of_size(std::size_t size, char fill) { return std::string(size, fill); }

TEST_F(TrashTest, BringsAModelBackWithItsAliasesTagsAndMetrics) {
  ASSERT_TRUE(publish("m", {{"a.bin", "1"}}));
  ASSERT_TRUE(catalog.put_tag(alice, ref("m"), "team", "audio"));
  ASSERT_TRUE(aliases.put(alice, ref("m"), word("production"), {.to = number(1)}));
  ASSERT_TRUE(catalog.add_metrics(alice, ref("m"), number(1), {{.name = "f1", .value = 0.5}}));
  const auto removed = trash.remove_model(alice, ref("m")).take();
  EXPECT_FALSE(catalog.get_model(alice, ref("m")));
  ASSERT_TRUE(trash.restore(alice, removed.item.id));
  const auto row = catalog.get_model(alice, ref("m")).take();
  EXPECT_EQ(row.tags.size(), 1);
  EXPECT_EQ(row.aliases.size(), 1);
  EXPECT_EQ(row.metrics.at("f1"), 0.5);
}

TEST_F(TrashTest, ARestoredVersionTakesCurrentBackAndTheHistorySaysWhy) {
  for (const char* bytes : {"1", "2", "3"}) ASSERT_TRUE(publish("m", {{"a.bin", bytes}}));
  const auto third = trash.remove_version(alice, ref("m"), number(3)).take();
  const auto second = trash.remove_version(alice, ref("m"), number(2)).take();
  EXPECT_EQ(trash.restore(alice, second.item.id)->current->value(), 2);
  EXPECT_EQ(trash.restore(alice, third.item.id)->current->value(), 3);
  const auto events = metadata
                          ->read_value<std::vector<registry::Event>>([](registry::Transaction& rows) {
                            return rows.list_events({.action = "alias.moved", .subject = "current", .length = 1});
                          })
                          .take();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].details, R"({"from":2,"to":3,"reason":"restored","with_trash":true})");
  EXPECT_EQ(aliases.rollback(alice, ref("m"), registry::VersionWord::current())->number.value(), 2)
      << "the deletions and restorations count as if they had never been";
  EXPECT_EQ(aliases.rollback(alice, ref("m"), registry::VersionWord::current())->number.value(), 1);
}

TEST_F(TrashTest, ARestoredVersionLeavesCurrentWhereSomebodyMovedIt) {
  for (const char* bytes : {"1", "2", "3"}) ASSERT_TRUE(publish("m", {{"a.bin", bytes}}));
  const auto third = trash.remove_version(alice, ref("m"), number(3)).take();
  ASSERT_TRUE(aliases.put(alice, ref("m"), registry::VersionWord::current(), {.to = number(1)}));
  EXPECT_EQ(trash.restore(alice, third.item.id)->current->value(), 1);
}

TEST_F(TrashTest, RefusesToRestoreOverANameThatWasTakenMeanwhile) {
  ASSERT_TRUE(publish("m", {{"a.bin", "1"}}));
  const auto removed = trash.remove_model(alice, ref("m")).take();
  ASSERT_TRUE(publish("M", {{"a.bin", "2"}}));
  const auto restored = trash.restore(alice, removed.item.id);
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().code, ErrorCode::kAlreadyExists);
}

TEST_F(TrashTest, SaysTheExactBytesThatAPurgeFreesAndFreesThem) {
  ASSERT_TRUE(publish("a", {{"own.bin", of_size(1000, 'a')}, {"shared.bin", of_size(500, 's')}}));
  ASSERT_TRUE(publish("b", {{"shared.bin", of_size(500, 's')}}));
  const auto removed = trash.remove_model(alice, ref("a")).take();
  EXPECT_EQ(trash.list(alice, 10, {})->items.at(0).freed_bytes, 1000U);
  const auto freed = trash.purge(alice, removed.item.id).take();
  EXPECT_EQ(freed.bytes, 1000U);
  EXPECT_FALSE(blobs.find(Digest::of(of_size(1000, 'a')))->has_value());
  EXPECT_TRUE(blobs.find(Digest::of(of_size(500, 's')))->has_value()) << "another model needs it";
}

TEST_F(TrashTest, KeepsTheBytesOfWhatIsInTheTrashFromTheCollector) {
  ASSERT_TRUE(publish("a", {{"own.bin", "weights"}}));
  ASSERT_TRUE(trash.remove_model(alice, ref("a")));
  clock.advance(std::chrono::hours{48});
  EXPECT_EQ(collector.collect(DryRun::kNo)->bytes, 0U);
  EXPECT_TRUE(blobs.find(Digest::of("weights"))->has_value());
}

TEST_F(TrashTest, EndsWhatHasBeenThereForThirtyDays) {
  ASSERT_TRUE(publish("old", {{"a.bin", "old"}}));
  ASSERT_TRUE(trash.remove_model(alice, ref("old")));
  clock.advance(std::chrono::hours{24 * 29});
  ASSERT_TRUE(publish("young", {{"a.bin", "young"}}));
  ASSERT_TRUE(trash.remove_model(alice, ref("young")));
  clock.advance(std::chrono::hours{24 * 2});
  EXPECT_EQ(trash.purge_expired()->bytes, 3U);
  EXPECT_EQ(trash.list(alice, 10, {})->items.size(), 1U);
}

TEST_F(TrashTest, RefusesToDeleteWhatIsPinned) {
  ASSERT_TRUE(publish("m", {{"a.bin", "1"}}));
  ASSERT_TRUE(catalog.update_version(alice, ref("m"), number(1), {.pinned = true}));
  EXPECT_FALSE(trash.remove_version(alice, ref("m"), number(1)));
  ASSERT_TRUE(catalog.update_model(alice, ref("m"), {.pinned = true}));
  EXPECT_FALSE(trash.remove_model(alice, ref("m")));
}

TEST_F(TrashTest, RefusesToDeleteAModelWithAPinnedVersionUntilItIsUnpinned) {
  for (const char* bytes : {"1", "2"}) ASSERT_TRUE(publish("m", {{"a.bin", bytes}}));
  ASSERT_TRUE(catalog.update_version(alice, ref("m"), number(1), {.pinned = true}));
  const auto refused = trash.remove_model(alice, ref("m"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("custom/m@1"));
  ASSERT_TRUE(catalog.update_version(alice, ref("m"), number(1), {.pinned = false}));
  EXPECT_TRUE(trash.remove_model(alice, ref("m")));
}

TEST_F(TrashTest, EmptiesWhatHoldsAVersionAndThenItsModel) {
  for (const char* bytes : {"1", "22"}) ASSERT_TRUE(publish("m", {{"a.bin", bytes}}));
  ASSERT_TRUE(trash.remove_version(alice, ref("m"), number(1)));
  ASSERT_TRUE(trash.remove_model(alice, ref("m")));
  const auto freed = trash.empty(alice);
  ASSERT_TRUE(freed) << freed.error().message;
  EXPECT_EQ(freed->bytes, 3U);
}

TEST_F(TrashTest, EmptiesTheCallersPartHoweverMuchOfOthersLiesAboveIt) {
  auto narrow = alice;
  narrow.identity.namespace_pattern = "mine";
  ASSERT_TRUE(publish("mine/m", {{"a.bin", "1"}}));
  ASSERT_TRUE(trash.remove_model(alice, ref("mine/m")));
  for (int i = 0; i < 101; ++i) {
    const std::string name = "m" + std::to_string(i);
    clock.advance(std::chrono::seconds{1});
    ASSERT_TRUE(publisher.create_model(
        alice, {.id = {}, .name_space = registry::Namespace::custom(), .name = ref(name).name}, {}));
    ASSERT_TRUE(trash.remove_model(alice, ref(name)));
  }
  const auto mine = trash.list(narrow, 10, {}).take();
  EXPECT_EQ(mine.items.size(), 1U) << "it is on the first page";
  EXPECT_FALSE(mine.total) << "how much others deleted is theirs";
  EXPECT_EQ(trash.empty(narrow)->bytes, 1U);
  EXPECT_EQ(trash.list(alice, 1, {})->total, 101U);
}

}  // namespace
}  // namespace weighhouse::services
