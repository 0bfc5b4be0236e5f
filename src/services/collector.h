#pragma once

#include <chrono>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "registry/metadata_store.h"
#include "store/blob_store.h"

namespace weighhouse::services {

struct Freed {
  std::uint64_t bytes = 0;
  std::vector<Digest> digests{};
};

enum class DryRun : std::uint8_t { kNo, kYes };
enum class Size : std::uint8_t { kAtMostATenth, kAny };  // of the sweep of files without rows

// Frees blobs that nothing refers to. A blob goes live -> condemned -> deleting -> gone, each step a
// transaction that looks again whether a version, a derived file or a lease refers to it; a new reference
// makes a condemned blob live again. Its file moves to the store's trash before its row goes, and only
// then is it unlinked: a crash leaves at worst a file without a row, which the sweep finds.
class Collector {
 public:
  Collector(registry::MetadataStore& metadata, store::BlobStore& blobs, const Clock& clock,
            std::chrono::hours keep_condemned)
      : metadata_(metadata), blobs_(blobs), clock_(clock), keep_condemned_(keep_condemned) {}

  // All unreferenced blobs, at once; a dry run says exactly what that would free.
  Result<Freed> collect(DryRun dry_run);
  // Only these, at once: after a purge.
  Result<Freed> collect(std::span<const Digest> digests);
  // Condemns what is unreferenced and deletes what was condemned long enough ago: the timer's step.
  Result<Freed> advance();
  // Finishes deletions that a crash interrupted, and discards uploads that nobody can go on with: their id was told to
  // nobody, or too little of them is left. Before the first request.
  Result<> recover();
  // Sets files without a row aside (from where they can be brought back). kFailedPrecondition with the figures
  // when that is more than a tenth of the store, unless told otherwise.
  Result<Freed> sweep(DryRun dry_run, Size size);
  // Uploads that nobody touched for so long, and those of which too little is left to go on with. For one thread.
  Result<> discard_idle_uploads(std::chrono::hours idle);

 private:
  Result<bool> free(const Digest& digest);
  Result<> finish_deletions();
  Result<> discard_orphans();
  Result<bool> can_go_on(const std::string& upload);

  registry::MetadataStore& metadata_;
  store::BlobStore& blobs_;
  const Clock& clock_;
  std::chrono::hours keep_condemned_;
  std::set<std::string> resumable_{};  // uploads that were tried: once is enough
};

}  // namespace weighhouse::services
