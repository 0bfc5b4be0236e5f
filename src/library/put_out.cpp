#include "library/put_out.h"

#include <algorithm>
#include <set>
#include <unistd.h>

#include "base/bytes.h"
#include "base/log.h"
#include "base/text.h"
#include "library/hashing.h"

namespace weighhouse::library {

using registry::Model;
using registry::ModelId;
using registry::Transaction;
using registry::VersionNumber;
using registry::VersionRef;

namespace {

constexpr int kAttempts = 5;

registry::ModelRef exact(const Model& model) { return {model.name_space, model.name}; }

std::string folder_key(const Model& model) { return model.name_space.text() + "/" + model.name.text(); }

bool fits_loose(const Model& model, const std::vector<Wanted>& files) {
  return std::all_of(files.begin(), files.end(), [&](const Wanted& file) {
    return file.path.find('/') == std::string::npos && file.path.substr(0, file.path.rfind('.')) == model.name.text();
  });
}

// Loose files stay loose as long as they can.
std::string target_key(const LedgerEntry* main, const Model& model, const std::vector<Wanted>& files) {
  const std::string key = folder_key(model);
  return main != nullptr && main->loose() && fits_loose(model, files) ? key + ".*" : key;
}

const Wanted* find_wanted(const std::vector<Wanted>& files, std::string_view path) {
  const auto found = std::find_if(files.begin(), files.end(), [&](const Wanted& file) { return file.path == path; });
  return found == files.end() ? nullptr : &*found;
}

bool stands(const std::string& path, const Stamp& stamp) {
  const auto there = stamp_of(path);
  return there && *there == stamp;
}

// Empty folders go, up to and without `top`.
void remove_empty_folders(const std::string& top, std::string folder) {
  while (folder.size() > top.size() && ::rmdir(folder.c_str()) == 0) folder.resize(folder.rfind('/'));
}

std::string parent_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

const Wanted& record_of(const std::vector<Wanted>& files) {
  const auto found =
      std::find_if(files.begin(), files.end(), [](const Wanted& file) { return file.part == Part::kMetadata; });
  check(found != files.end(), "every version hands out its metadata");
  return *found;
}

std::multiset<Digest> derived_digests(const auto& files) {
  std::multiset<Digest> digests;
  for (const auto& file : files) {
    if (file.part == Part::kDerived) digests.insert(file.digest);
  }
  return digests;
}

// A folder that a person arranged stays as it is while it says what the registry says.
bool says_the_same(const LedgerEntry& entry, const std::vector<Wanted>& files) {
  return entry.as_found && entry.record == record_of(files).digest &&
         derived_digests(entry.files) == derived_digests(files);
}

bool has_more(const LedgerEntry& entry, const std::vector<Wanted>& files) {
  return std::any_of(entry.files.begin(), entry.files.end(),
                     [&](const KeptFile& kept) { return find_wanted(files, kept.path) == nullptr; });
}

bool same_files(const std::vector<KeptFile>& a, const std::vector<KeptFile>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const KeptFile& x, const KeptFile& y) {
    return x.path == y.path && x.stamp == y.stamp && x.digest == y.digest;
  });
}

}  // namespace

Result<std::vector<Wanted>> wanted_files(const services::Downloads& downloads, const services::VersionView& view) {
  std::vector<Wanted> files;
  for (auto& member : TRY(downloads.members(view))) {
    if (auto* text = std::get_if<std::string>(&member.content)) {
      files.push_back(
          {.path = member.path, .part = Part::kMetadata, .digest = Digest::of(*text), .text = std::move(*text)});
      continue;
    }
    const auto& file = std::get<registry::File>(member.content);
    const bool derived = std::none_of(view.files.begin(), view.files.end(),
                                      [&](const registry::File& own) { return own.path == file.path; });
    files.push_back({.path = member.path, .part = derived ? Part::kDerived : Part::kFile, .digest = file.digest});
  }
  return files;
}

Result<std::optional<PutOut::Target>> PutOut::find_target(const ModelId& id) const {
  const auto model = TRY(core_.services.metadata.read_value<std::optional<Model>>(
      [&](Transaction& rows) { return rows.find_model_by_id(id); }));
  if (!model || model->deleted_at || !model->in_library || !model->current) return std::optional<Target>{};
  auto view = TRY(core_.services.catalog.get_version(core_.caller, exact(*model), VersionRef{*model->current}));
  if (view.model.id != id) return fail(ErrorCode::kUnavailable, "The model was renamed meanwhile.");
  auto files = TRY(wanted_files(core_.services.downloads, view));
  return std::optional{Target{*model, std::move(view), std::move(files)}};
}

