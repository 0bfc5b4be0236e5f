#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/text.h"
#include "store/local/file_system.h"

namespace weighhouse::store {
namespace {

off_t to_off(std::uint64_t value) { return static_cast<off_t>(value); }

// 0, or the errno that ended it.
int pwrite_all(int descriptor, std::uint64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::pwrite(descriptor, bytes.data(), bytes.size(), to_off(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    offset += static_cast<std::uint64_t>(count);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return 0;
}

class PosixFile final : public File {
 public:
  PosixFile(FileDescriptor file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}

  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> buffer) const override {
    std::size_t done = 0;
    while (done < buffer.size()) {
      const ssize_t count = ::pread(file_.get(), buffer.data() + done, buffer.size() - done, to_off(offset + done));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return system_failure("Reading", errno, path_);
      if (count == 0) break;
      done += static_cast<std::size_t>(count);
    }
    return done;
  }

  // Whole pages of a large piece go past the page cache, where memory and file agree on where pages begin: a
  // third of the processor time, and the cache stays with what is being read. The ends go through it.
  Result<> write_at(std::uint64_t offset, std::span<const std::byte> bytes) override {
    const std::size_t head = (kPage - offset % kPage) % kPage;
    const bool agree = (reinterpret_cast<std::uintptr_t>(bytes.data()) + head) % kPage == 0;
    if (agree && bytes.size() >= head + kLeastDirect && opened_directly()) {
      const std::size_t whole = (bytes.size() - head) / kPage * kPage;
      TRY(write_cached(offset, bytes.first(head)));
      if (TRY(write_directly(offset + head, bytes.subspan(head, whole)))) {
        return write_cached(offset + head + whole, bytes.subspan(head + whole));
      }
    }
    return write_cached(offset, bytes);
  }

  Result<> truncate(std::uint64_t size_bytes) override {
    if (::ftruncate(file_.get(), to_off(size_bytes)) != 0) return system_failure("Shortening", errno, path_);
    return {};
  }

  Result<> reserve(std::uint64_t size_bytes) override {
    if (size_bytes == 0) return {};
    if (size_bytes > static_cast<std::uint64_t>(INT64_MAX)) return system_failure("Reserving space for", ENOSPC, path_);
    while (::fallocate(file_.get(), FALLOC_FL_KEEP_SIZE, 0, to_off(size_bytes)) != 0) {
      if (errno == EINTR) continue;
      if (errno == EFBIG) return system_failure("Reserving space for", ENOSPC, path_);
      if (errno != EOPNOTSUPP && errno != ENOSYS) return system_failure("Reserving space for", errno, path_);
      // No reserving here (some network file systems): at least what is clearly too much is refused.
      if (TRY(free_space_bytes(path_)) < size_bytes) return system_failure("Reserving space for", ENOSPC, path_);
      return {};
    }
    return {};
  }

  Result<> set_read_only(bool read_only) override {
    if (::fchmod(file_.get(), read_only ? 0444 : 0644) != 0) return system_failure("Setting the mode of", errno, path_);
    return {};
  }

  Result<> sync() override { return sync_data(file_.get(), path_); }

  Result<> begin_writeback(std::uint64_t offset, std::uint64_t length) override {
    return sync_range(offset, length, SYNC_FILE_RANGE_WRITE);
  }

  Result<> end_writeback(std::uint64_t offset, std::uint64_t length) override {
    TRY(sync_range(offset, length, SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER));
    ::posix_fadvise(file_.get(), to_off(offset), to_off(length), POSIX_FADV_DONTNEED);
    return {};
  }

  Result<FileInfo> info() const override { return stat_file(file_.get(), path_); }
  int descriptor() const override { return file_.get(); }

 private:
  static constexpr std::size_t kPage = 4096;
  static constexpr std::size_t kLeastDirect = 64U << 10U;

  bool opened_directly() {
    if (!tried_direct_) {
      tried_direct_ = true;
      direct_ = FileDescriptor{::open(path_.c_str(), O_WRONLY | O_DIRECT | O_CLOEXEC)};
    }
    return static_cast<bool>(direct_);
  }

  // False where the file system has other ideas of alignment; it is not asked again.
  Result<bool> write_directly(std::uint64_t offset, std::span<const std::byte> bytes) {
    const int error_number = pwrite_all(direct_.get(), offset, bytes);
    if (error_number == 0) return true;
    if (error_number != EINVAL) return system_failure("Writing", error_number, path_);
    direct_.reset();
    return false;
  }

  Result<> write_cached(std::uint64_t offset, std::span<const std::byte> bytes) {
    const int error_number = pwrite_all(file_.get(), offset, bytes);
    if (error_number != 0) return system_failure("Writing", error_number, path_);
    return {};
  }

  Result<> sync_range(std::uint64_t offset, std::uint64_t length, unsigned flags) {
    if (::sync_file_range(file_.get(), to_off(offset), to_off(length), flags) == 0) return {};
    if (errno == ENOSYS || errno == EINVAL || errno == ESPIPE) return {};
    return system_failure("Flushing", errno, path_);
  }

  FileDescriptor file_;
  FileDescriptor direct_;
  bool tried_direct_ = false;
  std::string path_;
};

class PosixLock final : public FileLock {
 public:
  explicit PosixLock(FileDescriptor file) : file_(std::move(file)) {}

 private:
  FileDescriptor file_;
};

class PosixFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override {
    auto file = TRY(open_file(path, mode));
    return std::make_unique<PosixFile>(std::move(file), path);
  }

  Result<std::optional<FileInfo>> find(const std::string& path) override {
    auto info = stat_path(path);
    if (info) return std::optional{*info};
    if (info.error().code == ErrorCode::kNotFound) return std::optional<FileInfo>{};
    return fail(std::move(info).error());
  }

  Result<std::vector<std::string>> list(const std::string& path) override { return list_directory(path); }

  Result<> make_directory(const std::string& path) override {
    if (::mkdir(path.c_str(), 0755) == 0) return {};
    if (errno != EEXIST) return system_failure("Making the directory", errno, path);
    struct stat s{};
    if (::stat(path.c_str(), &s) == 0 && S_ISDIR(s.st_mode)) return {};
    return fail(ErrorCode::kFailedPrecondition,
                "\"" + printable(path, 400) + "\" is a file where the store needs a directory.");
  }

  Result<> remove_file(const std::string& path) override { return weighhouse::remove_file(path); }

  Result<> remove_directory(const std::string& path) override {
    if (::rmdir(path.c_str()) != 0 && errno != ENOENT) return system_failure("Removing", errno, path);
    return {};
  }

  Result<> rename_new(const std::string& from, const std::string& to) override {
    return weighhouse::rename_new(from, to);
  }
  Result<> rename_over(const std::string& from, const std::string& to) override {
    return weighhouse::rename_over(from, to);
  }
  Result<> sync_directory(const std::string& path) override { return weighhouse::sync_directory(path); }

  std::string boot_id() override {
    const FileDescriptor file{::open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)};
    std::array<char, 64> text{};
    const ssize_t count = file ? ::read(file.get(), text.data(), text.size()) : 0;
    return std::string{trim({text.data(), count > 0 ? static_cast<std::size_t>(count) : 0})};
  }

