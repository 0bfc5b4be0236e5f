#include "library/take_in.h"

#include <algorithm>
#include <set>

#include "base/log.h"
#include "base/text.h"
#include "services/files.h"
#include "services/metadata.h"

namespace weighhouse::library {

using registry::Model;
using registry::ModelRef;
using registry::Transaction;
using registry::VersionNumber;
using registry::VersionRef;

namespace {

constexpr std::size_t kTrashPage = 200;
constexpr int kTrashPages = 5;

ModelRef exact(const Model& model) { return {model.name_space, model.name}; }

tl::unexpected<Error> moved_meanwhile(const std::string& key) {
  return fail(ErrorCode::kUnavailable, "\"" + key + "\" changed meanwhile; it is looked at again.");
}

Result<ModelRef> ref_of(const DiskEntry& entry) {
  const auto name_space = TRY(registry::Namespace::parse(entry.name_space));
  const auto name = TRY(registry::ModelName::parse(entry.name));
  return ModelRef{name_space, name};
}

Result<Model> get_model(registry::MetadataStore& metadata, const registry::ModelId& id) {
  const auto model =
      TRY(metadata.read_value<std::optional<Model>>([&](Transaction& rows) { return rows.find_model_by_id(id); }));
  if (model && !model->deleted_at) return *model;
  return fail(ErrorCode::kUnavailable, "The model was deleted meanwhile.");
}

// Whether these files are what a version hands out: its files, with its derived ones or without, under
// their own names or those they are handed out under.
Result<bool> shows(registry::MetadataStore& metadata, const Model& model, VersionNumber number,
                   const Prepared& prepared) {
  return metadata.read_value<bool>([&](Transaction& rows) -> Result<bool> {
    const auto files = TRY(rows.list_files(model.id, number));
    std::multiset<Digest> there;
    std::set<std::string> names;
    for (const auto& file : files) {
      there.insert(file.digest);
      names.insert(file.path.text());
      names.insert(services::delivered_path(model.name, files, file));
    }
    std::multiset<Digest> here;
    bool same_names = true;
    for (const auto& file : prepared.files) {
      here.insert(file.digest);
      same_names = same_names && names.contains(file.path);
    }
    if (files.empty()) return false;
    if (here == there) return same_names || files.size() == 1;
    for (const auto& derived : TRY(rows.list_derived_files(model.id, number))) there.insert(derived.file.digest);
    return here == there;
  });
}

Result<services::NewVersion> new_version(const Prepared& prepared) {
  services::NewVersion version{
      .files = {}, .metadata = prepared.record, .origin = {.source = "library"}, .in_library = true};
  for (const KeptFile& file : prepared.files)
    version.files.emplace_back(TRY(registry::FilePath::parse(file.path)), file.digest);
  return version;
}

LedgerEntry ledger_entry(const DiskEntry& entry, const Prepared& prepared, const registry::ModelId& model,
                         VersionNumber number) {
  return {.key = entry.key,
          .model = model,
          .version = number,
          .files = prepared.all(),
          .record = Digest::of(services::format_metadata(prepared.record)),
          .as_found = true};
}

}  // namespace

TakeIn::Outcome TakeIn::take(const DiskEntry& entry, const std::vector<std::string>& vanished, ScanReport& report) {
  std::optional<LedgerEntry> known;
  {
    const std::scoped_lock lock{core_.turn};
    if (const LedgerEntry* found = core_.ledger.find(entry.key)) known = *found;
  }
  const auto shape = read_shape(entry, known ? &*known : nullptr);
  if (std::holds_alternative<Nothing>(shape)) {
    core_.problems.clear(entry.key);
    return Outcome::kDone;
  }
  if (const auto* broken = std::get_if<Broken>(&shape)) {
    core_.problems.set(entry.key, broken->message);
    return Outcome::kRefused;
  }
  const auto& candidate = std::get<Candidate>(shape);
  auto taken = known ? take_known(entry, candidate, *known, report) : take_unknown(entry, candidate, vanished, report);
  for (const DiskEntry& inner : candidate.restores) {
    if (taken) taken = take_restore(entry, inner, report);
  }
  if (taken) {
    core_.problems.clear(entry.key);
    return Outcome::kDone;
  }
  switch (taken.error().code) {
    case ErrorCode::kUnavailable:
    case ErrorCode::kCancelled:
    case ErrorCode::kNotFound:
      log::debug("library: " + taken.error().message, {{"path", entry.key}});
      return Outcome::kLater;
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kFailedPrecondition:
    case ErrorCode::kAlreadyExists:
    case ErrorCode::kPermissionDenied:
      core_.problems.set(entry.key, taken.error().message);
      return Outcome::kRefused;
    default:
      core_.problems.set(entry.key, taken.error().message);
      return Outcome::kLater;
  }
}

Result<> TakeIn::take_known(const DiskEntry& entry, const Candidate& candidate, const LedgerEntry& known,
                            ScanReport& report) {
  // Derived files are ours as long as nobody changes them: they are no part of a version.
  Candidate own = candidate;
  std::vector<KeptFile> derived;
  std::erase_if(own.files, [&](const DiskFile& file) {
    const KeptFile* kept = known.find(file.path);
    if (kept == nullptr || kept->part != Part::kDerived || kept->stamp != file.stamp) return false;
    derived.push_back(*kept);
    return true;
  });
  if (!difference(entry, known).none() || !candidate.restores.empty()) TRY(check_content(core_, entry, candidate));
  const auto prepared = TRY(read_content(core_, entry, own, &known));
  const auto verdict = judge(prepared.read(), known);

  std::optional<registry::ModelId> to_render;
  {
    const std::scoped_lock lock{core_.turn};
    TRY(require_unchanged(entry));
    const LedgerEntry* now = core_.ledger.find(entry.key);
    if (now == nullptr || now->version != known.version || now->model != known.model) return moved_meanwhile(entry.key);
    if (verdict.meaning == Meaning::kIncomplete) {
      return fail(ErrorCode::kInvalidArgument, "\"" + printable(entry.folder) + "\" lacks " +
                                                   std::to_string(verdict.missing.size()) +
                                                   " of the files of version " + std::to_string(known.version.value()) +
                                                   ", the first is \"" + printable(verdict.missing.front()) +
                                                   "\". Put them back, or ask Weighhouse to rebuild the folder.");
    }
    const Model model = TRY(get_model(core_.services.metadata, known.model));
    if (verdict.meaning == Meaning::kSame) {
      TRY(keep_record(&known, known.model, known.version, prepared, report));
      auto kept = ledger_entry(entry, prepared, known.model, known.version);
      kept.files.insert(kept.files.end(), derived.begin(), derived.end());
      return core_.ledger.put(std::move(kept));
    }
    if (!entry.label.empty()) TRY(free_label(model, entry.label));
    TRY(publish(entry, prepared, exact(model), report));
    if (TRY(get_model(core_.services.metadata, known.model)).current_held) to_render = known.model;
  }
  if (to_render) TRY(put_out_.bring_in_step(*to_render));
  return {};
}

Result<> TakeIn::take_unknown(const DiskEntry& entry, const Candidate& candidate,
                              const std::vector<std::string>& vanished, ScanReport& report) {
  TRY(check_content(core_, entry, candidate));
  std::optional<LedgerEntry> moved;
  std::vector<LedgerEntry> gone;
  {
    const std::scoped_lock lock{core_.turn};
    for (const std::string& key : vanished) {
      const LedgerEntry* one = core_.ledger.find(key);
      if (one != nullptr && one->label().empty() == entry.label.empty()) gone.push_back(*one);
    }
  }
  std::vector<const LedgerEntry*> candidates;
  for (const LedgerEntry& one : gone) candidates.push_back(&one);
  if (const auto* found = find_moved_by_stamps(entry, candidates)) moved = *found;
  const auto prepared = TRY(read_content(core_, entry, candidate, moved ? &*moved : nullptr));
  if (!moved) {
    if (const auto* found = find_moved_by_digests(prepared.read(), candidates)) moved = *found;
  }

  const auto ref = TRY(ref_of(entry));
  std::optional<registry::ModelId> to_render;
  {
    const std::scoped_lock lock{core_.turn};
    TRY(require_unchanged(entry));
    if (core_.ledger.find(entry.key) != nullptr) return moved_meanwhile(entry.key);
    if (moved && core_.ledger.find(moved->key) != nullptr) return rename(entry, prepared, *moved, report);

    const auto model = TRY(core_.services.metadata.read_value<std::optional<Model>>(
        [&](Transaction& rows) { return rows.find_model(*ref.name_space, ref.name); }));
    if (!model) {
      if (entry.label.empty() && TRY(take_from_trash(entry, prepared, ref, report))) return {};
      return publish(entry, prepared, ref, report);
    }
    const LedgerEntry* main = core_.ledger.find_main(model->id);
    if (entry.label.empty() && main != nullptr && core_.disk.entries.contains(main->key)) {
      return fail(ErrorCode::kInvalidArgument,
                  "The model \"" + model->reference() + "\" lives in \"" + printable(main->key) + "\" already, so \"" +
                      printable(entry.key) +
                      "\" cannot be it, too. Names are the same in upper and lower case. Rename one of them.");
    }
    if (!entry.label.empty()) {
      const auto label = TRY(registry::VersionWord::parse(entry.label));
      const auto labelled = core_.services.metadata.read_value<registry::Version>(
          [&](Transaction& rows) { return rows.get_version(*model, VersionRef{label}); });
      if (labelled && TRY(shows(core_.services.metadata, *model, labelled->number, prepared))) {
        return adopt(entry, prepared, *model, labelled->number, report);
      }
      if (labelled) TRY(free_label(*model, entry.label));
    } else if (model->current && TRY(shows(core_.services.metadata, *model, *model->current, prepared))) {
      const std::string old = main == nullptr ? std::string{} : main->key;
      TRY(adopt(entry, prepared, *model, *model->current, report));
      return old.empty() ? Result<>{} : core_.ledger.remove(old);
    }
    const std::string old = entry.label.empty() && main != nullptr ? main->key : std::string{};
    TRY(publish(entry, prepared, ref, report));
    if (!old.empty()) TRY(core_.ledger.remove(old));
    if (model->current_held) to_render = model->id;
  }
  if (to_render) TRY(put_out_.bring_in_step(*to_render));
  return {};
}

// `cp -r jarvis_v1 jarvis` onto a folder that is there leaves a copy inside it. What was meant is that the
// copy becomes the model again. Once its bytes are a version the copy has done its work: left there, it
// would be a second place that claims to be the model, so it goes, unless it was changed meanwhile.
Result<> TakeIn::take_restore(const DiskEntry& outer, const DiskEntry& inner, ScanReport& report) {
  const auto shape = read_shape(inner, nullptr);
  const auto* candidate = std::get_if<Candidate>(&shape);
  if (candidate == nullptr)
    return fail(ErrorCode::kInvalidArgument, "\"" + printable(inner.folder) + "\" cannot be restored from. Remove it.");
  TRY(check_content(core_, inner, *candidate));
  std::optional<LedgerEntry> known;
  {
    const std::scoped_lock lock{core_.turn};
    if (const LedgerEntry* found = core_.ledger.find(outer.key)) known = *found;
  }
  if (!known) return moved_meanwhile(outer.key);
  const auto prepared = TRY(read_content(core_, inner, *candidate, &*known));
  {
    const std::scoped_lock lock{core_.turn};
    const Model model = TRY(get_model(core_.services.metadata, known->model));
    const bool same = model.current && TRY(shows(core_.services.metadata, model, *model.current, prepared));
    if (!same) {
      const auto published =
          TRY(core_.services.publisher.publish(core_.caller, exact(model), TRY(new_version(prepared))));
      report.published.push_back(published.model.reference(published.version.number));
    }
    const std::string aside = core_.stager.new_path();
    TRY(rename_new(core_.path(inner.folder), aside));
    const auto again = look_at_folder(core_.options.root, aside.substr(core_.options.root.size() + 1));
    if (again.files != inner.files || !again.obstacle.empty()) {
      TRY(rename_new(aside, core_.path(inner.folder)));
      return moved_meanwhile(inner.folder);
    }
    TRY(remove_tree(aside));
    TRY(rescan(core_.options.root, outer.folder, core_.disk));
  }
  return put_out_.bring_in_step(known->model);
}

TakeIn::Outcome TakeIn::trash(const std::string& key, ScanReport& report) {
  const auto run = [&]() -> Result<> {
    const std::scoped_lock lock{core_.turn};
    const LedgerEntry* found = core_.ledger.find(key);
    if (found == nullptr ||
        path_exists(core_.path(found->loose() ? join_path(found->folder(), found->files.front().path) : key)))
      return {};
    const LedgerEntry entry = *found;
    const auto model = TRY(core_.services.metadata.read_value<std::optional<Model>>(
        [&](Transaction& rows) { return rows.find_model_by_id(entry.model); }));
    std::vector<std::string> exports;
    bool elsewhere = false;
    for (const LedgerEntry* one : core_.ledger.find_all(entry.model)) {
      if (one->is_export()) exports.push_back(one->key);
      elsewhere = elsewhere || (one->key != key && !one->is_export() && core_.disk.entries.contains(one->key));
    }
    if (model && !model->deleted_at) {
      if (elsewhere) {
        TRY(core_.services.trash.remove_version(core_.caller, exact(*model), VersionRef{entry.version}));
        report.trashed.push_back(model->reference(entry.version));
      } else {
        TRY(core_.services.trash.remove_model(core_.caller, exact(*model)));
        report.trashed.push_back(model->reference());
      }
      log::info("library: a removed folder went to the trash", {{"path", key}});
    }
    TRY(core_.ledger.remove_to_trash(key));
    for (const std::string& one : exports) {
      if (!elsewhere) TRY(core_.ledger.remove(one));
    }
    core_.problems.clear(key);
    return {};
  }();
  if (run) return Outcome::kDone;
  core_.problems.set(key, "\"" + printable(key) + "\" was removed, but the model stays: " + run.error().message +
                              " Ask Weighhouse to rebuild the folder to have it back.");
  return Outcome::kRefused;
}

Result<> TakeIn::require_unchanged(const DiskEntry& entry) {
  TRY(rescan(core_.options.root, entry.loose ? entry.folder : entry.key, core_.disk));
  const auto now = core_.disk.entries.find(entry.key);
  if (now != core_.disk.entries.end() && now->second.files == entry.files && now->second.obstacle.empty()) return {};
  return moved_meanwhile(entry.key);
}

Result<> TakeIn::rename(const DiskEntry& entry, const Prepared& prepared, const LedgerEntry& from, ScanReport& report) {
  const Model model = TRY(get_model(core_.services.metadata, from.model));
  const auto ref = TRY(ref_of(entry));
  const std::string before = model.reference();
  if (ref.to_string() != before) {
    TRY(core_.services.catalog.update_model(core_.caller, exact(model),
                                            {.name = ref.name, .name_space = *ref.name_space}));
  }
  if (entry.label != from.label()) {
    TRY(core_.services.catalog.update_version(core_.caller, ref, VersionRef{from.version}, {.label = entry.label}));
  }
  LedgerEntry to = ledger_entry(entry, prepared, from.model, from.version);
  for (KeptFile& file : to.files) {
    for (const KeptFile& old : from.files) {
      if (old.digest == file.digest && old.part == Part::kDerived) file.part = Part::kDerived;
    }
  }
  TRY(keep_record(&from, from.model, from.version, prepared, report));
  std::vector<LedgerEntry> exports;
  for (const LedgerEntry* one : core_.ledger.find_all(from.model)) {
    if (one->is_export() && one->key.starts_with(from.key + "/")) exports.push_back(*one);
  }
  TRY(core_.ledger.move(from.key, std::move(to)));
  for (LedgerEntry& one : exports) {
    const std::string old = one.key;
    one.key = entry.key + old.substr(from.key.size());
    TRY(core_.ledger.move(old, one));
  }
  core_.problems.clear(from.key);
  report.renamed.push_back(before + " -> " + ref.to_string() + (entry.label.empty() ? "" : "@" + entry.label));
  log::info("library: a renamed folder keeps its model", {{"from", from.key}, {"to", entry.key}});
  return {};
}

Result<> TakeIn::publish(const DiskEntry& entry, const Prepared& prepared, const ModelRef& ref, ScanReport& report) {
  auto version = TRY(new_version(prepared));
  if (!entry.label.empty()) version.label = TRY(registry::VersionWord::parse(entry.label));
  const auto published = TRY(core_.services.publisher.publish(core_.caller, ref, std::move(version)));
  report.published.push_back(published.model.reference(published.version.number));
  log::info("library: taken in",
            {{"path", entry.key}, {"version", published.model.reference(published.version.number)}});
  return core_.ledger.put(ledger_entry(entry, prepared, published.model.id, published.version.number));
}

// The folder shows a version that is here already: it is the model's from now on.
Result<> TakeIn::adopt(const DiskEntry& entry, const Prepared& prepared, const Model& model, VersionNumber number,
                       ScanReport& report) {
  if (!model.in_library) {
    TRY(core_.services.metadata.transact([&](Transaction& rows) -> Result<> {
      auto again = TRY(rows.get_model(exact(model)));
      again.in_library = true;
      return rows.update_model(again);
    }));
  }
  TRY(keep_record(core_.ledger.find(entry.key), model.id, number, prepared, report));
  return core_.ledger.put(ledger_entry(entry, prepared, model.id, number));
}

// A .json that says something else than the record is an edit of it.
Result<> TakeIn::keep_record(const LedgerEntry* before, const registry::ModelId& id, VersionNumber number,
                             const Prepared& prepared, ScanReport& report) {
  if (!prepared.metadata) return {};
  const bool as_it_was =
      before != nullptr && std::any_of(before->files.begin(), before->files.end(), [&](const KeptFile& file) {
        return file.part == Part::kMetadata && file.digest == prepared.metadata->digest;
      });
  if (as_it_was) return {};
  const Model model = TRY(get_model(core_.services.metadata, id));
  const auto version = TRY(core_.services.metadata.read_value<std::optional<registry::Version>>(
      [&](Transaction& rows) { return rows.find_version(id, number); }));
  if (!version || services::format_metadata(version->metadata) == services::format_metadata(prepared.record)) return {};
  TRY(core_.services.catalog.update_version(core_.caller, exact(model), VersionRef{number},
                                            {.metadata = prepared.record}));
  report.edited.push_back(model.reference(number));
  return {};
}

// Who puts back what was deleted wants it back as it was, with its history.
Result<bool> TakeIn::take_from_trash(const DiskEntry& entry, const Prepared& prepared, const ModelRef& ref,
                                     ScanReport& report) {
  std::string cursor;
  for (int page = 0; page < kTrashPages; ++page) {
    const auto items = TRY(core_.services.metadata.read_value<registry::Page<registry::TrashItem>>(
        [&](Transaction& rows) { return rows.list_trash(kTrashPage, cursor); }));
    for (const auto& item : items.items) {
      if (item.version || item.reference != ref.to_string()) continue;
      const auto shown = TRY(core_.ledger.find_trashed(item.model));
      if (!shown || find_moved_by_digests(prepared.read(), {&*shown}) == nullptr) continue;
      const auto restored = TRY(core_.services.trash.restore(core_.caller, item.id));
      report.restored.push_back(restored.reference());
      TRY(adopt(entry, prepared, restored, shown->version, report));
      return true;
    }
    if (items.next_cursor.empty()) return false;
    cursor = items.next_cursor;
  }
  return false;
}

// The label goes on to the version that its folder shows now.
Result<> TakeIn::free_label(const Model& model, const std::string& label) {
  const auto word = TRY(registry::VersionWord::parse(label));
  const auto version = core_.services.metadata.read_value<registry::Version>(
      [&](Transaction& rows) { return rows.get_version(model, VersionRef{word}); });
  if (!version || version->label != word) return {};
  TRY(core_.services.catalog.update_version(core_.caller, exact(model), VersionRef{version->number},
                                            {.label = std::string{}}));
  return {};
}

}  // namespace weighhouse::library
