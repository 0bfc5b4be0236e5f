#include "library/watcher.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "library/scanner.h"

namespace weighhouse::library {
namespace {

constexpr std::uint32_t kEvents = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_CLOSE_WRITE | IN_ATTRIB |
                                  IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_DONT_FOLLOW | IN_EXCL_UNLINK;
constexpr std::size_t kDeepest = 16;

}  // namespace

std::string place_of_change(const std::string& folder, const std::string& name, bool is_directory) {
  if (folder.empty()) return is_directory || name == "registry.json" ? name : std::string{};
  const auto parts = split(folder, '/');
  if (parts.size() >= 2) return std::string{parts[0]} + "/" + std::string{parts[1]};
  return is_directory ? folder + "/" + name : folder;
}

Result<std::unique_ptr<Watcher>> Watcher::open(std::string root, std::size_t most_watches) {
  FileDescriptor inotify{::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
  if (!inotify) return system_failure("Watching", errno, root);
  return std::unique_ptr<Watcher>{new Watcher{std::move(root), std::move(inotify), most_watches}};
}

void Watcher::watch(const std::string& folder) {
  if (folders_.size() >= most_) {
    complete_ = false;
    return;
  }
  const std::string path = folder.empty() ? root_ : join_path(root_, folder);
  const int watch = ::inotify_add_watch(inotify_.get(), path.c_str(), kEvents);
  if (watch >= 0) {
    folders_[watch] = folder;
  } else if (errno != ENOENT && errno != ENOTDIR) {
    if (complete_)
      log::warning("not every folder of the library can be watched; it is looked through more often instead",
                   {{"folder", folder}, {"reason", std::strerror(errno)}});
    complete_ = false;
  }
}

void Watcher::watch_tree(const std::string& folder) {
  watch(folder);
  if (split(folder, '/').size() > kDeepest) return;
  const auto names = list_directory(join_path(root_, folder));
  if (!names) return;
  for (const std::string& name : *names) {
    if (is_passed_over(name)) continue;
    const std::string path = folder.empty() ? name : join_path(folder, name);
    const auto info = stat_path(join_path(root_, path));
    if (info && info->is_directory) watch_tree(path);
  }
}

bool Watcher::has_news() const {
  int bytes = 0;
  return ::ioctl(inotify_.get(), FIONREAD, &bytes) == 0 && bytes > 0;
}

std::set<std::string> Watcher::take_news() {
  std::set<std::string> places;
  std::set<std::string> new_folders;
  alignas(inotify_event) std::array<char, 64 * 1024> buffer{};
  for (;;) {
    const ssize_t count = ::read(inotify_.get(), buffer.data(), buffer.size());
    if (count <= 0) break;
    for (const char* at = buffer.data(); at < buffer.data() + count;) {
      inotify_event event{};
      std::memcpy(&event, at, sizeof event);
      const std::string name = event.len > 0 ? std::string{at + sizeof event} : std::string{};
      at += sizeof event + event.len;
      if ((event.mask & IN_Q_OVERFLOW) != 0) {
        places.insert("");  // we lost count: look at everything
        continue;
      }
      const auto folder = folders_.find(event.wd);
      if (folder == folders_.end()) continue;
      if ((event.mask & IN_IGNORED) != 0) {
        folders_.erase(folder);
        continue;
      }
      if ((event.mask & IN_MOVE_SELF) != 0 && !folder->second.empty()) {  // watched anew where it went, if that is here
        ::inotify_rm_watch(inotify_.get(), event.wd);
        folders_.erase(folder);
        continue;
      }
      if (!name.empty() && is_passed_over(name) && name != kMarkFile) continue;
      const bool is_directory = (event.mask & IN_ISDIR) != 0;
      if (name.empty()) {  // of the watched folder itself: its parent was told, too, but for the library's own
        if (folder->second.empty()) places.insert("");
        continue;
      }
      places.insert(place_of_change(folder->second, name, is_directory));
      if (is_directory && (event.mask & (IN_CREATE | IN_MOVED_TO)) != 0) {
        new_folders.insert(folder->second.empty() ? name : join_path(folder->second, name));
      }
    }
  }
  for (const std::string& folder : new_folders) watch_tree(folder);
  return places;
}

}  // namespace weighhouse::library
