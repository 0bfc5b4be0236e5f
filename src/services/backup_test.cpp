#include "services/backup.h"

#include <algorithm>
#include <filesystem>

#include "services/testing/house_fixture.h"

namespace weighhouse::services {
namespace {

class BackupTest : public HouseFixture {
 protected:
  std::vector<std::string> files_of_backup() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator{place}) names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  }
  static bool go_on(std::uint64_t, std::uint64_t, std::string_view) { return true; }

  std::string place = join_path(directory.path(), "backup");
  Backup backup{*metadata, blobs, clock, [](const std::string& path) { return db::open(path); }};
};

const std::vector<std::string> kWhole{"README.txt", "blobs", "weighhouse.db"};

TEST_F(BackupTest, LeavesNothingBesideWhatItMade) {
  ASSERT_TRUE(publish("m", {{"a.bin", "weights"}}));
  const auto made = backup.create(place, go_on);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->blobs, 1U);
  EXPECT_EQ(made->versions, 1U);
  EXPECT_EQ(files_of_backup(), kWhole);
}

TEST_F(BackupTest, ACancelledOneKeepsWhatItCopiedAndNothingHalfDone) {
  ASSERT_TRUE(publish("m", {{"a.bin", "weights"}, {"b.bin", "more"}}));
  const auto cancelled = backup.create(place, [](std::uint64_t, std::uint64_t, std::string_view) { return false; });
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code, ErrorCode::kCancelled);
  EXPECT_EQ(files_of_backup(), std::vector<std::string>{"blobs"});
  const auto made = backup.create(place, go_on);
  ASSERT_TRUE(made);
  EXPECT_LT(made->copied_bytes, 11U) << "what the first one copied is not copied again";
  EXPECT_EQ(files_of_backup(), kWhole);
}

TEST_F(BackupTest, CleansUpAfterOneThatWasKilled) {
  ASSERT_TRUE(publish("m", {{"a.bin", "weights"}}));
  ASSERT_TRUE(make_directories(join_path(place, "unfinished")));
  for (const char* left : {"weighhouse.db", "weighhouse.db-wal", "weighhouse.db-shm", "blob"})
    ASSERT_TRUE(replace_file(join_path(place, std::string{"unfinished/"} + left), "half"));
  ASSERT_TRUE(backup.create(place, go_on));
  EXPECT_EQ(files_of_backup(), kWhole);
}

}  // namespace
}  // namespace weighhouse::services
