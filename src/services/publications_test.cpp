#include "services/publications.h"

#include <boost/json.hpp>
#include <sys/stat.h>

#include "services/testing/house_fixture.h"

namespace weighhouse::services {
namespace {

class PublicationsTest : public HouseFixture {
 protected:
  void version(const std::string& model, const std::string& bytes) {
    ASSERT_TRUE(HouseFixture::publish(model, {{model + ".pt", bytes}}));
  }
  Result<registry::Offer> offer(const std::string& reference, const NewPublication& publication = {}) {
    return publications.publish(alice, registry::Reference::parse(reference).take(), publication);
  }
  std::string manifest(const UpdateClient& client = {}, const std::string& channel = "stable") {
    return publications.manifest(channel, client).value().text;
  }
  std::int64_t serial() {
    clock.advance(std::chrono::seconds{3});
    return publications.manifest("stable", {}).value().serial;
  }

  std::string key_path = join_path(directory.path(), "update.key");
  Publications publications{*metadata, clock, key_path};
};

TEST_F(PublicationsTest, OffersOnlyWhatSomebodyPublished) {
  version("jarvis", "one");
  version("jarvis", "two");
  EXPECT_EQ(manifest(), "{}\n");
  ASSERT_TRUE(offer("jarvis@1", {.description = "First", .improvements = {"quiet rooms"}}));
  EXPECT_EQ(manifest(),
            "{\"jarvis\":{\"latest_version\":1,\"size_mb\":0.01,\"improvements\":[\"quiet rooms\"],\"description\":"
            "\"First\"}}\n");
  ASSERT_TRUE(offer("jarvis"));
  EXPECT_NE(manifest().find("\"latest_version\":2"), std::string::npos);
  EXPECT_EQ(manifest({}, "beta"), "{}\n");
  ASSERT_TRUE(publications.withdraw(alice, registry::Reference::parse("jarvis@2").take(), "stable"));
  EXPECT_NE(manifest().find("\"latest_version\":1"), std::string::npos);
  EXPECT_EQ(publications.withdraw(alice, registry::Reference::parse("jarvis@2").take(), "stable").error().code,
            ErrorCode::kNotFound);
}

TEST_F(PublicationsTest, KeepsTheNameOfAModelAndGivesItToNoOther) {
  version("jarvis", "one");
  version("butler", "two");
  ASSERT_TRUE(offer("jarvis", {.offered_as = "butler"}));
  EXPECT_EQ(offer("butler").error().code, ErrorCode::kAlreadyExists);
  version("jarvis", "three");
  EXPECT_EQ(offer("jarvis").value().publication.offered_as, "butler");
  EXPECT_TRUE(offer("butler", {.offered_as = "other"}));
}

TEST_F(PublicationsTest, ListsTheFilesOfEachVersionAndReadsThemOnce) {
  for (int number = 1; number <= 12; ++number) {
    version("jarvis", "bytes " + std::to_string(number));
    ASSERT_TRUE(offer("jarvis"));
  }
  const auto files_of = [&](int number) {
    return publications.files(publications.get("stable", "jarvis", std::to_string(number)).take()).take();
  };
  for (int number = 1; number <= 12; ++number)
    EXPECT_EQ(files_of(number)->at(0).digest, Digest::of("bytes " + std::to_string(number)));
  EXPECT_EQ(files_of(12), files_of(12)) << "the list of a version that is being fetched stands in memory";
  EXPECT_EQ(files_of(1)->at(0).digest, Digest::of("bytes 1")) << "and one that has left it is read again";
}

TEST_F(PublicationsTest, RollsOutToTheSameShareOfClientsEveryTimeAndOnlyToMore) {
  version("jarvis", "one");
  ASSERT_TRUE(offer("jarvis@1"));
  version("jarvis", "two");
  const auto share = [&](int percentage) {
    EXPECT_TRUE(offer("jarvis@2", {.percentage = percentage}));
    std::set<int> with;
    for (int i = 0; i < 1000; ++i) {
      const auto text = manifest({.id = "client-" + std::to_string(i)});
      if (text.find("\"latest_version\":2") != std::string::npos) with.insert(i);
    }
    return with;
  };
  const auto tenth = share(10);
  EXPECT_NEAR(static_cast<double>(tenth.size()), 100, 40);
  EXPECT_EQ(share(10), tenth);
  const auto half = share(50);
  EXPECT_TRUE(std::includes(half.begin(), half.end(), tenth.begin(), tenth.end()));
  EXPECT_EQ(share(100).size(), 1000U);
  EXPECT_EQ(share(0).size(), 0U);
  EXPECT_NE(manifest().find("\"latest_version\":1"), std::string::npos) << "who has no name gets what all may have";
}

TEST_F(PublicationsTest, KeepsVersionsFromClientsThatAreTooOldForThem) {
  version("jarvis", "one");
  ASSERT_TRUE(offer("jarvis@1"));
  version("jarvis", "two");
  ASSERT_TRUE(offer("jarvis@2", {.minimum_client = "0.10"}));
  const auto latest = [&](const std::string& client) {
    return manifest({.version = client}).find("\"latest_version\":2") == std::string::npos ? 1 : 2;
  };
  EXPECT_EQ(latest(""), 1);
  EXPECT_EQ(latest("0.9.9"), 1);
  EXPECT_EQ(latest("0.10.0"), 2);
  EXPECT_EQ(latest("1"), 2);
}

TEST_F(PublicationsTest, GrowsItsSerialWithEveryChangeAndWithNothingElse) {
  version("jarvis", "one");
  EXPECT_EQ(serial(), 0);
  ASSERT_TRUE(offer("jarvis"));
  EXPECT_EQ(serial(), 1);
  EXPECT_EQ(serial(), 1);
  ASSERT_TRUE(offer("jarvis", {.percentage = 50}));
  EXPECT_EQ(serial(), 2);
  const auto trashed = trash.remove_model(alice, ref("jarvis")).value();
  EXPECT_EQ(serial(), 3) << "what is in trash is not offered";
  ASSERT_TRUE(trash.restore(alice, trashed.item.id));
  EXPECT_EQ(serial(), 4);
}

TEST_F(PublicationsTest, SignsItsListsWithAKeyThatIsItsOwnAndStays) {
  version("jarvis", "one");
  ASSERT_TRUE(offer("jarvis"));
  const auto list = publications.manifest("stable", {}).value();
  const auto signature = publications.sign("stable", list).value();
  const Pinned pinned{publications.public_key().value(), "stable", 1};
  EXPECT_TRUE(require_trusted(pinned, list.text, signature, clock.now()));
  Publications restarted{*metadata, clock, key_path};
  EXPECT_EQ(restarted.public_key().value(), pinned.key);
  struct stat info{};
  ASSERT_EQ(::stat(key_path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(PublicationsTest, TellsWhatAVersionIsMadeOfAndSignsIt) {
  ASSERT_TRUE(HouseFixture::publish("jarvis", {{"jarvis.pt", "weights"}, {"labels.txt", "a\nb"}}));
  ASSERT_TRUE(offer("jarvis", {.description = "First"}));
  const auto info =
      parse_update_info(to_json(publications.info(publications.get("stable", "jarvis", "1").value()).value())).value();
  EXPECT_EQ(info.id, "jarvis");
  EXPECT_EQ(info.version, 1);
  EXPECT_EQ(info.weights, "jarvis.pt");
  ASSERT_EQ(info.files.size(), 2U);
  EXPECT_EQ(info.files[0].digest, Digest::of("weights"));
  EXPECT_TRUE(verify_signature(publications.public_key().value(), signed_text(info), info.signature));
  auto other = info;
  other.files[0].digest = Digest::of("something else");
  EXPECT_EQ(verify_signature(publications.public_key().value(), signed_text(other), info.signature).error().code,
            ErrorCode::kPermissionDenied);
  EXPECT_EQ(publications.get("beta", "jarvis", "1").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(publications.get("stable", "jarvis", "x").error().code, ErrorCode::kNotFound);
}

class TrustTest : public PublicationsTest {
 protected:
  void SetUp() override {
    version("jarvis", "one");
    ASSERT_TRUE(offer("jarvis"));
    list = publications.manifest("stable", {}).value();
    signature = publications.sign("stable", list).value();
    pinned = {publications.public_key().value(), "stable", 1};
  }
  ErrorCode refusal(std::string_view text) const {
    const auto trusted = require_trusted(pinned, text, signature, clock.now());
    return trusted ? ErrorCode::kInternal : trusted.error().code;
  }
  void sign_anew() {
    signature.signature = SigningKey::open_or_make(key_path).value().sign(signed_text(signature)).value();
  }

  ManifestText list;
  ManifestSignature signature;
  Pinned pinned;
};

TEST_F(TrustTest, RefusesAnAlteredList) {
  EXPECT_EQ(refusal(list.text + " "), ErrorCode::kPermissionDenied);
  signature.serial = 9;
  EXPECT_EQ(refusal(list.text), ErrorCode::kPermissionDenied);
}

TEST_F(TrustTest, RefusesAnotherKeyAndAnotherChannel) {
  signature.channel = "beta";
  sign_anew();
  EXPECT_EQ(refusal(list.text), ErrorCode::kPermissionDenied);
  pinned.key = SigningKey::open_or_make(key_path + ".other").value().public_key();
  EXPECT_EQ(refusal(list.text), ErrorCode::kPermissionDenied);
}

TEST_F(TrustTest, RefusesAListOlderThanOneThatWasSeen) {
  pinned.least_serial = 2;
  EXPECT_EQ(refusal(list.text), ErrorCode::kFailedPrecondition);
}

TEST_F(TrustTest, RefusesAListThatExpired) {
  clock.advance(std::chrono::hours{24 * 13});
  EXPECT_TRUE(require_trusted(pinned, list.text, signature, clock.now()));
  clock.advance(std::chrono::hours{24});
  EXPECT_EQ(refusal(list.text), ErrorCode::kFailedPrecondition);
}

TEST(ManifestTest, IsReadLenientlyButNeverAsSomethingElse) {
  const auto entries =
      parse_manifest(R"({"a":{"latest_version":3,"size_mb":1.5,"improvements":["x"],"description":"d"},)"
                     R"("b":{"latest_version":"4"},"c":7,"d":{"latest_version":2}})")
          .value();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].improvements, std::vector<std::string>{"x"});
  EXPECT_EQ(entries[1].id, "d");
  EXPECT_FALSE(entries[1].size_mb);
  for (const char* text : {"", "[]", "{", "null", "<html>"}) {
    EXPECT_EQ(parse_manifest(text).error().code, ErrorCode::kInvalidArgument) << text;
  }
}

}  // namespace
}  // namespace weighhouse::services
