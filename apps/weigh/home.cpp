#include "home.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <thread>
#include <unistd.h>

#include "base/text.h"

namespace weighhouse::app {
namespace {

constexpr const char* kReadme =
    "This folder is a Weighhouse home: it holds everything of one installation.\n\n"
    "  weighhouse.toml   settings (all have defaults; the file may be missing)\n"
    "  weighhouse.db     the database: names, versions, aliases, metrics, history\n"
    "  lists/            what sources offered last; may be deleted\n"
    "  store/            the files, each once, under its SHA-256\n"
    "  models/           the library: your models as plain folders, to read and to drop into\n"
    "  run/              the socket of the running server\n\n"
    "Check a file by hand:   sha256sum store/blobs/sha256/ab/abcd…   prints the file's own name.\n"
    "Check everything:       weigh verify --deep\n"
    "Back it up:             weigh backup DIRECTORY   (also while the server runs)\n";

std::string holder(int descriptor) {
  char text[32] = {};
  const ssize_t length = ::pread(descriptor, text, sizeof text - 1, 0);
  const auto pid = trim(std::string_view{text, length > 0 ? static_cast<std::size_t>(length) : 0});
  return parse_int(pid) ? " (process " + std::string{pid} + ")" : "";
}

}  // namespace

Result<Home> Home::open(const std::string& path, std::chrono::seconds patience,
                        const std::function<void(std::string_view)>& tell) {
  TRY(make_directories(path));
  const std::string lock_path = join_path(path, "lock");
  FileDescriptor lock{::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)};
  if (!lock) return system_failure("Opening", errno, lock_path);

  const auto until = std::chrono::steady_clock::now() + patience;
  bool told = false;
  while (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return system_failure("Locking", errno, lock_path);
    if (std::chrono::steady_clock::now() >= until) {
      return fail(ErrorCode::kFailedPrecondition, "Another Weighhouse" + holder(lock.get()) + " holds the home \"" +
                                                      path + "\". Stop it first, or give this one another --home.");
    }
    if (!told) tell("Waiting for the Weighhouse" + holder(lock.get()) + " that holds " + path + " …");
    told = true;
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(lock.get(), 0) != 0 || ::pwrite(lock.get(), pid.data(), pid.size(), 0) < 0)
    return system_failure("Writing", errno, lock_path);

  TRY(make_directories(join_path(path, "run")));
  if (const std::string readme = join_path(path, "README.txt"); !path_exists(readme))
    TRY(replace_file(readme, kReadme));
  return Home{path, std::move(lock)};
}

}  // namespace weighhouse::app