Result<> PutOut::bring_in_step(const ModelId& model, Rebuild rebuild) {
  if (!carries_mark(core_.options.root)) {
    return fail(ErrorCode::kUnavailable, "The folder of the library is not there, so nothing was written to it.");
  }
  for (int left = kAttempts; left > 0; --left) {
    const auto done = attempt(model, rebuild);
    if (!done) {
      const std::scoped_lock lock{core_.turn};
      core_.behind.insert(model);
      return fail(done.error());
    }
    if (*done) {
      const std::scoped_lock lock{core_.turn};
      core_.behind.erase(model);
      return {};
    }
  }
  return fail(ErrorCode::kUnavailable, "The model kept changing while its folder was written.");
}

Result<bool> PutOut::attempt(const ModelId& id, Rebuild rebuild) {
  auto target = TRY(find_target(id));
  std::optional<LedgerEntry> before;
  {
    const std::scoped_lock lock{core_.turn};
    TRY(take_down_stale_exports(id));
    if (!target) {
      std::vector<LedgerEntry> all;
      for (const LedgerEntry* entry : core_.ledger.find_all(id)) all.push_back(*entry);
      for (const LedgerEntry& entry : all) TRY(take_down(entry));
      return true;
    }
    if (const LedgerEntry* main = core_.ledger.find_main(id); main != nullptr && !main->awaited.empty())
      TRY(end_interrupted(*main));
    if (const LedgerEntry* main = core_.ledger.find_main(id)) {
      before = TRY(follow_name(*main, *target));
      // Only a person's request fills in what a person took away.
      for (const KeptFile& file : before->files) {
        const bool gone = !path_exists(core_.path(join_path(before->folder(), file.path)));
        if (gone && before->version == target->model.current && rebuild == Rebuild::kNo) return true;
      }
      const bool same_place = target_key(&*before, target->model, target->files) == before->key;
      if (same_place && before->version == target->model.current && rebuild == Rebuild::kNo &&
          says_the_same(*before, target->files))
        return true;
    } else {
      for (const LedgerEntry* entry : core_.ledger.find_all(id)) {
        if (!entry->label().empty() && entry->version == target->model.current)
          return true;  // its version folder shows it
      }
    }
  }

  std::vector<Staged> staged;
  for (const Wanted& file : target->files) {
    const KeptFile* kept = before ? before->find(file.path) : nullptr;
    const bool there = kept != nullptr && kept->digest == file.digest &&
                       stands(core_.path(join_path(before->folder(), file.path)), kept->stamp);
    if (there && target_key(&*before, target->model, target->files) == before->key) continue;
    auto one = core_.stager.stage(file);
    if (!one) {
      core_.stager.discard(staged);
      return fail(one.error());
    }
    staged.push_back(*std::move(one));
  }

  const std::string key = target_key(before ? &*before : nullptr, target->model, target->files);
  const bool nothing_to_do = staged.empty() && before && before->key == key &&
                             before->version == target->model.current && !has_more(*before, target->files);
  if (nothing_to_do) return true;

  const std::scoped_lock lock{core_.turn};
  const auto again = TRY(core_.services.metadata.read_value<std::optional<Model>>(
      [&](Transaction& rows) { return rows.find_model_by_id(id); }));
  const LedgerEntry* main = core_.ledger.find_main(id);
  const bool same_main =
      before ? main != nullptr && main->key == before->key && same_files(main->files, before->files) : main == nullptr;
  if (!again || again->revision != target->model.revision || again->deleted_at || !same_main) {
    core_.stager.discard(staged);
    return false;
  }
  // In two steps: g++ 12 destroys an aggregate made inside ?: whether it was made or not.
  LedgerEntry entry{.key = key, .model = id, .version = *target->model.current};
  if (before && before->key == key) entry = *before;
  const auto free = require_untouched(entry.folder(), entry, target->files);
  if (!free) {
    core_.stager.discard(staged);
    return fail(free.error());
  }
  TRY(place(std::move(entry), *target, staged));
  if (before && before->key != key) TRY(take_down(*before));
  return true;
}

