#include <gtest/gtest.h>
#include <map>
#include <unistd.h>

#include "base/file.h"
#include "services/publications.h"
#include "services/update_manifest.h"
#include "sources/hub.h"
#include "sources/plain_files.h"
#include "sources/update_server.h"

namespace weighhouse::sources {
namespace {

using services::RemoteBytes;

// Answers from memory.
class Pages final : public Reader {
 public:
  explicit Pages(std::map<std::string, std::string>& pages) : pages_(pages) {}
  Result<RemoteBytes> open(const std::string& address, ByteRange, std::string_view) override {
    const auto page = pages_.find(address);
    if (page == pages_.end()) return fail(ErrorCode::kNotFound, "There is no " + address + ".");
    RemoteBytes bytes{.to_end = true, .total_bytes = page->second.size()};
    bytes.body = std::make_unique<MemorySource>(page->second);
    return bytes;
  }

 private:
  std::map<std::string, std::string>& pages_;
};

class UpdateServerTest : public testing::Test {
 protected:
  UpdateServer server() {
    return UpdateServer{std::make_unique<Pages>(pages), "http://s", source, services::UpdateClient{}, clock};
  }
  void sign(std::int64_t serial) {
    services::ManifestSignature signature{.channel = "stable",
                                          .serial = serial,
                                          .issued_at = clock.now(),
                                          .expires_at = clock.now() + std::chrono::hours{24},
                                          .manifest = Digest::of(pages["http://s/manifest.json"]),
                                          .key = key.public_key()};
    signature.signature = key.sign(services::signed_text(signature)).value();
    pages["http://s/manifest.sig.json"] = services::to_json(signature);
  }

  TemporaryDirectory folder = TemporaryDirectory::create().take();
  services::SigningKey key = services::SigningKey::open_or_make(join_path(folder.path(), "key")).take();
  ManualClock clock;
  std::map<std::string, std::string> pages{
      {"http://s/manifest.json", R"({"jarvis":{"latest_version":3,"size_mb":1.5,"improvements":["quiet rooms"]}})"}};
  registry::Source source{.name = "acme", .address = {}};
};

TEST_F(UpdateServerTest, TellsWhatIsOfferedAndWhatAVersionIsMadeOf) {
  pages["http://s/jarvis/3/info.json"] = R"({"description":"Third","any":"other key"})";
  auto remote = server();
  const auto offers = remote.list_offers().value().offers;
  ASSERT_EQ(offers.size(), 1U);
  EXPECT_EQ(offers[0].version, "3");
  EXPECT_EQ(offers[0].size_bytes, 1'500'000U);
  const auto version = remote.describe("jarvis", "").value();
  EXPECT_EQ(version.version, "3");
  EXPECT_EQ(version.description, "Third");
  ASSERT_EQ(version.files.size(), 1U) << "a server that tells no more has one file";
  EXPECT_EQ(version.files[0].path.text(), "jarvis.pt");
  EXPECT_EQ(version.files[0].address, "http://s/jarvis/3/jarvis_v3.pt");
  EXPECT_EQ(remote.describe("alexa", "").error().code, ErrorCode::kNotFound);
}

TEST_F(UpdateServerTest, AsksForItsChannelUnderAnAddressOfItsOwn) {
  source.channel = "beta";
  pages["http://s/beta/manifest.json"] = R"({"jarvis":{"latest_version":4}})";
  EXPECT_EQ(server().list_offers().value().offers.at(0).version, "4");
}

TEST_F(UpdateServerTest, HoldsASourceToItsPinnedKey) {
  source.public_key = key.public_key();
  EXPECT_EQ(server().list_offers().error().code, ErrorCode::kPermissionDenied) << "unsigned";
  sign(7);
  EXPECT_EQ(server().list_offers().value().serial, 7);
  source.serial = 8;
  EXPECT_EQ(server().list_offers().error().code, ErrorCode::kFailedPrecondition) << "older than the one seen";
  source.serial = 7;
  pages["http://s/manifest.json"] += " ";
  EXPECT_EQ(server().list_offers().error().code, ErrorCode::kPermissionDenied) << "altered";
  sign(7);
  EXPECT_TRUE(server().list_offers()) << "signed again";
  clock.advance(std::chrono::hours{25});
  const auto expired = server().list_offers();
  ASSERT_FALSE(expired);
  EXPECT_NE(expired.error().message.find("expired"), std::string::npos) << expired.error().message;
}

TEST_F(UpdateServerTest, FetchesNothingThatThePinnedKeyDidNotSign) {
  source.public_key = key.public_key();
  pages["http://s/jarvis/3/info.json"] = R"({"description":"Third"})";
  EXPECT_EQ(server().describe("jarvis", "3").error().code, ErrorCode::kPermissionDenied);
  services::UpdateInfo info{.id = "jarvis", .version = 3, .weights = "jarvis.pt"};
  info.files.push_back({registry::FilePath::parse("jarvis.pt").take(), Digest::of("weights"), 7});
  info.files.push_back({registry::FilePath::parse("labels.txt").take(), Digest::of("a"), 1});
  info.signature = key.sign(services::signed_text(info)).value();
  pages["http://s/jarvis/3/info.json"] = services::to_json(info);
  const auto version = server().describe("jarvis", "3").value();
  ASSERT_EQ(version.files.size(), 2U);
  EXPECT_EQ(version.files[0].digest, Digest::of("weights"));
  EXPECT_EQ(version.files[1].address, "http://s/files/jarvis/3/labels.txt");
  info.files[1].digest = Digest::of("b");
  pages["http://s/jarvis/3/info.json"] = services::to_json(info);
  EXPECT_EQ(server().describe("jarvis", "3").error().code, ErrorCode::kPermissionDenied);
  pages["http://s/jarvis/2/info.json"] = pages["http://s/jarvis/3/info.json"];
  EXPECT_EQ(server().describe("jarvis", "2").error().code, ErrorCode::kPermissionDenied) << "of another version";
}

TEST(HubTest, FetchesOneCommitAndKnowsLargeFilesByTheirDigest) {
  std::map<std::string, std::string> pages{
      {"http://h/api/models/org/name/revision/main?blobs=true",
       R"({"sha":"abc","siblings":[{"rfilename":"config.json","size":12},{"rfilename":"sub/model.bin","size":200,"lfs":{"size":5,"sha256":")" +
           Digest::of("bytes").hex() + R"("}}]})"}};
  Hub hub{std::make_unique<Pages>(pages), "http://h"};
  const auto version = hub.describe("org/name", "").value();
  EXPECT_EQ(version.version, "abc");
  ASSERT_EQ(version.files.size(), 2U);
  EXPECT_FALSE(version.files[0].digest);
  EXPECT_EQ(version.files[1].digest, Digest::of("bytes"));
  EXPECT_EQ(version.files[1].size_bytes, 5U);
  EXPECT_EQ(version.files[1].address, "http://h/org/name/resolve/abc/sub/model.bin");
  EXPECT_EQ(hub.describe("org/none", "").error().code, ErrorCode::kNotFound);
  pages.begin()->second = "<html>";
  EXPECT_EQ(hub.describe("org/name", "").error().code, ErrorCode::kUnavailable);
}

class FolderTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(make_directories(join_path(folder.path(), "models/jarvis/sub")));
    put("models/jarvis/a.pt", "0123456789");
    put("models/jarvis/sub/b.txt", "b");
    put("secret", "not for you");
  }
  void put(const std::string& path, const std::string& text) {
    ASSERT_TRUE(replace_file(join_path(folder.path(), path), text));
  }
  TemporaryDirectory folder = TemporaryDirectory::create().take();
};

TEST_F(FolderTest, IsReadFromAnyPlaceOn) {
  PlainFolder remote{join_path(folder.path(), "models")};
  const auto version = remote.describe("jarvis", "").value();
  ASSERT_EQ(version.files.size(), 2U);
  EXPECT_EQ(version.files[1].path.text(), "sub/b.txt");
  const auto part = remote.open(version.files[0], {4, 3}, {}).take();
  EXPECT_EQ(part.offset, 4U);
  EXPECT_EQ(part.total_bytes, 10U);
  EXPECT_FALSE(part.to_end);
  EXPECT_EQ(read_all(*part.body, 100).value(), "456");
  const auto changed = remote.open(version.files[0], {4, 3}, "another tag").take();
  EXPECT_EQ(changed.offset, 0U);
}

TEST_F(FolderTest, MayBeTheRootOfAllFiles) {
  FolderReader reader{"/"};
  EXPECT_EQ(reader.text(join_path(folder.path(), "models/jarvis/a.pt"), 100).value(), "0123456789");
}

TEST_F(FolderTest, GivesNothingThatLiesOutsideIt) {
  PlainFolder remote{join_path(folder.path(), "models")};
  for (const char* id : {"../secret", "..", "/etc/passwd", "jarvis/../../secret"})
    EXPECT_FALSE(remote.describe(id, "")) << id;
  ASSERT_EQ(::symlink("../secret", join_path(folder.path(), "models/link").c_str()), 0);
  const services::RemoteFile link{registry::FilePath::parse("link").take(), "/link"};
  EXPECT_EQ(remote.open(link, {}, {}).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace weighhouse::sources
