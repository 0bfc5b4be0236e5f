#include "services/backup.h"

#include <algorithm>
#include <memory>

#include "base/file.h"
#include "base/log.h"
#include "services/detail/backup_layout.h"

namespace weighhouse::services {

using registry::Blob;
using registry::MetadataStore;
using registry::Transaction;

namespace {

constexpr std::size_t kBatch = 500;
constexpr const char* kReadme =
    "A backup of a Weighhouse home: weighhouse.db is its database, blobs/sha256/ holds its files under their digests.\n"
    "Restore it with:  weigh backup --restore THIS_DIRECTORY\n"
    "Check one file by hand:  sha256sum blobs/sha256/ab/abcd…  prints its own name.\n"
    "Another backup into this directory copies only what is new.\n";

// What is not whole yet stands in one folder of the backup, which no end of a backup leaves behind: the next
// one begins by removing what a killed one left.
class Unfinished {
 public:
  static Result<Unfinished> make_in(const std::string& directory) {
    Unfinished unfinished{join_path(directory, "unfinished")};
    TRY(remove_tree(unfinished.path_));
    TRY(make_directories(unfinished.path_));
    return unfinished;
  }
  Unfinished(Unfinished&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Unfinished& operator=(Unfinished&&) = delete;
  ~Unfinished() {
    if (path_.empty()) return;
    if (const auto removed = remove_tree(path_); !removed)
      log::warning("a backup left a folder behind", {{"path", path_}, {"reason", removed.error().message}});
  }

  std::string at(const std::string& name) const { return join_path(path_, name); }

 private:
  explicit Unfinished(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

// Under its name only once it is whole and durable.
Result<> write_blob(ByteSource& bytes, const Digest& digest, const std::string& scratch, const std::string& path) {
  TRY(make_directories(path.substr(0, path.rfind('/'))));
  TRY(remove_file(scratch));
  {
    const auto file = TRY(open_file(scratch, OpenMode::kCreateNew));
    Sha256 hash;
    std::vector<std::byte> buffer(std::size_t{1} << 20U);
    for (;;) {
      const auto count = TRY(bytes.read(buffer));
      if (count == 0) break;
      hash.update(std::span{buffer}.first(count));
      TRY(write_all(file.get(), {reinterpret_cast<const char*>(buffer.data()), count}, scratch));
    }
    if (std::move(hash).finish() != digest) {
      TRY(remove_file(scratch));
      return fail(ErrorCode::kDataLoss,
                  "The stored bytes of " + digest.to_string() +
                      " are damaged, so they were not copied. weigh verify --deep names what needs them.");
    }
    TRY(sync_data(file.get(), scratch));
  }
  TRY(rename_over(scratch, path));
  return sync_directory(path.substr(0, path.rfind('/')));
}

Result<std::vector<Blob>> all_blobs(const MetadataStore& metadata) {
  std::vector<Blob> all;
  for (;;) {
    const auto after = all.empty() ? std::nullopt : std::optional{all.back().digest};
    const auto batch =
        TRY(metadata.read_value<std::vector<Blob>>([&](Transaction& rows) { return rows.list_blobs(after, kBatch); }));
    all.insert(all.end(), batch.begin(), batch.end());
    if (batch.size() < kBatch) return all;
  }
}

struct Named {
  std::vector<Blob> blobs;
  std::uint64_t versions;
};

// What the copy names. It is closed again before anything else happens, so that it is one file.
Result<Named> read_copy(const std::string& path, const Backup::OpenCopy& open_copy, Timestamp now) {
  const auto copy = TRY(open_copy(path));
  auto blobs = TRY(all_blobs(*copy));
  const auto totals =
      TRY(copy->read_value<registry::StorageTotals>([&](Transaction& rows) { return rows.storage_totals(now); }));
  return Named{std::move(blobs), static_cast<std::uint64_t>(totals.versions)};
}

}  // namespace

Result<BackupResult> Backup::create(const std::string& directory, const Progress& progress) {
  TRY(make_directories(directory));
  // The newest database copy takes its name last: until then an earlier backup in this place stays whole.
  const auto unfinished = TRY(Unfinished::make_in(directory));
  const std::string scratch = unfinished.at(kBackupDatabase);
  TRY(metadata_.copy_to(scratch));
  const auto named = TRY(read_copy(scratch, open_copy_, clock_.now()));
  const auto& blobs = named.blobs;
  const Timestamp until = clock_.now() + std::chrono::hours{24};
  TRY(metadata_.transact([&](Transaction& rows) -> Result<> {
    for (const auto& blob : blobs) {
      if (TRY(rows.find_blob(blob.digest))) TRY(rows.put_lease({blob.digest, "backup", until}));
    }
    return {};
  }));

  BackupResult result{.directory = directory};
  std::uint64_t all_bytes = 0;
  std::uint64_t done_bytes = 0;
  for (const auto& blob : blobs) all_bytes += blob.size_bytes;
  const auto copy_all = [&]() -> Result<> {
    for (const auto& blob : blobs) {
      const std::string path = backup_blob_path(directory, blob.digest);
      const auto there = stat_path(path);
      if (!there || there->size_bytes != blob.size_bytes) {
        auto bytes = blobs_.open(blob.digest);
        // Unreferenced when the database was copied, and collected since: nothing lacks it.
        if (!bytes && bytes.error().code == ErrorCode::kNotFound && blob.state != registry::BlobState::kLive) continue;
        const auto source = TRY(std::move(bytes));
        TRY(write_blob(*source, blob.digest, unfinished.at("blob"), path));
        result.copied_bytes += blob.size_bytes;
      }
      ++result.blobs;
      done_bytes += blob.size_bytes;
      if (!progress(done_bytes, all_bytes, "copying"))
        return fail(ErrorCode::kCancelled,
                    "The backup was cancelled; what it copied stays and need not be copied again.");
    }
    return {};
  };
  auto copied = copy_all();
  std::vector<Digest> digests;
  for (const auto& blob : blobs) digests.push_back(blob.digest);
  TRY(metadata_.transact([&](Transaction& rows) { return rows.drop_leases(digests, "backup"); }));
  TRY(copied);
  TRY(replace_file(join_path(directory, "README.txt"), kReadme));
  TRY(rename_over(scratch, join_path(directory, kBackupDatabase)));
  TRY(sync_directory(directory));
  result.versions = named.versions;
  return result;
}

}  // namespace weighhouse::services
