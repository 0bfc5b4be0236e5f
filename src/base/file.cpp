#include "base/file.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/text.h"

namespace weighhouse {
namespace {

FileInfo to_info(const struct stat& s) {
  return {.size_bytes = static_cast<std::uint64_t>(s.st_size),
          .modified_ns = static_cast<std::int64_t>(s.st_mtim.tv_sec) * 1'000'000'000 + s.st_mtim.tv_nsec,
          .inode = s.st_ino,
          .device = s.st_dev,
          .links = s.st_nlink,
          .is_regular = S_ISREG(s.st_mode),
          .is_directory = S_ISDIR(s.st_mode),
          .is_symlink = S_ISLNK(s.st_mode)};
}

std::string parent_of(const std::string& path) {
  const auto slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    reset();
    descriptor_ = std::exchange(other.descriptor_, -1);
  }
  return *this;
}

void FileDescriptor::reset() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

tl::unexpected<Error> system_failure(std::string_view what, int error_number, std::string_view path) {
  std::string message{what};
  if (!path.empty()) message += " \"" + printable(path, 400) + "\"";
  message += " failed: ";
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
      message += "the disk is full. Free some space (weigh gc says what Weighhouse can give back) and try again.";
      return fail(ErrorCode::kResourceExhausted, std::move(message), {{"reason", std::string{"disk_full"}}});
    case EMFILE:
    case ENFILE:
      return fail(ErrorCode::kResourceExhausted, message + "too many files are open (see ulimit -n).");
    case EFBIG:
      return fail(ErrorCode::kResourceExhausted, message + "the file would be larger than this system allows.");
    case ENOENT:
      return fail(ErrorCode::kNotFound, message + "there is no such file or directory.");
    case EEXIST:
    case ENOTEMPTY:
      return fail(ErrorCode::kAlreadyExists, message + "that name is taken.");
    case EACCES:
    case EPERM:
      return fail(ErrorCode::kPermissionDenied, message + "this account may not do that (see its owner and mode).");
    case EROFS:
      return fail(ErrorCode::kPermissionDenied, message + "the file system is read-only.");
    default:
      return fail(ErrorCode::kUnavailable, message + std::strerror(error_number) + ".");
  }
}

Result<FileDescriptor> open_file(const std::string& path, OpenMode mode) {
  int flags = O_CLOEXEC;
  switch (mode) {
    case OpenMode::kRead:
      flags |= O_RDONLY;
      break;
    case OpenMode::kCreateNew:
      flags |= O_RDWR | O_CREAT | O_EXCL;
      break;
    case OpenMode::kReadWrite:
      flags |= O_RDWR;
      break;
    case OpenMode::kAppendOrCreate:
      flags |= O_WRONLY | O_APPEND | O_CREAT;
      break;
  }
  const int descriptor = ::open(path.c_str(), flags, 0644);
  if (descriptor < 0) return system_failure("Opening", errno, path);
  return FileDescriptor{descriptor};
}

Result<> write_all(int descriptor, std::string_view bytes, std::string_view path) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0) {
      if (errno == EINTR) continue;
      return system_failure("Writing", errno, path);
    }
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

Result<> sync_data(int descriptor, std::string_view path) {
  if (::fdatasync(descriptor) != 0) return system_failure("Flushing", errno, path);
  return {};
}

Result<> sync_directory(const std::string& path) {
  const FileDescriptor directory{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!directory) return system_failure("Opening", errno, path);
  if (::fsync(directory.get()) != 0) return system_failure("Flushing", errno, path);
  return {};
}

Result<FileInfo> stat_file(int descriptor, std::string_view path) {
  struct stat s{};
  if (::fstat(descriptor, &s) != 0) return system_failure("Looking at", errno, path);
  return to_info(s);
}

Result<FileInfo> stat_path(const std::string& path) {
  struct stat s{};
  if (::lstat(path.c_str(), &s) != 0) return system_failure("Looking at", errno, path);
  return to_info(s);
}

bool path_exists(const std::string& path) {
  struct stat s{};
  return ::lstat(path.c_str(), &s) == 0;
}

