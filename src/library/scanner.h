#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace weighhouse::library {

// What of a file says whether it is still the same one.
struct Stamp {
  std::uint64_t size_bytes = 0;
  std::int64_t modified_ns = 0;
  std::uint64_t inode = 0;
  auto operator<=>(const Stamp&) const = default;
};

struct DiskFile {
  std::string path;  // relative to the entry's folder
  Stamp stamp;
  auto operator<=>(const DiskFile&) const = default;
};

// What stands where a model would: a folder, or the loose files of one stem.
struct DiskEntry {
  std::string key;     // "custom/jarvis", "nlu/v1.0/intent"; loose files: "default/voice_separator.*"
  std::string folder;  // which the files' paths start from, relative to the library
  std::string name_space;
  std::string name;     // of the model it would be; not checked yet
  std::string label{};  // of the version folder it stands in: "v1.0"
  bool loose = false;
  std::vector<DiskFile> files{};  // by path
  std::int64_t changed_ns = 0;    // the newest change of anything in it, by the kernel's clock
  std::string obstacle{};         // why it cannot be read; a sentence, empty for nothing
};

// What was seen on disk. Only names, sizes and times: no file is opened for it.
struct DiskState {
  bool present = false;  // the library's folder itself
  bool marked = false;   // it carries our mark: see house_files.h
  std::map<std::string, DiskEntry> entries{};
  std::map<std::string, std::string> oddities{};     // path to what is wrong there, outside of entries
  std::set<std::string> unreadable{};                // folders below which absence proves nothing
  std::map<std::string, std::int64_t> namespaces{};  // to when names in them last changed
  std::set<std::string> problem_files{};             // *.problem.txt that lie about

  // Whether `key` is missing because it is not there, rather than because its folder could not be listed.
  bool proves_absent(const std::string& key) const;
};

// Looks at the whole library. Never follows a link. Fails only when the library's folder is there and
// cannot be listed.
Result<DiskState> scan_disk(const std::string& root);

// Looks again at one place: "" for everything, a namespace, or whatever stands under "namespace/name".
Result<> rescan(const std::string& root, const std::string& place, DiskState& state);

// One folder as an entry of its own, wherever it stands below `root`.
DiskEntry look_at_folder(const std::string& root, const std::string& folder);

// Names that never belong to a model: hidden ones, half-downloaded ones, our own reports.
bool is_passed_over(std::string_view name);
// "v1.0", "v2", "1.4.2": a folder named so inside a namespace holds that version of each model in it.
bool is_version_folder_name(std::string_view name);
// By the name's end. Whether it is one is told by its content, later.
bool may_be_model_file(std::string_view name);
// Where wake words live, whose folders hold a pair.
bool holds_pairs(std::string_view name_space);

inline constexpr std::string_view kProblemSuffix = ".problem.txt";
inline constexpr std::string_view kVersionsFolder = "versions";
inline constexpr std::string_view kMarkFile = ".weighhouse-library";
inline constexpr std::string_view kWorkFolder = ".weighhouse-tmp";

// The kernel's time where the library lies, told by a file of our own: it may differ from every other clock.
Result<std::int64_t> file_system_now_ns(const std::string& root);

// A regular file of the library, opened without following a link anywhere below the root; kUnavailable when
// it is not the file that was seen.
Result<FileDescriptor> open_seen(const std::string& root, const std::string& path, const Stamp& seen);
// kNotFound when there is none; kUnavailable for anything but a plain file.
Result<Stamp> stamp_of(const std::string& path);

// kFailedPrecondition when a folder on the way to `path` is none, or a link: nothing is written through links,
// for they may lead out of the library.
Result<> require_plain_folders(const std::string& root, const std::string& path);

}  // namespace weighhouse::library
