#include "services/backup.h"

#include <algorithm>
#include <memory>

#include "base/file.h"
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

// Under its name only once it is whole and durable.
Result<> write_blob(ByteSource& bytes, const Digest& digest, const std::string& path) {
  TRY(make_directories(path.substr(0, path.rfind('/'))));
  const std::string scratch = path + ".part";
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

}  // namespace

Result<BackupResult> Backup::create(const std::string& directory, const Progress& progress) {
  TRY(make_directories(directory));
  // The newest database copy takes its name last: until then an earlier backup in this place stays whole.
  const std::string scratch = join_path(directory, std::string{kBackupDatabase} + ".part");
  TRY(remove_file(scratch));
  TRY(metadata_.copy_to(scratch));
  const auto copy = TRY(open_copy_(scratch));
  const auto blobs = TRY(all_blobs(*copy));
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
        TRY(write_blob(*source, blob.digest, path));
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
  result.versions = static_cast<std::uint64_t>(TRY(copy->read_value<registry::StorageTotals>([&](Transaction& rows) {
                                                 return rows.storage_totals(clock_.now());
                                               })).versions);
  return result;
}

}  // namespace weighhouse::services
