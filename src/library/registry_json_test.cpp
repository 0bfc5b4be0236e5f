#include "library/registry_json.h"

#include <gmock/gmock.h>

namespace weighhouse::library {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

RegistryModel model(const std::string& id, std::int64_t versions, std::int64_t current) {
  RegistryModel made{.id = id, .versions = {}, .current = current, .created_at = "2026-01-01T00:00:00"};
  for (std::int64_t number = 1; number <= versions; ++number) {
    made.versions.push_back({.number = number,
                             .path = "./models/custom/" + id + ".pt",
                             .created_at = "2026-01-0" + std::to_string(number) + "T00:00:00"});
  }
  return made;
}

Written written(const RegistryText& text) {
  Written made;
  made.take(text);
  return made;
}

TEST(RegistryJson, ReadsWhatItWrites) {
  RegistryText text{.models = {model("a", 2, 1)}, .strange = {{"odd", "[1,2]"}}};
  text.models[0].versions[0].metadata = R"({"f1":0.5,"whole":2.0})";
  text.models[0].versions[0].others = R"({"note":"mine"})";
  text.models[0].others = R"({"owner":"me"})";
  const auto formatted = format_registry(text);
  const auto again = parse_registry(formatted);
  ASSERT_TRUE(again) << formatted;
  EXPECT_EQ(format_registry(*again), formatted);
  EXPECT_EQ(again->models[0].versions[1].created_at, "2026-01-02T00:00:00");
  EXPECT_EQ(again->models[0].others, R"({"owner":"me"})");
  EXPECT_THAT(again->strange, ElementsAre(::testing::Pair("odd", "[1,2]")));
}

TEST(RegistryJson, IsLaidOutAsPythonWould) {
  RegistryText text{
      .models = {
          {.id = "a",
           .versions = {{.number = 1, .path = "./models/a.pt", .metadata = R"({"val_loss":0.25})", .created_at = "t"}},
           .current = 1,
           .created_at = "t"}}};
  EXPECT_EQ(
      format_registry(text),
      "{\n  \"a\": {\n    \"versions\": [\n      {\n        \"version\": 1,\n        \"path\": \"./models/a.pt\",\n"
      "        \"metadata\": {\n          \"val_loss\": 0.25\n        },\n        \"created_at\": \"t\"\n      }\n    "
      "],\n"
      "    \"current_version\": 1,\n    \"created_at\": \"t\"\n  }\n}");
  EXPECT_EQ(format_registry({}), "{}");
}

TEST(RegistryJson, RefusesHalfAFile) {
  const auto whole = format_registry({.models = {model("a", 2, 2)}});
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_FALSE(parse_registry(whole.substr(0, length))) << length;
  EXPECT_FALSE(parse_registry("[]"));
  EXPECT_FALSE(parse_registry(whole + "x"));
}

TEST(RegistryJson, SeesAddedVersionsOfOldAndNewModels) {
  const auto base = written({.models = {model("a", 1, 1)}});
  const auto changes = find_changes(base, {.models = {model("a", 2, 2), model("b", 1, 1)}});
  ASSERT_EQ(changes.added.size(), 2U);
  EXPECT_EQ(changes.added[0].id, "a");
  EXPECT_EQ(changes.added[0].version.number, 2);
  EXPECT_TRUE(changes.added[0].becomes_current);
  EXPECT_EQ(changes.added[1].id, "b");
  EXPECT_THAT(changes.moved, IsEmpty());
}

TEST(RegistryJson, SeesAMovedCurrentVersion) {
  const auto base = written({.models = {model("a", 2, 2)}});
  const auto changes = find_changes(base, {.models = {model("a", 2, 1)}});
  EXPECT_THAT(changes.added, IsEmpty());
  ASSERT_EQ(changes.moved.size(), 1U);
  EXPECT_EQ(changes.moved[0].to, 1);
}

TEST(RegistryJson, ReadsNothingFromAbsence) {
  const auto base = written({.models = {model("a", 2, 2), model("b", 1, 1)}});
  EXPECT_TRUE(find_changes(base, {}).none());
  EXPECT_TRUE(find_changes(base, {.models = {model("a", 0, 1)}}).none());
  auto without_current = model("a", 2, 2);
  without_current.current.reset();
  EXPECT_TRUE(find_changes(base, {.models = {without_current}}).none());
}

TEST(RegistryJson, PassesOverTheCurrentVersionOfAWriterWhoWroteFromMemory) {
  // It read the file when a had one version; it means to add c, and writes a as it remembers it.
  const auto base = written({.models = {model("a", 2, 2)}});
  const auto changes = find_changes(base, {.models = {model("a", 1, 1), model("c", 1, 1)}});
  EXPECT_THAT(changes.moved, IsEmpty());
  ASSERT_EQ(changes.added.size(), 1U);
  EXPECT_EQ(changes.added[0].id, "c");
}

TEST(RegistryJson, TellsTwoVersionsOfOneNumberApartByTheirTimes) {
  const auto base = written({.models = {model("a", 2, 2)}});
  auto theirs = model("a", 1, 2);
  theirs.versions.push_back({.number = 2, .path = "./mine.pt", .created_at = "2026-02-02T00:00:00"});
  const auto changes = find_changes(base, {.models = {theirs}});
  ASSERT_EQ(changes.added.size(), 1U);
  EXPECT_EQ(changes.added[0].version.path, "./mine.pt");
  EXPECT_TRUE(changes.added[0].becomes_current);
  EXPECT_THAT(changes.moved, IsEmpty());
}

TEST(RegistryJson, DoesNotBringBackADeletedModelFromAWritersMemory) {
  auto base = written({.models = {model("a", 2, 2), model("b", 1, 1)}});
  base.take({.models = {model("b", 1, 1)}});
  EXPECT_TRUE(find_changes(base, {.models = {model("a", 2, 2), model("b", 1, 1)}}).none());
  EXPECT_EQ(find_changes(base, {.models = {model("a", 3, 3)}}).added.size(), 1U);
}

TEST(RegistryJson, RemembersWhatWasWrittenExactly) {
  auto base = written({.models = {model("a", 2, 2), model("b", 1, 1)}});
  base.take({.models = {model("b", 1, 1)}});
  base.digest = "d";
  base.replaced = "r";
  const auto again = parse_written(to_json(base));
  ASSERT_TRUE(again);
  EXPECT_EQ(to_json(*again), to_json(base));
}

TEST(RegistryJson, KeepsEntriesOfAnotherShapeAsTheyStand) {
  const auto text = parse_registry(R"({"a": 5, "b": {"versions": "none"}, "c": {"versions": [{"version": "one"}]}})");
  ASSERT_TRUE(text);
  EXPECT_THAT(text->models, IsEmpty());
  EXPECT_EQ(text->strange.size(), 3U);
}

}  // namespace
}  // namespace weighhouse::library
