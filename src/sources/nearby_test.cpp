#include "sources/nearby.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "services/testing/scripted_remote.h"

namespace weighhouse::sources {
namespace {

using services::RemoteScript;
using services::ScriptedRemote;

class NearbyTest : public testing::Test {
 protected:
  void keep(const std::string& path, const std::string& bytes) {
    const auto place = join_path(folder.path(), path);
    ASSERT_TRUE(make_directories(place.substr(0, place.rfind('/'))));
    ASSERT_TRUE(replace_file(place, bytes));
  }
  // What comes of the file, and how much of that the source sent.
  std::pair<std::string, std::uint64_t> bring(ByteRange range = {}) {
    Nearby nearby{std::make_unique<ScriptedRemote>(script),
                  DigestFolders::of(join_path(folder.path(), "project/models"), variable())};
    const auto described = nearby.describe("org/tiny", "1").take();
    auto bytes = nearby.open(described.files.at(0), range, "").take();
    const auto before = script.sent_bytes.exchange(0);
    return {read_all(*bytes.body, 1U << 20U).take(), before};
  }
  services::Variable variable() {
    return [this](const std::string& name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional{found->second};
    };
  }

  TemporaryDirectory folder = TemporaryDirectory::create().take();
  std::map<std::string, std::string> variables;
  RemoteScript script{.files = {{"weights.pt", "the weights"}}};
  const std::string hex = Digest::of("the weights").hex();
  const std::string in_lfs = "objects/" + hex.substr(0, 2) + "/" + hex.substr(2, 2) + "/" + hex;
};

TEST_F(NearbyTest, AsksTheSourceForWhatNobodyKeeps) {
  EXPECT_EQ(bring(), (std::pair<std::string, std::uint64_t>{"the weights", 11}));
}

TEST_F(NearbyTest, TakesAFileFromAStoreOfGitLfs) {
  keep("lfs/" + in_lfs, "the weights");
  variables["WEIGH_LFS_STORES"] = "/nothing/there:" + join_path(folder.path(), "lfs");
  EXPECT_EQ(bring(), (std::pair<std::string, std::uint64_t>{"the weights", 0}));
  EXPECT_EQ(bring({4, 3}), (std::pair<std::string, std::uint64_t>{"wei", 0}));
}

TEST_F(NearbyTest, TakesAFileFromTheCheckoutThatTheLibraryIsIn) {
  keep("project/.git/lfs/" + in_lfs, "the weights");
  EXPECT_EQ(bring().second, 0U);
}

TEST_F(NearbyTest, TakesAFileFromTheCacheOfTheHubsClients) {
  keep("hf/hub/models--org--tiny/blobs/" + hex, "the weights");
  variables["HF_HOME"] = join_path(folder.path(), "hf");
  EXPECT_EQ(bring().second, 0U);
}

TEST_F(NearbyTest, TakesNothingThatIsNotWhatItsNameSays) {
  keep("project/.git/lfs/" + in_lfs, "the weighty");
  EXPECT_EQ(bring(), (std::pair<std::string, std::uint64_t>{"the weights", 11}));
}

}  // namespace
}  // namespace weighhouse::sources
