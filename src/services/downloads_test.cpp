#include "services/downloads.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "services/detail/work_files.h"
#include "services/testing/house_fixture.h"
#include "store/local/local_blob_store.h"

namespace weighhouse::services {
namespace {

using testing::HasSubstr;

// Over blobs that are files, so that a test can do to one what a failing disk or a careless person does.
// Small ones the store hashes whenever it is asked; large ones have a table of what they were.
class DownloadsTest : public HouseFixture, public testing::WithParamInterface<int> {
 protected:
  void SetUp() override {
    MemorySource source{weights_};
    NewVersion version;
    version.files.emplace_back(registry::FilePath::parse("jarvis.pt").take(),
                               intake_.take(alice, source).value().digest);
    ASSERT_TRUE(publisher_.publish(alice, ref("jarvis"), version));
    place_ = files_->path_of(digest_).value();
    ASSERT_EQ(::chmod(place_.c_str(), 0644), 0);
  }

  struct stat stamp() const {
    struct stat found{};
    EXPECT_EQ(::stat(place_.c_str(), &found), 0);
    return found;
  }
  void write(std::uint64_t at, std::string_view bytes) const {
    const auto file = open_file(place_, OpenMode::kReadWrite).value();
    ASSERT_EQ(::pwrite(file.get(), bytes.data(), bytes.size(), static_cast<off_t>(at)),
              static_cast<ssize_t>(bytes.size()));
  }
  void flip_a_bit() const {
    const std::string flipped(1, static_cast<char>(weights_[kDamaged] ^ 1));
    write(kDamaged, flipped);
  }
  // As a disk does it by itself: the size and the times are what they were.
  void flip_a_bit_unnoticed() const {
    const auto before = stamp();
    flip_a_bit();
    const timespec times[]{before.st_atim, before.st_mtim};
    ASSERT_EQ(::utimensat(AT_FDCWD, place_.c_str(), times, 0), 0);
  }
  void set_time(std::int64_t seconds) const {
    const timespec times[]{{.tv_sec = seconds, .tv_nsec = 0}, {.tv_sec = seconds, .tv_nsec = 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, place_.c_str(), times, 0), 0);
  }

  Result<Handed> file() { return downloads_.find_file(alice, ref("jarvis"), std::nullopt, "jarvis.pt"); }
  registry::Blob row() {
    return metadata->read_value<std::optional<registry::Blob>>([&](auto& rows) { return rows.find_blob(digest_); })
        .value()
        .value();
  }

  void expect_refused_everywhere() {
    for (const auto& handed :
         {file(), downloads_.find_weights(alice, ref("jarvis")), downloads_.find_blob(alice, digest_)}) {
      ASSERT_FALSE(handed) << "damaged bytes are handed out";
      EXPECT_EQ(handed.error().code, ErrorCode::kDataLoss);
      EXPECT_THAT(handed.error().message, HasSubstr("Upload the same file again"));
    }
    EXPECT_THAT(file().error().message, HasSubstr("\"jarvis.pt\" is damaged"));
    EXPECT_FALSE(downloads_.checked_blob(digest_, "of an archive"));
    const auto for_work = open_for_work({*metadata, *files_, clock}, digest_, "data");
    EXPECT_TRUE(!for_work && for_work.error().code == ErrorCode::kDataLoss) << "a worker learns from damaged bytes";
    EXPECT_FALSE(row().damage.empty()) << "who looks at the model is told";
  }
  void mend() {
    EXPECT_EQ(intake_.absent(alice, {&digest_, 1}).value(), std::vector<Digest>{digest_}) << "a client has to send it";
    MemorySource again{weights_};
    ASSERT_TRUE(intake_.take(alice, again));
    const auto handed = file();
    ASSERT_TRUE(handed) << handed.error().message;
    EXPECT_EQ(read_all(*downloads_.open(*handed, {}).value(), weights_.size()).value(), weights_);
    EXPECT_TRUE(row().damage.empty());
  }

