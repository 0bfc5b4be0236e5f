#include "library/scanner.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/text.h"
#include "registry/manifest.h"
#include "registry/names.h"
#include "services/files.h"

namespace weighhouse::library {
namespace {

constexpr std::size_t kDeepest = 16;
constexpr std::string_view kDownloads = "downloads";  // what updates fetched: only registry.json speaks of it

std::int64_t nanoseconds(const timespec& time) { return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec; }

struct Seen {
  std::string name;
  struct stat info{};
  bool is_directory() const { return S_ISDIR(info.st_mode); }
  bool is_file() const { return S_ISREG(info.st_mode); }
  bool is_link() const { return S_ISLNK(info.st_mode); }
  Stamp stamp() const {
    return {static_cast<std::uint64_t>(info.st_size), nanoseconds(info.st_mtim), std::uint64_t{info.st_ino}};
  }
  std::int64_t changed_ns() const { return nanoseconds(info.st_ctim); }
};

struct Listing {
  std::vector<Seen> names;
  std::int64_t changed_ns = 0;  // of the folder itself
};

// What is in a folder, by name. A name that vanishes while we look is left out: there will be an event.
Result<Listing> list_folder(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0) return system_failure("Listing", errno, path);
  DIR* folder = ::fdopendir(descriptor);
  if (folder == nullptr) {
    const int error_number = errno;
    ::close(descriptor);
    return system_failure("Listing", error_number, path);
  }
  Listing listing;
  struct stat own{};
  if (::fstat(descriptor, &own) == 0) listing.changed_ns = nanoseconds(own.st_ctim);
  for (errno = 0; const dirent* entry = ::readdir(folder); errno = 0) {
    Seen seen{.name = entry->d_name};
    if (seen.name == "." || seen.name == "..") continue;
    if (::fstatat(descriptor, entry->d_name, &seen.info, AT_SYMLINK_NOFOLLOW) != 0) continue;
    listing.names.push_back(std::move(seen));
  }
  const int error_number = errno;
  ::closedir(folder);
  if (error_number != 0) return system_failure("Listing", error_number, path);
  std::sort(listing.names.begin(), listing.names.end(), [](const Seen& a, const Seen& b) { return a.name < b.name; });
  return listing;
}

std::string link_message(const std::string& path) {
  return "\"" + printable(path) +
         "\" is a symbolic link, and the library reads only plain files and folders. Put a copy of what it "
         "points to in its place.";
}

void see_change(DiskEntry& entry, std::int64_t changed_ns) {
  entry.changed_ns = std::max(entry.changed_ns, changed_ns);
}

// All plain files below a folder of a model. Stops at the first thing that makes the whole unreadable.
void walk(const std::string& root, const std::string& below, std::size_t depth, DiskEntry& entry) {
  const std::string folder = below.empty() ? entry.folder : join_path(entry.folder, below);
  const auto listing = list_folder(join_path(root, folder));
  if (!listing) {
    if (listing.error().code != ErrorCode::kNotFound) entry.obstacle = listing.error().message;
    return;
  }
  see_change(entry, listing->changed_ns);
  for (const Seen& seen : listing->names) {
    if (!entry.obstacle.empty()) return;
    if (is_passed_over(seen.name)) continue;
    const std::string path = below.empty() ? seen.name : join_path(below, seen.name);
    if (below.empty() && seen.is_directory() && seen.name == kVersionsFolder) continue;
    if (seen.is_link()) {
      entry.obstacle = link_message(join_path(entry.folder, path));
    } else if (seen.is_directory()) {
      if (depth == kDeepest) {
        entry.obstacle = "\"" + printable(entry.folder) + "\" has folders more than " + std::to_string(kDeepest) +
                         " deep. A model's folder may not.";
        return;
      }
      walk(root, path, depth + 1, entry);
    } else if (seen.is_file()) {
      see_change(entry, seen.changed_ns());
      entry.files.push_back({path, seen.stamp()});
      if (entry.files.size() > registry::kMostFilesOfAVersion) {
        entry.obstacle = "\"" + printable(entry.folder) + "\" holds more than " +
                         std::to_string(registry::kMostFilesOfAVersion) + " files, more than a version can have.";
      }
    } else {
      entry.obstacle = "\"" + printable(join_path(entry.folder, path)) +
                       "\" is neither a file nor a folder. Take it out of the library.";
    }
  }
}

void add_folder(const std::string& root, const std::string& folder, const std::string& name_space,
                const std::string& name, const std::string& label, DiskState& state) {
  DiskEntry entry{.key = folder, .folder = folder, .name_space = name_space, .name = name, .label = label};
  walk(root, {}, 1, entry);
  std::sort(entry.files.begin(), entry.files.end());
  state.entries[entry.key] = std::move(entry);
}

std::string_view stem_of(std::string_view name) { return name.substr(0, name.rfind('.')); }

// Loose files that carry one stem are one model: voice_separator.pt with voice_separator.json beside it.
void add_loose(const std::string& folder, const std::string& name_space, const std::string& label,
               const std::vector<Seen>& names, DiskState& state) {
  const auto entry_of = [&](std::string_view stem) -> DiskEntry& {
    const std::string key = folder + "/" + std::string{stem} + ".*";
    return state.entries
        .try_emplace(key, DiskEntry{.key = key,
                                    .folder = folder,
                                    .name_space = name_space,
                                    .name = std::string{stem},
                                    .label = label,
                                    .loose = true})
        .first->second;
  };
  for (const Seen& seen : names) {
    if (!seen.is_file() || is_passed_over(seen.name) || !may_be_model_file(seen.name)) continue;
    DiskEntry& entry = entry_of(stem_of(seen.name));
    see_change(entry, seen.changed_ns());
    entry.files.push_back({seen.name, seen.stamp()});
  }
  for (const Seen& seen : names) {
    if (!seen.is_file() || !seen.name.ends_with(".json") || is_passed_over(seen.name)) continue;
    const auto found = state.entries.find(folder + "/" + std::string{stem_of(seen.name)} + ".*");
    if (found == state.entries.end()) continue;
    see_change(found->second, seen.changed_ns());
    found->second.files.push_back({seen.name, seen.stamp()});
    std::sort(found->second.files.begin(), found->second.files.end());
  }
}

std::vector<std::string> file_names(const Listing& listing) {
  std::vector<std::string> names;
  for (const Seen& seen : listing.names) {
    if (seen.is_file() && !is_passed_over(seen.name)) names.push_back(seen.name);
  }
  return names;
}

// "namespace/name": a model's folder, or a version folder with a model in each of its own folders and files.
void scan_place(const std::string& root, const std::string& name_space, const std::string& name, DiskState& state) {
  const std::string folder = join_path(name_space, name);
  if (!is_version_folder_name(name)) return add_folder(root, folder, name_space, name, {}, state);
  const auto listing = list_folder(join_path(root, folder));
  if (!listing) {
    if (listing.error().code != ErrorCode::kNotFound) state.unreadable.insert(folder);
    return;
  }
  if (holds_pairs(name_space) && services::find_pair(file_names(*listing))) {
    return add_folder(root, folder, name_space, name, {}, state);
  }
  for (const Seen& seen : listing->names) {
    if (is_passed_over(seen.name)) {
      if (seen.name.ends_with(kProblemSuffix)) state.problem_files.insert(join_path(folder, seen.name));
      continue;
    }
    const std::string path = join_path(folder, seen.name);
    if (seen.is_link()) state.oddities[path] = link_message(path);
    if (seen.is_directory()) add_folder(root, path, name_space, seen.name, name, state);
  }
  add_loose(folder, name_space, name, listing->names, state);
}

void scan_namespace(const std::string& root, const std::string& name_space, DiskState& state) {
  if (is_passed_over(name_space) || name_space == kDownloads) return;
  if (const auto parsed = registry::Namespace::parse(name_space); !parsed) {
    state.oddities[name_space] = "The folder is passed over. " + parsed.error().message + " Rename the folder.";
    return;
  }
  const auto listing = list_folder(join_path(root, name_space));
  if (!listing) {
    if (listing.error().code == ErrorCode::kNotFound) return;
    state.unreadable.insert(name_space);
    state.oddities[name_space] = listing.error().message;
    return;
  }
  state.namespaces[name_space] = listing->changed_ns;
  for (const Seen& seen : listing->names) {
    const std::string path = join_path(name_space, seen.name);
    if (seen.is_file() && seen.name.ends_with(kProblemSuffix)) state.problem_files.insert(path);
    if (is_passed_over(seen.name)) continue;
    if (seen.is_link()) state.oddities[path] = link_message(path);
    if (seen.is_directory()) scan_place(root, name_space, seen.name, state);
  }
  add_loose(name_space, name_space, {}, listing->names, state);
}

bool lies_in(std::string_view path, std::string_view place) {
  return path == place || (path.starts_with(place) && path.size() > place.size() && path[place.size()] == '/');
}

const std::string& key_of(const std::string& key) { return key; }
const std::string& key_of(const auto& item) { return item.first; }

// The place itself and what lies below it, in a sorted container.
void forget_in(auto& container, const std::string& place) {
  container.erase(place);
  const std::string below = place + "/";
  const auto first = container.lower_bound(below);
  auto last = first;
  while (last != container.end() && key_of(*last).starts_with(below)) ++last;
  container.erase(first, last);
}

}  // namespace

