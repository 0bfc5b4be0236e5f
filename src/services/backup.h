#pragma once

#include <functional>
#include <string>

#include "registry/metadata_store.h"
#include "services/caller.h"
#include "store/blob_store.h"

namespace weighhouse::services {

struct BackupResult {
  std::string directory;
  std::uint64_t blobs = 0;
  std::uint64_t copied_bytes = 0;  // what an earlier backup in the same place already had is not copied again
  std::uint64_t versions = 0;
};

// A backup is a directory: a copy of the database and the blobs it refers to, as plain files under their
// digests. Taken while serving: the database is copied first, at one moment, and a lease holds every blob
// that it names until it is copied. Restoring adds what is missing, beside what is there, and keeps names,
// numbers, aliases and history; a name that is taken by another model is skipped and named.
class Backup {
 public:
  using Progress = std::function<bool(std::uint64_t done_bytes, std::uint64_t all_bytes, std::string_view phase)>;
  using OpenCopy = std::function<Result<std::unique_ptr<registry::MetadataStore>>(const std::string& path)>;

  Backup(registry::MetadataStore& metadata, store::BlobStore& blobs, const Clock& clock, OpenCopy open_copy)
      : metadata_(metadata), blobs_(blobs), clock_(clock), open_copy_(std::move(open_copy)) {}

  Result<BackupResult> create(const std::string& directory, const Progress& progress);
  struct Restored {
    std::uint64_t models = 0, versions = 0, copied_bytes = 0;
    std::vector<std::string> skipped{};  // references, each with its reason
  };
  Result<Restored> restore(const Caller& caller, const std::string& directory, const Progress& progress);

 private:
  registry::MetadataStore& metadata_;
  store::BlobStore& blobs_;
  const Clock& clock_;
  OpenCopy open_copy_;
};

}  // namespace weighhouse::services
