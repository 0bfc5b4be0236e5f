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

TEST_F(BackupTest, BringsAllThatBelongsToAModelIntoAnotherHouse) {
  ASSERT_TRUE(publish("m", {{"a.bin", "weights"}}));
  const auto model = catalog.get_model(alice, ref("m")).take().model;
  const auto data = take("data", alice).digest;
  const auto predictions = take("predictions", alice).digest;
  const auto onnx = take("graph", alice);
  const std::vector<std::string> rules{"accuracy >= 0.9", "f1 >= production"};
  ASSERT_TRUE(metadata->transact([&](registry::Transaction& rows) -> Result<> {
    TRY(rows.add_evaluation({.id = "01M7ZB4MQSJE4SMRP9Y13AB5WS",
                             .model = model.id,
                             .number = registry::VersionNumber{1},
                             .data_name = "test.csv",
                             .data = data,
                             .predictions = predictions,
                             .items = 7}));
    return rows.put_derived_file(model.id, registry::VersionNumber{1},
                                 {.file = {.path = registry::FilePath::parse("m.onnx").take(),
                                           .digest = onnx.digest,
                                           .size_bytes = onnx.size_bytes},
                                  .made_by = "onnx-export"});
  }));
  ASSERT_TRUE(gates.put(alice, ref("m"), word("production"), rules));
  ASSERT_TRUE(backup.create(place, go_on));

  const auto elsewhere = db::open(join_path(directory.path(), "elsewhere.db")).take();
  store::MemoryBlobStore other_blobs;
  Backup other{*elsewhere, other_blobs, clock, [](const std::string& path) { return db::open(path); }};
  const auto restored = other.restore(alice, place, go_on);
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_EQ(restored->models, 1U);
  ASSERT_TRUE(elsewhere->read([&](registry::Transaction& rows) -> Result<> {
    const auto evaluations = TRY(rows.list_evaluations({.model = model.id}));
    EXPECT_TRUE(evaluations.size() == 1 && evaluations.front().data_name == "test.csv");
    const auto derived = TRY(rows.list_derived_files(model.id, registry::VersionNumber{1}));
    EXPECT_EQ(derived.size(), 1U);
    EXPECT_EQ(TRY(rows.list_gates(model.id, word("production"))), rules);
    return {};
  }));
  for (const auto& digest : {data, predictions, onnx.digest}) EXPECT_TRUE(other_blobs.find(digest).take().has_value());
}

}  // namespace
}  // namespace weighhouse::services
