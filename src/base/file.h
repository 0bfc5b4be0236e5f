#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace weighhouse {

// The thin layer over POSIX files that every room shares. Messages name the path and, for a full disk or
// a missing right, what to do about it.

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int descriptor) : descriptor_(descriptor) {}
  FileDescriptor(FileDescriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor() { reset(); }

  int get() const { return descriptor_; }
  explicit operator bool() const { return descriptor_ >= 0; }
  int release() { return std::exchange(descriptor_, -1); }
  void reset();

 private:
  int descriptor_ = -1;
};

struct FileInfo {
  std::uint64_t size_bytes = 0;
  std::int64_t modified_ns = 0;  // since the epoch
  std::uint64_t inode = 0;
  std::uint64_t device = 0;
  std::uint64_t links = 0;  // names of the file
  bool is_regular = false;
  bool is_directory = false;
  bool is_symlink = false;
};

enum class OpenMode : std::uint8_t {
  kRead,
  kCreateNew,  // fails with kAlreadyExists when the name is taken
  kReadWrite,  // the file must be there
  kAppendOrCreate,
};

// kNotFound, kPermissionDenied, kResourceExhausted (disk full, quota, too many files), kAlreadyExists, else
// kUnavailable.
tl::unexpected<Error> system_failure(std::string_view what, int error_number, std::string_view path = {});

Result<FileDescriptor> open_file(const std::string& path, OpenMode mode);
Result<> write_all(int descriptor, std::string_view bytes, std::string_view path = {});
// The file's data and what is needed to read it back are on the disk afterwards.
Result<> sync_data(int descriptor, std::string_view path = {});
// The names in a directory are on the disk afterwards.
Result<> sync_directory(const std::string& path);

Result<FileInfo> stat_file(int descriptor, std::string_view path = {});
// Does not follow a symbolic link at the end of `path`.
Result<FileInfo> stat_path(const std::string& path);
bool path_exists(const std::string& path);

// Also its missing parents, each made durable.
Result<> make_directories(const std::string& path);
// Names in no order, without "." and "..".
Result<std::vector<std::string>> list_directory(const std::string& path);
// A missing file is no failure.
Result<> remove_file(const std::string& path);
// Everything below, never following links; a missing tree is no failure.
Result<> remove_tree(const std::string& path);

// The whole file; kResourceExhausted when it is larger than `limit_bytes`.
Result<std::string> read_file(const std::string& path, std::size_t limit_bytes = std::size_t{64} << 20U);
// Readers see the old content or the new, also after a crash.
Result<> replace_file(const std::string& path, std::string_view bytes);
// kAlreadyExists when `to` is taken (renameat2, RENAME_NOREPLACE).
Result<> rename_new(const std::string& from, const std::string& to);
Result<> rename_over(const std::string& from, const std::string& to);

// Bytes a normal user may still write to the file system that holds `path`.
Result<std::uint64_t> free_space_bytes(const std::string& path);

// "a/b": joins with exactly one slash.
std::string join_path(std::string_view left, std::string_view right);

// A folder of its own that is removed with all it holds. For tests and for work in progress.
class TemporaryDirectory {
 public:
  // Below `parent`, or the system's place for temporary files.
  static Result<TemporaryDirectory> create(const std::string& parent = {});
  explicit TemporaryDirectory(std::string path) : path_(std::move(path)) {}
  TemporaryDirectory(TemporaryDirectory&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TemporaryDirectory& operator=(TemporaryDirectory&&) = delete;
  ~TemporaryDirectory();
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace weighhouse
