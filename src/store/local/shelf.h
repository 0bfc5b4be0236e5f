#pragma once

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "store/blob_store.h"
#include "store/detail/block_table.h"
#include "store/local/durable_directories.h"
#include "store/local/file_system.h"
#include "store/local/layout.h"

namespace weighhouse::store {

// The committed blobs of a local store: plain files under their digests, each beyond kSmallBlobBytes with its
// block table beside it. A small one needs none: reading it proves it as quickly as its table would.
//
// A name is durable before it is reported, and where a file moves between directories, the new name is
// durable before the old one goes: a power cut leaves a blob at one place or at both, never at none.
// Whoever changes the names of a digest holds its lock.
class Shelf {
 public:
  static constexpr std::uint64_t kSmallBlobBytes = 64U << 10U;

  Shelf(FileSystem& files, Layout layout, const Clock& clock);

  // The directories that everything else stands in.
  Result<> prepare();

  // An open blob whose size is what was committed; kDataLoss when it is not.
  struct Opened {
    std::unique_ptr<File> file;
    BlobInfo info;
  };
  Result<std::optional<Opened>> open(const Digest& digest) const;

  // Takes the flushed file `data` in as the blob that `table` describes. A blob that is there already is read
  // and kept if it is whole, else quarantined. `scratch` is a free name near `data`. Nothing is visible
  // after a failure that was not before; `data` may be gone then.
  Result<BlobInfo> place(const std::string& data, const detail::BlockTable& table, const std::string& scratch);

  Result<> trash(const Digest& digest);
  Result<> restore(const Digest& digest);
  Result<std::uint64_t> purge_trash(Timestamp older_than);
  Result<std::uint64_t> remove(const Digest& digest);
  Result<> quarantine(const Digest& digest, std::string_view reason);

  Result<std::optional<Damage>> verify(const Digest& digest, std::uint64_t size_bytes, Depth depth) const;
  Result<> list(const std::function<bool(const Digest&, std::uint64_t, std::int64_t)>& visit) const;
  std::optional<std::string> path_of(const Digest& digest) const;

 private:
  std::unique_lock<std::mutex> lock(const Digest& digest) const;

  // Reads everything.
  static Result<detail::BlockTable> examine(const File& file);
  // The recorded table; nothing when it is missing, torn, or of other bytes.
  Result<std::optional<detail::BlockTable>> recorded(const Digest& digest, bool header_only) const;
  Result<> record(const detail::BlockTable& table, const std::string& scratch) const;
  // A lost table is made again from bytes that have just been proven. That it cannot be written is no failure:
  // the next reader tries again.
  void record_again(const detail::BlockTable& table) const;

  Result<> publish(const std::string& data, const detail::BlockTable& table, const std::string& scratch);
  Result<bool> holds(const std::string& path, const detail::BlockTable& table) const;
  Result<> set_aside(const Digest& digest, std::string_view reason);
  Result<> move_durably(const std::string& from, const std::string& to);
  Result<std::vector<Layout::Trashed>> list_trashed(const std::string& directory) const;

  FileSystem& files_;
  const Layout layout_;
  const Clock& clock_;
  mutable DurableDirectories directories_;
  mutable std::array<std::mutex, 64> locks_;
};

}  // namespace weighhouse::store
