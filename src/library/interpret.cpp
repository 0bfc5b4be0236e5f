#include "library/interpret.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "registry/names.h"
#include "services/files.h"

namespace weighhouse::library {
namespace {

bool in_root(std::string_view path) { return path.find('/') == std::string_view::npos; }

std::vector<std::string> root_names(const std::vector<DiskFile>& files) {
  std::vector<std::string> names;
  for (const DiskFile& file : files) {
    if (in_root(file.path)) names.push_back(file.path);
  }
  return names;
}

const DiskFile* find_file(const std::vector<DiskFile>& files, std::string_view path) {
  const auto found = std::find_if(files.begin(), files.end(), [&](const DiskFile& file) { return file.path == path; });
  return found == files.end() ? nullptr : &*found;
}

// A model's folders one level down, each as an entry of its own.
std::map<std::string, DiskEntry> split_folders(const DiskEntry& entry) {
  std::map<std::string, DiskEntry> folders;
  for (const DiskFile& file : entry.files) {
    const auto slash = file.path.find('/');
    if (slash == std::string::npos) continue;
    const std::string name = file.path.substr(0, slash);
    DiskEntry& folder = folders
                            .try_emplace(name, DiskEntry{.key = entry.key + "/" + name,
                                                         .folder = entry.folder + "/" + name,
                                                         .name_space = entry.name_space,
                                                         .name = entry.name})
                            .first->second;
    folder.files.push_back({file.path.substr(slash + 1), file.stamp});
  }
  return folders;
}

std::set<std::string> paths_of(const std::vector<DiskFile>& files) {
  std::set<std::string> paths;
  for (const DiskFile& file : files) paths.insert(file.path);
  return paths;
}

std::set<std::string> paths_of(const LedgerEntry& known) {
  std::set<std::string> paths;
  for (const KeptFile& file : known.files) {
    if (file.part == Part::kFile) paths.insert(file.path);
  }
  return paths;
}

bool was_pair(const LedgerEntry& known) {
  return std::any_of(known.files.begin(), known.files.end(), [](const KeptFile& file) {
    return file.part == Part::kFile && in_root(file.path) && file.path.ends_with(".pt");
  });
}

// The folders inside that repeat the shape of the whole.
std::vector<DiskEntry> find_restores(const DiskEntry& entry, const LedgerEntry* known, bool pairs) {
  std::vector<DiskEntry> restores;
  if (entry.loose) return restores;
  for (auto& [name, folder] : split_folders(entry)) {
    const auto pair = services::find_pair(root_names(folder.files));
    const bool repeats = pairs ? pair.has_value()
                               : known != nullptr && paths_of(*known).size() > 1 &&
                                     std::ranges::includes(paths_of(folder.files), paths_of(*known));
    if (repeats) restores.push_back(std::move(folder));
  }
  return restores;
}

bool lies_in_one_of(const std::string& path, const DiskEntry& entry, const std::vector<DiskEntry>& folders) {
  const std::string whole = entry.folder + "/" + path;
  return std::any_of(folders.begin(), folders.end(),
                     [&](const DiskEntry& folder) { return whole.starts_with(folder.folder + "/"); });
}

std::string named(const DiskEntry& entry) { return "\"" + printable(entry.folder) + "\""; }

std::string only_with_end(const std::vector<std::string>& names, std::string_view end) {
  const auto found =
      std::find_if(names.begin(), names.end(), [&](const std::string& name) { return name.ends_with(end); });
  return found == names.end() ? std::string{} : *found;
}

// Why the files of a folder in `custom` or `default` are no pair.
Broken explain_no_pair(const DiskEntry& entry, const LedgerEntry* known, const std::vector<std::string>& names) {
  const std::string weights = only_with_end(names, ".pt");
  const std::string record = only_with_end(names, ".json");
  const std::string again = known == nullptr
                                ? std::string{}
                                : " Or ask Weighhouse to rebuild the folder: the model itself is safe in the store.";
  if (weights.empty() && record.empty()) {
    const auto folders = split_folders(entry);
    const auto inner = std::find_if(folders.begin(), folders.end(), [](const auto& folder) {
      return services::find_pair(root_names(folder.second.files)).has_value();
    });
    if (inner != folders.end() && known == nullptr) {
      return {named(entry) + " holds no model itself, but its folder \"" + printable(inner->first) +
              "\" does. Move that folder up into " + entry.name_space + "/."};
    }
  }
  if (weights.empty()) {
    return {named(entry) + " has no .pt file with the weights" + (record.empty() ? " and no .json file" : "") +
            ". Copy \"" + printable(entry.name) + ".pt\" into it." + again};
  }
  if (record.empty()) {
    return {named(entry) + " has no .json file with the metadata beside \"" + printable(weights) + "\". Copy \"" +
            weights.substr(0, weights.size() - 3) + ".json\" into it." + again};
  }
  return {named(entry) +
          " has several .pt or .json files, and no two of them belong together by name. Keep one pair, such as \"" +
          printable(entry.name) + ".pt\" and \"" + printable(entry.name) + ".json\"." + again};
}

std::optional<std::string> metadata_name(const DiskEntry& entry, const LedgerEntry* known,
                                         const std::vector<DiskFile>& files, bool pairs) {
  if (known != nullptr) {
    for (const KeptFile& kept : known->files) {
      if (kept.part == Part::kMetadata && find_file(files, kept.path) != nullptr) return kept.path;
    }
  }
  const auto names = root_names(files);
  if (const auto pair = services::find_pair(names)) {
    // Elsewhere the one .json beside the weights may be a configuration that other programs look for.
    const bool by_name = pair->metadata == "metadata.json" || pair->metadata == services::record_of(pair->weights);
    if (pairs || by_name) return pair->metadata;
  }
  const std::string own = entry.name + ".json";
  if (find_file(files, own) != nullptr && files.size() > 1) return own;
  return std::nullopt;
}

std::multiset<Digest> digests_of(const std::vector<ReadFile>& read) {
  std::multiset<Digest> digests;
  for (const ReadFile& file : read) digests.insert(file.digest);
  return digests;
}

enum class Derived : std::uint8_t { kNo, kYes };
std::multiset<Digest> digests_of(const LedgerEntry& known, Derived derived = Derived::kNo) {
  std::multiset<Digest> digests;
  for (const KeptFile& file : known.files) {
    if (file.part == Part::kFile || (file.part == Part::kDerived && derived == Derived::kYes))
      digests.insert(file.digest);
  }
  return digests;
}

}  // namespace

Shape read_shape(const DiskEntry& entry, const LedgerEntry* known) {
  if (!entry.obstacle.empty()) return Broken{entry.obstacle};
  if (entry.files.empty()) {
    if (known == nullptr) return Nothing{};
    return Broken{
        named(entry) +
        " is empty. Put its files back, ask Weighhouse to rebuild the folder, or remove the folder to move the "
        "model to the trash."};
  }
  if (const auto name = registry::ModelName::parse(entry.name); !name) {
    return Broken{named(entry) + " cannot become a model: " + name.error().message + " Rename it."};
  }
  const bool pairs = holds_pairs(entry.name_space) && !entry.loose && (known == nullptr || was_pair(*known));
  Candidate candidate{.files = {}, .restores = find_restores(entry, known, pairs)};
  std::vector<DiskFile> own;
  for (const DiskFile& file : entry.files) {
    if (!lies_in_one_of(file.path, entry, candidate.restores)) own.push_back(file);
  }
  const auto names = root_names(own);
  const auto pair = services::find_pair(names);
  // Among wake words an .onnx stands beside a .pt: alone, it is a copy that is not complete.
  if (pairs && (!pair || pair->weights.ends_with(".onnx"))) return explain_no_pair(entry, known, names);

  const auto metadata = metadata_name(entry, known, own, pairs);
  for (const DiskFile& file : own) {
    if (file.path == metadata) {
      candidate.metadata = file;
    } else {
      candidate.files.push_back(file);
    }
  }
  if (candidate.files.empty()) {
    return Broken{named(entry) + " holds nothing but a .json file. Copy the model's weights into it."};
  }
  for (const DiskFile& file : candidate.files) {
    if (const auto path = registry::FilePath::parse(file.path); !path) {
      return Broken{named(entry) + " holds a file that cannot be kept: " + path.error().message + " Rename it."};
    }
  }
  return candidate;
}

Difference difference(const DiskEntry& entry, const LedgerEntry& known) {
  Difference found;
  for (const DiskFile& file : entry.files) {
    const KeptFile* kept = known.find(file.path);
    if (kept == nullptr) {
      found.added.push_back(file.path);
    } else if (kept->stamp != file.stamp) {
      found.changed.push_back(file.path);
    }
  }
  for (const KeptFile& kept : known.files) {
    if (find_file(entry.files, kept.path) == nullptr) found.missing.push_back(kept.path);
  }
  return found;
}

Verdict judge(const std::vector<ReadFile>& read, const LedgerEntry& known) {
  std::map<std::string, Digest> expected;
  for (const KeptFile& file : known.files) {
    if (file.part == Part::kFile) expected.emplace(file.path, file.digest);
  }
  bool news = false;
  for (const ReadFile& file : read) {
    const auto same = expected.find(file.path);
    if (same != expected.end() && same->second == file.digest) {
      expected.erase(same);
    } else {
      news = true;
    }
  }
  if (!news && expected.empty()) return {Meaning::kSame};
  if (!news) {
    Verdict verdict{Meaning::kIncomplete};
    for (const auto& [path, digest] : expected) verdict.missing.push_back(path);
    return verdict;
  }
  // A pair may change its names without becoming another version; elsewhere names carry meaning.
  const bool pair =
      was_pair(known) && std::all_of(read.begin(), read.end(), [](const ReadFile& file) { return in_root(file.path); });
  return {pair && digests_of(read) == digests_of(known) ? Meaning::kSame : Meaning::kNewVersion};
}

Absences find_absences(const DiskState& disk, const Ledger& ledger) {
  Absences found;
  if (ledger.empty()) return found;
  std::size_t folders = 0;
  for (const auto& [key, entry] : ledger.entries()) {
    if (entry.files.empty() || entry.is_export()) continue;  // never was on disk, or is ours alone
    ++folders;
    if (!disk.entries.contains(key) && (!disk.present || disk.proves_absent(key))) found.vanished.push_back(key);
  }
  const bool most = found.vanished.size() * 2 > folders;
  if (!disk.present || (!disk.marked && most)) {
    found.refusal =
        "The folder of the library is not there, or not the one that was written before: its disk may not be mounted. "
        "Nothing was moved to "
        "the trash. Mount it, or tell Weighhouse to accept the removals.";
  } else if (found.vanished.size() > kMostVanishedAtOnce && most) {
    found.refusal = std::to_string(found.vanished.size()) + " of " + std::to_string(folders) +
                    " model folders vanished at once. That may be an accident, so nothing was moved to the trash. Put "
                    "them back, or tell "
                    "Weighhouse to accept the removals.";
  }
  return found;
}

const LedgerEntry* find_moved_by_stamps(const DiskEntry& entry, const std::vector<const LedgerEntry*>& vanished) {
  std::multiset<Stamp> stamps;
  for (const DiskFile& file : entry.files) stamps.insert(file.stamp);
  for (const LedgerEntry* candidate : vanished) {
    std::multiset<Stamp> known;
    for (const KeptFile& file : candidate->files) known.insert(file.stamp);
    if (!known.empty() && known == stamps) return candidate;
  }
  return nullptr;
}

const LedgerEntry* find_moved_by_digests(const std::vector<ReadFile>& read,
                                         const std::vector<const LedgerEntry*>& vanished) {
  const auto digests = digests_of(read);
  for (const LedgerEntry* candidate : vanished) {
    if (digests.empty()) break;
    if (digests_of(*candidate) == digests || digests_of(*candidate, Derived::kYes) == digests) return candidate;
  }
  return nullptr;
}

}  // namespace weighhouse::library
