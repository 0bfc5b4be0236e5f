#include "services/publisher.h"

#include "base/text.h"
#include "services/testing/house_fixture.h"

namespace weighhouse::services {
namespace {

using PublisherTest = HouseFixture;

TEST_F(PublisherTest, MakesTheModelWithItsFirstVersionAndReadsTheMetadataBesideTheWeights) {
  const auto published = publish(
      "jarvis", {{"jarvis.pt", "weights"},
                 {"jarvis.json", R"({"wake_word":"Hey Jarvis","f1_score":0.9,"created_at":"2025-12-24T00:00:00Z"})"}});
  ASSERT_TRUE(published) << published.error().message;
  EXPECT_TRUE(published->created_model);
  EXPECT_EQ(published->model.reference(), "custom/jarvis");
  EXPECT_EQ(published->model.kind, registry::Kind::kWakeWord);
  EXPECT_EQ(published->model.display_name, "Hey Jarvis");
  EXPECT_EQ(published->model.created_at.to_string(), "2025-12-24T00:00:00.000000Z");
  EXPECT_EQ(published->version.file_count, 1) << "the metadata is rendered, not kept among the files";
  const auto view = catalog.get_version(alice, ref("jarvis"), std::nullopt).take();
  EXPECT_EQ(view.metrics.at("f1"), 0.9);
  EXPECT_TRUE(view.is_current);
}

TEST_F(PublisherTest, RefusesNamesAndTagsThatNoListCouldShow) {
  const auto create = [&](const std::string& display_name, const std::string& key) {
    registry::Model model{.id = {},
                          .name_space = registry::Namespace::custom(),
                          .name = registry::ModelName::parse("butler").value(),
                          .display_name = display_name};
    return publisher.create_model(alice, model, {{key, "1"}});
  };
  for (const std::string name : {"two\nlines", "\x1b[31mred", "\xff", "del\x7f"}) {
    EXPECT_EQ(create(name, "team").error().code, ErrorCode::kInvalidArgument) << printable(name);
    const auto renamed = catalog.update_model(alice, ref("butler"), {.display_name = name});
    EXPECT_EQ(renamed.error().code, ErrorCode::kInvalidArgument) << printable(name);
  }
  EXPECT_EQ(create(std::string(401, 'a'), "team").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(create("Butler", "a\nb").error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(create("Küchen-Butler λ", "team"));
}

TEST_F(PublisherTest, RefusesAVersionWhoseBlobsAreNotHereAndListsThem) {
  NewVersion version;
  const auto stranger = Digest::of("never uploaded");
  version.files.emplace_back(registry::FilePath::parse("a.pt").take(), stranger);
  const auto published = publisher.publish(alice, ref("jarvis"), std::move(version));
  ASSERT_FALSE(published);
  EXPECT_EQ(published.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(published.error().details.at(0).first, "absent");
  EXPECT_EQ(std::get<std::vector<std::string>>(published.error().details.at(0).second),
            std::vector<std::string>{stranger.to_string()});
  EXPECT_FALSE(catalog.get_model(alice, ref("jarvis"))) << "nothing was made";
}

TEST_F(PublisherTest, CountsADigestThatTheCallerNeitherUploadedNorMayReadAsAbsent) {
  ASSERT_TRUE(publish("secret", {{"a.pt", "alice's weights"}}));
  NewVersion stolen;
  stolen.files.emplace_back(registry::FilePath::parse("a.pt").take(), Digest::of("alice's weights"));
  const auto published = publisher.publish(bob, ref("bobs/mine"), std::move(stolen));
  ASSERT_FALSE(published);
  EXPECT_EQ(published.error().code, ErrorCode::kFailedPrecondition);
}

TEST_F(PublisherTest, RefusesAnotherKindInAModelThatHasVersions) {
  ASSERT_TRUE(publish("jarvis", {{"jarvis.pt", "1"}, {"jarvis.json", R"({"wake_word":"jarvis"})"}}));
  auto other = files({{"model.pt", "2"}}, alice);
  other.kind = registry::Kind::kTextClassifier;
  const auto published = publisher.publish(alice, ref("jarvis"), std::move(other));
  ASSERT_FALSE(published);
  EXPECT_EQ(published.error().code, ErrorCode::kFailedPrecondition);
}

TEST_F(PublisherTest, NeverUsesANumberTwice) {
  ASSERT_TRUE(publish("m", {{"a.bin", "1"}}));
  ASSERT_TRUE(publish("m", {{"a.bin", "2"}}));
  const auto removed = trash.remove_version(alice, ref("m"), number(2));
  ASSERT_TRUE(removed);
  ASSERT_TRUE(trash.purge(alice, removed->item.id));
  EXPECT_EQ(publish("m", {{"a.bin", "3"}})->version.number.value(), 3);
}

TEST_F(PublisherTest, RefusesPathsThatCannotStandTogether) {
  EXPECT_FALSE(publish("m", {{"a.bin", "1"}, {"A.bin", "2"}}));
  EXPECT_FALSE(publish("m", {{"a", "1"}, {"a/b", "2"}}));
}

TEST_F(PublisherTest, RefusesMetadataThatIsNoObjectAndKeepsNothing) {
  EXPECT_FALSE(publish("m", {{"m.pt", "1"}, {"m.json", "[1,2]"}}));
  EXPECT_FALSE(publish("m", {{"m.pt", "1"}, {"m.json", "{broken"}}));
  EXPECT_FALSE(catalog.get_model(alice, ref("m")));
}

TEST_F(PublisherTest, KeepsATokenInItsNamespace) {
  const auto outside = publisher.publish(bob, ref("custom/x"), files({{"a.bin", "1"}}, bob));
  ASSERT_FALSE(outside);
  EXPECT_EQ(outside.error().code, ErrorCode::kPermissionDenied);
  EXPECT_TRUE(publisher.publish(bob, ref("bobs/x"), files({{"a.bin", "1"}}, bob)));
  ASSERT_TRUE(publish("hidden", {{"a.bin", "2"}}));
  const auto seen = catalog.get_model(bob, ref("hidden"));
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, ErrorCode::kNotFound) << "what may not be seen is not there";
}

TEST_F(PublisherTest, LeavesTheBytesOfTheMetadataFileToTheCollectorAtOnce) {
  const std::string json = R"({"wake_word":"jarvis"})";
  ASSERT_TRUE(publish("jarvis", {{"jarvis.pt", "1"}, {"jarvis.json", json}}));
  EXPECT_EQ(collector.collect(DryRun::kNo)->bytes, json.size()) << "no lease holds it any more";
  EXPECT_FALSE(blobs.find(Digest::of(json))->has_value());
}

}  // namespace
}  // namespace weighhouse::services
