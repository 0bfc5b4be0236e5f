#include "store/local/local_blob_store.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "base/file.h"
#include "store/local/layout.h"
#include "store/testing/blobs.h"
#include "store/testing/local_under_test.h"

namespace weighhouse::store {
namespace {

class LocalBlobStoreTest : public testing::Test {
 protected:
  LocalUnderTest world_{LocalOptions{}};
  BlobStore& store() { return world_.store(); }
  Layout layout() const { return Layout{world_.root()}; }
};

TEST_F(LocalBlobStoreTest, KeepsEachBlobAsAReadOnlyFileOfItsExactBytes) {
  const auto bytes = pattern(100'000);
  const auto digest = put(store(), bytes)->digest;
  const auto path = world_.root() + "/blobs/sha256/" + digest.hex().substr(0, 2) + "/" + digest.hex();
  EXPECT_EQ(store().path_of(digest), path);
  EXPECT_EQ(read_file(path).value(), bytes);
  struct stat s{};
  ASSERT_EQ(::stat(path.c_str(), &s), 0);
  EXPECT_EQ(s.st_mode & 07777U, 0444U);
  EXPECT_FALSE(store().path_of(Digest::of("absent")));
}

TEST_F(LocalBlobStoreTest, LeavesNothingOfAnUploadBehind) {
  ASSERT_TRUE(put(store(), pattern(3'000'000)));
  ASSERT_TRUE(put(store(), "small"));
  EXPECT_FALSE(put(store(), "small", {.declared = Digest::of("other")}));
  EXPECT_TRUE(list_directory(layout().uploads())->empty());
}

TEST_F(LocalBlobStoreTest, GivesTheKernelASliceToSend) {
  const auto digest = put(store(), pattern(5000))->digest;
  const auto source = store().open(digest, {.offset = 1000, .length = 100}).value();
  const auto slice = source->file_slice();
  ASSERT_TRUE(slice);
  EXPECT_GE(slice->descriptor, 0);
  EXPECT_EQ(slice->offset, 1000U);
  EXPECT_EQ(slice->length, 100U);
}

TEST_F(LocalBlobStoreTest, NamesTheDamagedMebibytes) {
  auto bytes = pattern(5'500'000);
  const auto digest = put(store(), bytes)->digest;
  bytes[0] ^= 1;
  bytes[3 << 20] ^= 1;
  bytes[5'499'999] ^= 1;
  world_.damage(digest, bytes);
  const auto damage = store().verify(digest, bytes.size(), Depth::kDeep).value();
  ASSERT_TRUE(damage);
  EXPECT_EQ(damage->blocks, (std::vector<std::uint64_t>{0, 3, 5}));
  EXPECT_THAT(damage->message, testing::HasSubstr("0, 3, 5"));
}

TEST_F(LocalBlobStoreTest, MakesALostOrTornBlockTableAgain) {
  const auto bytes = pattern(2'000'000);
  const auto info = put(store(), bytes).value();
  const auto table = read_file(layout().table(info.digest)).value();
  for (const auto& damaged : {std::optional<std::string>{}, std::optional{table.substr(0, 40)},
                              std::optional{std::string(table.size(), 'x')}}) {
    ASSERT_TRUE(damaged ? replace_file(layout().table(info.digest), *damaged)
                        : remove_file(layout().table(info.digest)));
    EXPECT_EQ(store().find(info.digest).value()->crc32, info.crc32);
    EXPECT_EQ(read_file(layout().table(info.digest)).value(), table);
  }
  // The header is whole, a block is not: only a deep look can tell.
  auto flipped = table;
  flipped.back() ^= 1;
  ASSERT_TRUE(replace_file(layout().table(info.digest), flipped));
  EXPECT_FALSE(store().verify(info.digest, bytes.size(), Depth::kDeep).value());
  EXPECT_EQ(read_file(layout().table(info.digest)).value(), table);
}

TEST_F(LocalBlobStoreTest, RemovesTheBlockTableWithTheLastOfItsBlob) {
  const auto digest = put(store(), pattern(100'000))->digest;
  ASSERT_TRUE(store().trash(digest));
  EXPECT_TRUE(path_exists(layout().table(digest)));
  ASSERT_TRUE(store().purge_trash(INT64_MAX));
  EXPECT_FALSE(path_exists(layout().table(digest)));
}

TEST_F(LocalBlobStoreTest, NamesQuarantinedFilesByDigestAndReason) {
  const auto digest = put(store(), "weights")->digest;
  ASSERT_TRUE(store().quarantine(digest, "Scrub: bytes/differ\n"));
  EXPECT_TRUE(path_exists(layout().quarantine() + "/" + digest.hex() + ".scrub-bytes-differ"));
}

TEST_F(LocalBlobStoreTest, OverlooksFilesThatAreNotItsOwn) {
  const auto digest = put(store(), "weights")->digest;
  const auto directory = layout().blobs() + "/" + Layout::fan_out(digest);
  ASSERT_TRUE(replace_file(directory + "/.DS_Store", "x"));
  ASSERT_TRUE(replace_file(directory + "/" + Digest::of("elsewhere").hex() + ".bak", "x"));
  ASSERT_TRUE(replace_file(layout().blobs() + "/notes.txt", "x"));
  ASSERT_TRUE(replace_file(layout().trash() + "/notes.txt", "x"));
  ASSERT_TRUE(replace_file(layout().uploads() + "/notes.txt", "x"));
  int visited = 0;
  ASSERT_TRUE(store().list([&](const Digest& found, std::uint64_t, std::int64_t) {
    EXPECT_EQ(found, digest);
    ++visited;
    return true;
  }));
  EXPECT_EQ(visited, 1);
  EXPECT_TRUE(store().purge_trash(INT64_MAX));
  EXPECT_TRUE(store().list_uploads()->empty());
}

TEST_F(LocalBlobStoreTest, BelongsToOneProcessAtATime) {
  const auto second = LocalBlobStore::open(world_.root());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_THAT(second.error().message, testing::HasSubstr("process " + std::to_string(::getpid())));
}

TEST_F(LocalBlobStoreTest, TellsPeopleWhatItIs) {
  EXPECT_THAT(read_file(world_.root() + "/README.txt").value(), testing::HasSubstr("sha256sum"));
  EXPECT_EQ(read_file(world_.root() + "/format").value(), "{\"format\":1,\"hash\":\"sha256\",\"fanout\":2}\n");
}

TEST(OpeningALocalBlobStore, DeclinesAStoreOfANewerProgram) {
  const auto directory = TemporaryDirectory::create().value();
  ASSERT_TRUE(replace_file(directory.path() + "/format", R"({"format":2,"hash":"sha256"})"));
  const auto store = LocalBlobStore::open(directory.path());
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_THAT(store.error().message, testing::HasSubstr("newer"));
  EXPECT_FALSE(path_exists(directory.path() + "/blobs"));
}

TEST(OpeningALocalBlobStore, DeclinesADirectoryThatSomethingElseMade) {
  for (const std::string_view text : {"", "format 1", "[]", "{}", "{\"format\":\"1\"}"}) {
    const auto directory = TemporaryDirectory::create().value();
    ASSERT_TRUE(replace_file(directory.path() + "/format", text));
    EXPECT_EQ(LocalBlobStore::open(directory.path()).error().code, ErrorCode::kFailedPrecondition) << text;
  }
  const auto directory = TemporaryDirectory::create().value();
  ASSERT_TRUE(make_directories(directory.path() + "/blobs"));
  EXPECT_EQ(LocalBlobStore::open(directory.path()).error().code, ErrorCode::kFailedPrecondition);
}

TEST(OpeningALocalBlobStore, SaysWhenAFileIsInTheWay) {
  const auto directory = TemporaryDirectory::create().value();
  ASSERT_TRUE(replace_file(directory.path() + "/store", "a file"));
  const auto store = LocalBlobStore::open(directory.path() + "/store");
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::kFailedPrecondition);
}

TEST(OpeningALocalBlobStore, RefusesAnUploadThatTheDiskCannotHold) {
  const auto directory = TemporaryDirectory::create().value();
  const auto store = LocalBlobStore::open(directory.path()).value();
  const auto session = store->upload({.size_bytes = std::uint64_t{1} << 60U});
  ASSERT_FALSE(session);
  EXPECT_EQ(session.error().code, ErrorCode::kResourceExhausted);
  EXPECT_THAT(session.error().details, testing::Contains(testing::Pair("reason", Detail{std::string{"disk_full"}})));
  EXPECT_TRUE(store->list_uploads()->empty());
}

}  // namespace
}  // namespace weighhouse::store