Result<> make_directories(const std::string& path) {
  struct stat s{};
  if (::stat(path.c_str(), &s) == 0) {
    if (S_ISDIR(s.st_mode)) return {};
    return fail(ErrorCode::kAlreadyExists, "\"" + printable(path) + "\" is a file where a directory is needed.");
  }
  const auto parent = parent_of(path);
  if (parent != path && parent != ".") TRY(make_directories(parent));
  if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) return system_failure("Making the directory", errno, path);
  return sync_directory(parent);
}

Result<std::vector<std::string>> list_directory(const std::string& path) {
  DIR* directory = ::opendir(path.c_str());
  if (directory == nullptr) return system_failure("Listing", errno, path);
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(directory)) {
    const std::string_view name{entry->d_name};
    if (name != "." && name != "..") names.emplace_back(name);
    errno = 0;
  }
  const int error_number = errno;
  ::closedir(directory);
  if (error_number != 0) return system_failure("Listing", error_number, path);
  return names;
}

Result<> remove_file(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return system_failure("Removing", errno, path);
  return {};
}

Result<> remove_tree(const std::string& path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (error) return system_failure("Removing", error.value(), path);
  return {};
}

Result<std::string> read_file(const std::string& path, std::size_t limit_bytes) {
  const auto file = TRY(open_file(path, OpenMode::kRead));
  const auto info = TRY(stat_file(file.get(), path));
  if (!info.is_regular) return fail(ErrorCode::kInvalidArgument, "\"" + printable(path) + "\" is not a plain file.");
  std::string bytes;
  std::size_t done = 0;
  for (;;) {
    bytes.resize(std::max<std::size_t>(info.size_bytes, done) + 1);
    const ssize_t count = ::read(file.get(), bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_failure("Reading", errno, path);
    done += static_cast<std::size_t>(count);
    if (done > limit_bytes) {
      return fail(ErrorCode::kResourceExhausted, "\"" + printable(path) + "\" is larger than the " +
                                                     format_size(limit_bytes) + " that are read here.");
    }
    if (count == 0) break;
  }
  bytes.resize(done);
  return bytes;
}

Result<> replace_file(const std::string& path, std::string_view bytes) {
  const std::string scratch = path + ".new-" + std::to_string(::getpid());
  TRY(remove_file(scratch));
  const auto write = [&]() -> Result<> {
    const auto file = TRY(open_file(scratch, OpenMode::kCreateNew));
    TRY(write_all(file.get(), bytes, scratch));
    TRY(sync_data(file.get(), scratch));
    return rename_over(scratch, path);
  };
  auto written = write();
  if (!written) {
    ::unlink(scratch.c_str());
    return written;
  }
  return sync_directory(parent_of(path));
}

Result<> rename_new(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return {};
  if (errno != EINVAL && errno != ENOSYS) return system_failure("Renaming to", errno, to);
  // A file system without RENAME_NOREPLACE (some network ones): link refuses a taken name just as well.
  if (::link(from.c_str(), to.c_str()) != 0) return system_failure("Renaming to", errno, to);
  if (::unlink(from.c_str()) != 0) return system_failure("Removing", errno, from);
  return {};
}

Result<> rename_over(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) return system_failure("Renaming to", errno, to);
  return {};
}

Result<std::uint64_t> free_space_bytes(const std::string& path) {
  struct statvfs s{};
  if (::statvfs(path.c_str(), &s) != 0) return system_failure("Asking for free space at", errno, path);
  return static_cast<std::uint64_t>(s.f_bavail) * s.f_frsize;
}

std::string join_path(std::string_view left, std::string_view right) {
  if (left.empty()) return std::string{right};
  std::string path{left};
  if (path.back() != '/') path += '/';
  while (right.starts_with('/')) right.remove_prefix(1);
  path += right;
  return path;
}

Result<TemporaryDirectory> TemporaryDirectory::create(const std::string& parent) {
  const char* system = std::getenv("TMPDIR");
  std::string pattern = join_path(!parent.empty() ? parent : system != nullptr ? system : "/tmp", "weighhouse-XXXXXX");
  if (::mkdtemp(pattern.data()) == nullptr) return system_failure("Making the directory", errno, pattern);
  return TemporaryDirectory{std::move(pattern)};
}

TemporaryDirectory::~TemporaryDirectory() {
  if (path_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace weighhouse