  static constexpr std::size_t kDamaged = 5;
  const std::string weights_ = std::string(static_cast<std::size_t>(GetParam()), 'w');
  const Digest digest_ = Digest::of(weights_);
  std::unique_ptr<store::LocalBlobStore> files_ =
      store::LocalBlobStore::open(join_path(directory.path(), "store")).take();
  Intake intake_{*metadata, *files_, clock, {}};
  Publisher publisher_{*metadata, *files_, clock};
  Downloads downloads_{*metadata, *files_, clock};
  Verifier verifier_{*metadata, *files_, clock};
  std::string place_;
};

INSTANTIATE_TEST_SUITE_P(Sizes, DownloadsTest, testing::Values(1'000, 300'000),
                         [](const auto& size) { return size.param == 1'000 ? "Small" : "Large"; });

TEST_P(DownloadsTest, HashesAFileAgainThatWasWrittenToAndHandsNoFlippedBitOut) {
  flip_a_bit();
  expect_refused_everywhere();
  mend();
}

TEST_P(DownloadsTest, RefusesAFileThatWasCutShortOrAddedTo) {
  ASSERT_EQ(::truncate(place_.c_str(), static_cast<off_t>(weights_.size() - 1)), 0);
  expect_refused_everywhere();
  mend();
  ASSERT_EQ(::chmod(place_.c_str(), 0644), 0);
  write(weights_.size(), "!");
  expect_refused_everywhere();
  mend();
}

TEST_P(DownloadsTest, RefusesWhatAVerificationFoundThoughSizeAndTimeTellNothing) {
  flip_a_bit_unnoticed();
  const auto found = verifier_.verify(alice, std::nullopt, store::Depth::kDeep, [](auto, auto) { return true; }).take();
  ASSERT_EQ(found.damaged.size(), 1U);
  EXPECT_EQ(found.damaged[0].damage.kind, store::Damage::Kind::kWrongBytes);
  expect_refused_everywhere();
  mend();
}

TEST_P(DownloadsTest, HandsOutWholeBytesUnderAnotherTimeAndRemembersIt) {
  set_time(1'000'000'000);
  ASSERT_NE(row().modified_ns, 1'000'000'000'000'000'000);
  clock.advance(std::chrono::hours{1});
  EXPECT_TRUE(file());
  EXPECT_EQ(row().modified_ns, 1'000'000'000'000'000'000);
  EXPECT_EQ(row().verified_at, clock.now());
  clock.advance(std::chrono::hours{1});
  EXPECT_TRUE(file());
  EXPECT_NE(row().verified_at, clock.now()) << "it is hashed once, not for each request";
}

TEST_P(DownloadsTest, HashesAFileAgainThatAnotherTookThePlaceOf) {
  const auto before = stamp();
  const std::string other = directory.path() + "/other";
  std::string bytes = weights_;
  bytes[kDamaged] = 'r';
  ASSERT_TRUE(replace_file(other, bytes));
  const timespec times[]{before.st_atim, before.st_mtim};
  ASSERT_EQ(::utimensat(AT_FDCWD, other.c_str(), times, 0), 0);
  ASSERT_EQ(::rename(other.c_str(), place_.c_str()), 0);
  ASSERT_EQ(stamp().st_mtim.tv_nsec, before.st_mtim.tv_nsec);
  ASSERT_NE(stamp().st_ino, before.st_ino);
  expect_refused_everywhere();
}

TEST_P(DownloadsTest, MendsTheRecordWhenTheRightBytesAreBackByThemselves) {
  flip_a_bit();
  ASSERT_FALSE(file());
  write(kDamaged, "w");  // from a backup, by hand
  EXPECT_TRUE(file());
  EXPECT_TRUE(row().damage.empty());
}

}  // namespace
}  // namespace weighhouse::services