bool is_passed_over(std::string_view name) {
  constexpr std::array<std::string_view, 9> kEnds{"~",           kProblemSuffix, ".tmp",        ".part", ".partial",
                                                  ".crdownload", ".download",    ".incomplete", ".swp"};
  constexpr std::array<std::string_view, 3> kNames{"__pycache__", "Thumbs.db", "desktop.ini"};
  return name.starts_with('.') || std::find(kNames.begin(), kNames.end(), name) != kNames.end() ||
         std::any_of(kEnds.begin(), kEnds.end(), [&](std::string_view end) { return name.ends_with(end); });
}

bool is_version_folder_name(std::string_view name) {
  const bool lettered = name.starts_with('v');
  const auto parts = split(lettered ? name.substr(1) : name, '.');
  const auto is_number = [](std::string_view part) {
    return !part.empty() && std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  return std::all_of(parts.begin(), parts.end(), is_number) && (lettered || parts.size() > 1);
}

bool may_be_model_file(std::string_view name) {
  constexpr std::array<std::string_view, 9> kEnds{".pt",     ".pth", ".onnx", ".safetensors", ".gguf",
                                                  ".tflite", ".bin", ".ckpt", ".pkl"};
  const std::string lower = to_lower(name);
  return std::any_of(kEnds.begin(), kEnds.end(),
                     [&](std::string_view end) { return lower.size() > end.size() && lower.ends_with(end); });
}

bool holds_pairs(std::string_view name_space) { return name_space == "custom" || name_space == "default"; }

bool DiskState::proves_absent(const std::string& key) const {
  if (!present) return false;
  return std::none_of(unreadable.begin(), unreadable.end(),
                      [&](const std::string& place) { return lies_in(key, place); });
}

Result<DiskState> scan_disk(const std::string& root) {
  DiskState state;
  TRY(rescan(root, {}, state));
  return state;
}

Result<> rescan(const std::string& root, const std::string& place, DiskState& state) {
  const auto slash = place.find('/');
  if (place.empty()) {
    state = {};
    const auto listing = list_folder(root);
    if (!listing) {
      if (listing.error().code == ErrorCode::kNotFound) return {};
      return fail(listing.error());
    }
    state.present = true;
    for (const Seen& seen : listing->names) {
      if (seen.name == kMarkFile) state.marked = true;
      if (seen.name.ends_with(kProblemSuffix) && seen.is_file()) state.problem_files.insert(seen.name);
      if (is_passed_over(seen.name) || seen.name == kDownloads) continue;
      if (seen.is_directory()) scan_namespace(root, seen.name, state);
      if (seen.is_link()) state.oddities[seen.name] = link_message(seen.name);
      if (seen.is_file() && may_be_model_file(seen.name)) {
        state.oddities[seen.name] = "\"" + printable(seen.name) +
                                    "\" stands beside the namespaces, where no model lives. Move it to custom/ to "
                                    "make it a model.";
      }
    }
    return {};
  }
  forget_in(state.entries, place);
  forget_in(state.oddities, place);
  forget_in(state.unreadable, place);
  if (slash == std::string::npos) {
    forget_in(state.problem_files, place);
    state.namespaces.erase(place);
    if (path_exists(join_path(root, place))) scan_namespace(root, place, state);
    return {};
  }
  const std::string name_space = place.substr(0, slash);
  const std::string name = place.substr(slash + 1, place.find('/', slash + 1) - slash - 1);
  forget_in(state.entries, name_space + "/" + name);
  if (!registry::Namespace::parse(name_space) || is_passed_over(name_space) || is_passed_over(name)) return {};
  const auto info = stat_path(join_path(root, join_path(name_space, name)));
  if (info && info->is_directory) scan_place(root, name_space, name, state);
  if (info && info->is_symlink) state.oddities[join_path(name_space, name)] = link_message(join_path(name_space, name));
  return {};
}

DiskEntry look_at_folder(const std::string& root, const std::string& folder) {
  const auto slash = folder.rfind('/');
  DiskEntry entry{.key = folder,
                  .folder = folder,
                  .name_space = {},
                  .name = folder.substr(slash == std::string::npos ? 0 : slash + 1)};
  walk(root, {}, 1, entry);
  std::sort(entry.files.begin(), entry.files.end());
  return entry;
}

Result<std::int64_t> file_system_now_ns(const std::string& root) {
  const std::string path = join_path(join_path(root, kWorkFolder), "now");
  const FileDescriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644)};
  struct stat info{};
  if (!file || ::futimens(file.get(), nullptr) != 0 || ::fstat(file.get(), &info) != 0)
    return system_failure("Telling the time by", errno, path);
  return nanoseconds(info.st_ctim);
}