// A renamed model's folder is renamed with everything in it, exported versions too.
Result<LedgerEntry> PutOut::follow_name(LedgerEntry entry, const Target& target) {
  const std::string key = folder_key(target.model);
  if (entry.loose() || entry.key == key) return entry;
  const std::string from = entry.key;
  if (path_exists(core_.path(from))) {
    TRY(make_directories(core_.path(target.model.name_space.text())));
    if (const auto renamed = rename_new(core_.path(from), core_.path(key)); !renamed) {
      if (renamed.error().code != ErrorCode::kAlreadyExists) return fail(renamed.error());
      return fail(ErrorCode::kAlreadyExists, "The model \"" + target.model.reference() +
                                                 "\" cannot have its folder \"" + key +
                                                 "\": something else stands there. Move it away.");
    }
  }
  std::vector<LedgerEntry> exports;
  for (const LedgerEntry* one : core_.ledger.find_all(entry.model)) {
    if (one->is_export() && one->key.starts_with(from + "/")) exports.push_back(*one);
  }
  for (LedgerEntry& one : exports) {
    const std::string old = one.key;
    one.key = key + old.substr(from.size());
    TRY(core_.ledger.move(old, one));
  }
  entry.key = key;
  entry.as_found = false;  // the files are to follow the name, too
  TRY(core_.ledger.move(from, entry));
  TRY(rescan(core_.options.root, from, core_.disk));
  TRY(rescan(core_.options.root, key, core_.disk));
  return entry;
}

Result<> PutOut::require_untouched(const std::string& folder, const LedgerEntry& entry,
                                   const std::vector<Wanted>& files) const {
  for (const Wanted& wanted : files) TRY(require_plain_folders(core_.options.root, join_path(folder, wanted.path)));
  const auto refuse = [&](const std::string& path) {
    return fail(ErrorCode::kFailedPrecondition,
                "\"" + printable(join_path(folder, path)) +
                    "\" was put there or changed by someone else, so the model's folder was not written. "
                    "Move it away, and the folder is written.");
  };
  for (const KeptFile& kept : entry.files) {
    const std::string path = core_.path(join_path(folder, kept.path));
    const Wanted* wanted = find_wanted(files, kept.path);
    const bool stays = wanted != nullptr && wanted->digest == kept.digest;
    if (!stays && path_exists(path) && !stands(path, kept.stamp)) return refuse(kept.path);
  }
  for (const Wanted& wanted : files) {
    const KeptFile* kept = entry.find(wanted.path);
    const std::string path = core_.path(join_path(folder, wanted.path));
    if (kept != nullptr ? !path_exists(path) || stands(path, kept->stamp) : !path_exists(path)) continue;
    const auto digest = digest_of_file(core_.options.root, join_path(folder, wanted.path), core_.stopping);
    if (!digest || *digest != wanted.digest) return refuse(wanted.path);
  }
  return {};
}

Result<> PutOut::place(LedgerEntry entry, const Target& target, const std::vector<Staged>& staged) {
  const std::string folder = core_.path(entry.folder());
  entry.awaited.clear();
  for (const Wanted& wanted : target.files) {
    entry.awaited.push_back({.path = wanted.path, .digest = wanted.digest, .part = wanted.part});
  }
  TRY(core_.ledger.put(entry));

  std::vector<KeptFile> files;
  for (const Wanted& wanted : target.files) {
    const std::string path = join_path(folder, wanted.path);
    const auto one =
        std::find_if(staged.begin(), staged.end(), [&](const Staged& item) { return item.wanted.path == wanted.path; });
    if (one != staged.end()) {
      files.push_back(TRY(core_.stager.put(*one, path)));
    } else {
      const Stamp stamp = TRY(stamp_of(path));
      files.push_back({.path = wanted.path, .digest = wanted.digest, .stamp = stamp, .part = wanted.part});
    }
  }
  for (const KeptFile& kept : entry.files) {
    if (find_wanted(target.files, kept.path) != nullptr) continue;
    const std::string path = join_path(folder, kept.path);
    if (stands(path, kept.stamp)) TRY(remove_file(path));
    remove_empty_folders(folder, parent_of(path));
  }
  TRY(sync_directory(folder));
  entry.files = std::move(files);
  entry.awaited.clear();
  entry.version = target.view.version.number;
  entry.record = record_of(target.files).digest;
  entry.as_found = false;
  const std::string scanned = place_of(entry);
  core_.problems.clear(entry.key);
  TRY(core_.ledger.put(std::move(entry)));
  return rescan(core_.options.root, scanned, core_.disk);
}