  Result<DiskSpace> space(const std::string& path) override {
    struct statvfs told{};
    if (::statvfs(path.c_str(), &told) != 0) return system_failure("Asking for free space at", errno, path);
    return DiskSpace{.total_bytes = static_cast<std::uint64_t>(told.f_blocks) * told.f_frsize,
                     .free_bytes = static_cast<std::uint64_t>(told.f_bavail) * told.f_frsize};
  }

  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override {
    FileDescriptor file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)};
    if (!file) return system_failure("Opening", errno, path);
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) return system_failure("Locking", errno, path);
      return in_use(file.get(), path);
    }
    const std::string holder = std::to_string(::getpid()) + "\n";
    if (::ftruncate(file.get(), 0) != 0) return system_failure("Writing", errno, path);
    TRY(write_all(file.get(), holder, path));
    return std::make_unique<PosixLock>(std::move(file));
  }

 private:
  static Result<std::unique_ptr<FileLock>> in_use(int descriptor, const std::string& path) {
    std::array<char, 32> text{};
    const ssize_t count = ::pread(descriptor, text.data(), text.size(), 0);
    const auto pid = parse_int(trim({text.data(), count > 0 ? static_cast<std::size_t>(count) : 0}));
    const std::string holder = pid ? "process " + std::to_string(*pid) : std::string{"another process"};
    Details details;
    if (pid) details.emplace_back("pid", *pid);
    return fail(ErrorCode::kFailedPrecondition,
                "The store is in use by " + holder + ", which holds \"" + printable(path, 400) +
                    "\". Talk to that server instead, or stop it first.",
                std::move(details));
  }
};

}  // namespace

std::shared_ptr<FileSystem> posix_file_system() { return std::make_shared<PosixFileSystem>(); }

}  // namespace weighhouse::store