Result<FileDescriptor> open_seen(const std::string& root, const std::string& path, const Stamp& seen) {
  const FileDescriptor folder{::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
  if (!folder) return system_failure("Opening", errno, root);
  open_how how{};
  how.flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  int descriptor = static_cast<int>(::syscall(SYS_openat2, folder.get(), path.c_str(), &how, sizeof how));
  if (descriptor < 0 &&
      (errno == ENOSYS || errno == EPERM)) {  // an old kernel, or a sandbox that does not know the call
    descriptor = ::openat(folder.get(), path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  }
  if (descriptor < 0) return system_failure("Opening", errno, join_path(root, path));
  FileDescriptor file{descriptor};
  const auto info = TRY(stat_file(file.get(), path));
  if (info.is_regular && Stamp{info.size_bytes, info.modified_ns, info.inode} == seen) return file;
  return fail(ErrorCode::kUnavailable, "\"" + printable(path) + "\" changed while it was being read.");
}

Result<Stamp> stamp_of(const std::string& path) {
  const auto info = TRY(stat_path(path));
  if (!info.is_regular) return fail(ErrorCode::kUnavailable, "\"" + printable(path) + "\" is not a plain file.");
  return Stamp{info.size_bytes, info.modified_ns, info.inode};
}

Result<> require_plain_folders(const std::string& root, const std::string& path) {
  for (auto slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    const std::string folder = path.substr(0, slash);
    const auto info = stat_path(join_path(root, folder));
    if (!info && info.error().code == ErrorCode::kNotFound) return {};
    if (info && info->is_directory) continue;
    return fail(ErrorCode::kFailedPrecondition,
                "\"" + printable(folder) +
                    "\" is not a plain folder, so nothing was written there. Move it away, and the "
                    "folder is written.");
  }
  return {};
}

}  // namespace weighhouse::library
