#include "library/scanner.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

namespace weighhouse::library {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class Scanner : public ::testing::Test {
 protected:
  void write(const std::string& relative, const std::string& bytes = "x") const {
    const std::string path = join_path(root(), relative);
    ASSERT_TRUE(make_directories(path.substr(0, path.rfind('/'))));
    ASSERT_TRUE(replace_file(path, bytes));
  }
  std::string root() const { return folder_.path(); }
  std::vector<std::string> keys() const {
    std::vector<std::string> list;
    const auto state = scan_disk(root());
    EXPECT_TRUE(state);
    for (const auto& [key, entry] : state->entries) list.push_back(key);
    return list;
  }
  TemporaryDirectory folder_ = TemporaryDirectory::create().value();
};

TEST_F(Scanner, FindsFoldersLooseFilesAndVersionFolders) {
  write("custom/jarvis/jarvis.pt");
  write("default/voice.pt");
  write("default/voice.json");
  write("nlu/v1.0/intent/model.bin");
  write("nlu/v1.0/entity.onnx");
  EXPECT_THAT(keys(), ElementsAre("custom/jarvis", "default/voice.*", "nlu/v1.0/entity.*", "nlu/v1.0/intent"));
}

TEST_F(Scanner, TakesAWakeWordNamedLikeAVersionForAWakeWord) {
  write("custom/v1/v1.pt");
  write("custom/v1/v1.json");
  EXPECT_THAT(keys(), ElementsAre("custom/v1"));
}

TEST_F(Scanner, PassesOverWhatIsNotForIt) {
  write("downloads/x/x_v1.pt");
  write(".weighhouse/weighhouse.db");
  write("custom/.git/config");
  write("custom/jarvis.problem.txt");
  write("custom/readme.txt");
  write("custom/jarvis/versions/1/jarvis.pt");
  const auto state = scan_disk(root()).value();
  ASSERT_THAT(state.entries, ::testing::SizeIs(1));
  EXPECT_THAT(state.entries.at("custom/jarvis").files, IsEmpty());
  EXPECT_THAT(state.problem_files, ElementsAre("custom/jarvis.problem.txt"));
}

TEST_F(Scanner, TellsAnAbsentLibraryFromAnEmptyOne) {
  EXPECT_TRUE(scan_disk(root()).value().present);
  EXPECT_FALSE(scan_disk(root() + "/nowhere").value().present);
}

TEST_F(Scanner, KnowsThatAbsenceProvesNothingBehindAFolderItCannotRead) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  write("custom/jarvis/jarvis.pt");
  ASSERT_EQ(::chmod(join_path(root(), "custom").c_str(), 0), 0);
  const auto state = scan_disk(root()).value();
  ::chmod(join_path(root(), "custom").c_str(), 0755);
  EXPECT_FALSE(state.proves_absent("custom/jarvis"));
  EXPECT_TRUE(state.proves_absent("default/x"));
}

TEST_F(Scanner, TreatsAnUnreadablePlaceAsProvingNothing) {
  DiskState state;
  state.present = true;
  state.unreadable.insert("custom");
  EXPECT_FALSE(state.proves_absent("custom/jarvis"));
  EXPECT_TRUE(state.proves_absent("customary/jarvis"));
}

TEST_F(Scanner, LooksAgainAtOnePlaceOnly) {
  write("custom/jarvis/jarvis.pt");
  write("custom/friday/friday.pt");
  auto state = scan_disk(root()).value();
  write("custom/jarvis/jarvis.json");
  write("custom/friday/friday.json");
  ASSERT_TRUE(rescan(root(), "custom/jarvis", state));
  EXPECT_EQ(state.entries.at("custom/jarvis").files.size(), 2U);
  EXPECT_EQ(state.entries.at("custom/friday").files.size(), 1U);
  ASSERT_TRUE(remove_tree(join_path(root(), "custom/friday")));
  ASSERT_TRUE(rescan(root(), "custom/friday", state));
  EXPECT_FALSE(state.entries.contains("custom/friday"));
}

TEST_F(Scanner, StopsAtLinksPipesAndEndlessDepth) {
  write("custom/a/a.json");
  ASSERT_EQ(::symlink("/etc/passwd", join_path(root(), "custom/a/a.pt").c_str()), 0);
  write("custom/b/b.json");
  ASSERT_EQ(::mkfifo(join_path(root(), "custom/b/b.pt").c_str(), 0600), 0);
  std::string deep = "custom/c";
  for (int i = 0; i < 20; ++i) deep += "/d";
  write(deep + "/c.pt");
  const auto state = scan_disk(root()).value();
  EXPECT_THAT(state.entries.at("custom/a").obstacle, ::testing::HasSubstr("symbolic link"));
  EXPECT_THAT(state.entries.at("custom/b").obstacle, ::testing::HasSubstr("neither a file nor a folder"));
  EXPECT_THAT(state.entries.at("custom/c").obstacle, ::testing::HasSubstr("deep"));
}

TEST_F(Scanner, RefusesToOpenWhatIsNotTheFileItSaw) {
  write("custom/a/a.pt", "one");
  const auto seen = scan_disk(root()).value().entries.at("custom/a").files[0].stamp;
  EXPECT_TRUE(open_seen(root(), "custom/a/a.pt", seen));
  write("custom/a/a.pt", "two!");
  EXPECT_EQ(open_seen(root(), "custom/a/a.pt", seen).error().code, ErrorCode::kUnavailable);
  // Not even when a folder on the way becomes a link.
  const auto now = scan_disk(root()).value().entries.at("custom/a").files[0].stamp;
  ASSERT_EQ(::rename(join_path(root(), "custom/a").c_str(), join_path(root(), "real").c_str()), 0);
  ASSERT_EQ(::symlink("../real", join_path(root(), "custom/a").c_str()), 0);
  EXPECT_FALSE(open_seen(root(), "custom/a/a.pt", now));
}

TEST(VersionFolders, AreNamedLikeVersions) {
  for (const char* name : {"v1", "v1.0", "v2.10.3", "1.0"}) EXPECT_TRUE(is_version_folder_name(name)) << name;
  for (const char* name : {"1", "vits", "v", "v1.", "v1a", "large-v2", "jarvis_v1"})
    EXPECT_FALSE(is_version_folder_name(name)) << name;
}

}  // namespace
}  // namespace weighhouse::library
