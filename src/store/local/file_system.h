#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace weighhouse::store {

// All that LocalBlobStore asks of a disk, so that a test can take its place: one that fails, is full, or
// loses at a power cut whatever nobody flushed. Failures have the codes of base/file.h.

// An open file. Stays readable after its name is gone. Reads may come from any thread.
class File {
 public:
  virtual ~File() = default;

  // Fills the front of `buffer`; fewer bytes only at the end.
  virtual Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> buffer) const = 0;
  // Fastest where the address of the bytes and `offset` agree modulo 4096: see Relay.
  virtual Result<> write_at(std::uint64_t offset, std::span<const std::byte> bytes) = 0;
  virtual Result<> truncate(std::uint64_t size_bytes) = 0;
  // Takes the space for that many bytes without changing the size.
  virtual Result<> reserve(std::uint64_t size_bytes) = 0;
  virtual Result<> set_read_only(bool read_only) = 0;

  // The bytes are on the disk afterwards. A failure is final: the kernel may have dropped what it could not
  // write, and a second call would report success.
  virtual Result<> sync() = 0;
  // Keeps the disk busy while bytes arrive, and the cache free for what is being read: no promise about
  // either. `begin` starts to write a part out, `end` waits for that and lets go of its memory.
  virtual Result<> begin_writeback(std::uint64_t offset, std::uint64_t length) = 0;
  virtual Result<> end_writeback(std::uint64_t offset, std::uint64_t length) = 0;

  virtual Result<FileInfo> info() const = 0;
  // For sendfile; -1 where the kernel knows nothing of the file.
  virtual int descriptor() const = 0;
};

struct DiskSpace {
  std::uint64_t total_bytes;
  std::uint64_t free_bytes;  // for a normal user
};

// Held until destroyed, also when the process is killed.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

// Safe from any thread.
class FileSystem {
 public:
  virtual ~FileSystem() = default;

  virtual Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) = 0;
  // Nothing where nothing is. Does not follow a symbolic link at the end.
  virtual Result<std::optional<FileInfo>> find(const std::string& path) = 0;
  // Names in no order.
  virtual Result<std::vector<std::string>> list(const std::string& path) = 0;

  // One that is there already is no failure.
  virtual Result<> make_directory(const std::string& path) = 0;
  // A missing one is no failure, for both.
  virtual Result<> remove_file(const std::string& path) = 0;
  virtual Result<> remove_directory(const std::string& path) = 0;
  // kAlreadyExists when `to` is taken.
  virtual Result<> rename_new(const std::string& from, const std::string& to) = 0;
  virtual Result<> rename_over(const std::string& from, const std::string& to) = 0;
  // The names in a directory are on the disk afterwards.
  virtual Result<> sync_directory(const std::string& path) = 0;

  // Another one whenever the machine went down in between, and with it what nobody flushed; empty where that is
  // unknown.
  virtual std::string boot_id() = 0;

  // Of the file system that holds `path`.
  virtual Result<DiskSpace> space(const std::string& path) = 0;

  // kFailedPrecondition, naming the holder where it is known, while another has it.
  virtual Result<std::unique_ptr<FileLock>> lock(const std::string& path) = 0;
};

// The real one.
std::shared_ptr<FileSystem> posix_file_system();

// The whole file; kResourceExhausted when it is larger than `limit_bytes`.
Result<std::string> read_whole(FileSystem& files, const std::string& path, std::size_t limit_bytes);
// Writes `scratch`, flushes it and renames it over `path`: readers see the old content or the new, also after a
// crash. The directory of `path` is not flushed.
Result<> replace_whole(FileSystem& files, const std::string& scratch, const std::string& path, std::string_view bytes);

}  // namespace weighhouse::store