Result<> PutOut::take_down(const LedgerEntry& entry) {
  const std::string folder = core_.path(entry.folder());
  for (const KeptFile& kept : entry.files) {
    const std::string path = join_path(folder, kept.path);
    if (stands(path, kept.stamp)) TRY(remove_file(path));
    if (!entry.loose()) remove_empty_folders(folder, parent_of(path));
  }
  // An exported version leaves an empty "versions" behind, and that may have been all of the model's folder.
  if (!entry.loose()) remove_empty_folders(core_.path(entry.key.substr(0, entry.key.find('/'))), folder);
  const std::string scanned = place_of(entry);
  core_.problems.clear(entry.key);
  TRY(entry.is_export() ? core_.ledger.remove(std::string{entry.key})
                        : core_.ledger.remove_to_trash(std::string{entry.key}));
  return rescan(core_.options.root, scanned, core_.disk);
}

Result<> PutOut::take_down_stale_exports(const ModelId& id) {
  std::vector<LedgerEntry> exports;
  for (const LedgerEntry* entry : core_.ledger.find_all(id)) {
    if (entry->is_export()) exports.push_back(*entry);
  }
  for (const LedgerEntry& entry : exports) {
    const auto version = TRY(core_.services.metadata.read_value<std::optional<registry::Version>>(
        [&](Transaction& rows) { return rows.find_version(id, entry.version); }));
    if (!version || version->deleted_at || version->purged_at) TRY(take_down(entry));
  }
  return {};
}

Result<std::string> PutOut::export_version(const ModelId& id, VersionNumber number) {
  const auto model = TRY(core_.services.metadata.read_value<std::optional<Model>>(
      [&](Transaction& rows) { return rows.find_model_by_id(id); }));
  if (!model || model->deleted_at) return fail(ErrorCode::kNotFound, "There is no such model.");
  const auto view = TRY(core_.services.catalog.get_version(core_.caller, exact(*model), VersionRef{number}));
  const std::string name = view.version.label ? view.version.label->text() : std::to_string(number.value());
  const std::string key = folder_key(*model) + "/" + std::string{kVersionsFolder} + "/" + name;
  const auto files = TRY(wanted_files(core_.services.downloads, view));
  const auto is_whole = [&](const LedgerEntry& entry) {
    return entry.version == number && std::all_of(files.begin(), files.end(), [&](const Wanted& file) {
             const KeptFile* kept = entry.find(file.path);
             return kept != nullptr && kept->digest == file.digest &&
                    stands(core_.path(join_path(key, file.path)), kept->stamp);
           });
  };
  {
    const std::scoped_lock lock{core_.turn};
    if (const LedgerEntry* known = core_.ledger.find(key); known != nullptr && is_whole(*known)) return key;
  }
  std::vector<Staged> staged;
  for (const Wanted& file : files) {
    auto one = core_.stager.stage(file);
    if (!one) {
      core_.stager.discard(staged);
      return fail(one.error());
    }
    staged.push_back(*std::move(one));
  }
  const std::scoped_lock lock{core_.turn};
  const LedgerEntry* known = core_.ledger.find(key);
  LedgerEntry entry{.key = key, .model = id, .version = number};
  if (known != nullptr) entry = *known;
  if (const auto free = require_untouched(key, entry, files); !free) {
    core_.stager.discard(staged);
    return fail(free.error());
  }
  TRY(place(std::move(entry), Target{*model, view, files}, staged));
  return key;
}

Result<> PutOut::end_interrupted(LedgerEntry entry) {
  std::vector<KeptFile> ours;
  for (const KeptFile& kept : entry.files) {
    if (stands(core_.path(join_path(entry.folder(), kept.path)), kept.stamp)) ours.push_back(kept);
  }
  for (KeptFile& file : entry.awaited) {
    const std::string path = join_path(entry.folder(), file.path);
    const auto stamp = stamp_of(core_.path(path));
    const bool known =
        std::any_of(ours.begin(), ours.end(), [&](const KeptFile& one) { return one.path == file.path; });
    if (!stamp || known) continue;
    const auto digest = digest_of_file(core_.options.root, path, core_.stopping);
    if (!digest || *digest != file.digest) continue;
    file.stamp = *stamp;
    ours.push_back(file);
  }
  log::info("library: an interrupted rendering is taken up again", {{"folder", entry.key}});
  entry.files = std::move(ours);
  entry.awaited.clear();
  if (entry.files.empty()) return core_.ledger.remove(std::string{entry.key});
  return core_.ledger.put(std::move(entry));
}

Result<> PutOut::recover() {
  std::vector<LedgerEntry> interrupted;
  for (const auto& [key, entry] : core_.ledger.entries()) {
    if (!entry.awaited.empty()) interrupted.push_back(entry);
  }
  for (const LedgerEntry& entry : interrupted) {
    if (!entry.is_export()) core_.behind.insert(entry.model);
    TRY(end_interrupted(entry));
  }
  return {};
}

}  // namespace weighhouse::library
