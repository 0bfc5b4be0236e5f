#include "library/registry_file.h"

#include <algorithm>
#include <fcntl.h>
#include <stdio.h>

#include "base/log.h"
#include "base/text.h"

namespace weighhouse::library {

using registry::ModelId;
using registry::Transaction;

namespace {

constexpr const char* kNote = "library.registry_json";
constexpr const char* kProblem = "registry.json";

}  // namespace

Result<> RegistryFile::load() {
  const std::scoped_lock lock{mutex_};
  TRY(lines_.load());
  const auto note = TRY(core_.services.metadata.read_value<std::optional<std::string>>(
      [&](Transaction& rows) { return rows.find_note(kNote); }));
  if (note) written_ = TRY(parse_written(*note));
  return {};
}

Result<bool> RegistryFile::is_settled(const std::string& key, const Stamp& stamp, std::int64_t kernel_now_ns) {
  const std::string print =
      std::to_string(stamp.size_bytes) + "/" + std::to_string(stamp.modified_ns) + "/" + std::to_string(stamp.inode);
  return settler_.is_settled(key, Digest::of(print), core_.clock.now(), stamp.modified_ns, kernel_now_ns);
}

Result<bool> RegistryFile::read(std::int64_t kernel_now_ns, ScanReport& report) {
  const std::scoped_lock lock{mutex_};
  bool pending = TRY(look_at_replaced(kernel_now_ns, report));
  const auto stamp = stamp_of(path());
  if (!stamp) {
    readable_ = true;  // removed: it is written anew
    seen_.reset();
    core_.problems.clear(kProblem);
    return pending;
  }
  if (*stamp == seen_) return pending;
  if (!TRY(is_settled(kProblem, *stamp, kernel_now_ns))) return true;
  const auto text = TRY(read_file(path()));
  if (TRY(stamp_of(path())) != *stamp) return true;
  seen_ = *stamp;
  const auto digest = Digest::of(text).hex();
  if (digest == written_.digest || digest == written_.replaced) {
    readable_ = true;
    core_.problems.clear(kProblem);
    return pending;
  }
  const auto theirs = parse_registry(text);
  readable_ = theirs.has_value();
  if (!theirs) {
    core_.problems.set(kProblem, theirs.error().message +
                                     " It is left as it is, and neither read nor written. Mend it, or remove it, and "
                                     "Weighhouse writes it anew.");
    return pending;
  }
  core_.problems.clear(kProblem);
  strange_ = theirs->strange;
  unheard_.clear();
  for (const auto& model : theirs->models) {
    if (!model.others.empty()) others_[model.id] = model.others;
  }
  TRY(take(*theirs, report));
  return pending;
}

Result<> RegistryFile::take(const RegistryText& theirs, ScanReport& report) {
  const auto changes = find_changes(written_, theirs);
  TRY(describe_all());
  std::vector<ModelId> changed;
  std::string failure;
  const auto note = [&](const std::string& what, const Result<ModelId>& done) {
    if (done) return changed.push_back(*done);
    if (failure.empty()) failure = what + " in registry.json could not be taken in: " + done.error().message;
    log::warning("library: " + what + " of registry.json could not be taken in", {{"reason", done.error().message}});
  };
  for (const auto& added : changes.added) {
    const auto done = lines_.add(added, report);
    if (!done) unheard_.push_back(added);
    note("Version " + std::to_string(added.version.number) + " of \"" + printable(added.id) + "\"", done);
  }
  for (const auto& moved : changes.moved) {
    note("The current version of \"" + printable(moved.id) + "\"", lines_.move_current(moved));
  }
  if (!failure.empty()) core_.problems.set(kProblem, failure);
  for (const ModelId& model : changed) {
    if (auto lines = TRY(lines_.describe(model))) models_[model] = *std::move(lines);
  }
  return {};
}

Result<bool> RegistryFile::look_at_replaced(std::int64_t kernel_now_ns, ScanReport& report) {
  for (auto one = replaced_.begin(); one != replaced_.end();) {
    const auto stamp = stamp_of(one->first);
    if (stamp && !TRY(is_settled(one->first, *stamp, kernel_now_ns))) {
      ++one;
      continue;
    }
    if (stamp && *stamp != one->second) {
      if (const auto text = read_file(one->first)) {
        if (const auto theirs = parse_registry(*text)) TRY(take(*theirs, report));
      }
    }
    settler_.forget(one->first);
    TRY(remove_file(one->first));
    one = replaced_.erase(one);
  }
  return !replaced_.empty();
}

Result<> RegistryFile::describe_all() {
  if (described_) return {};
  std::vector<ModelId> all;
  {
    const std::scoped_lock lock{core_.turn};
    for (const auto& [key, entry] : core_.ledger.entries()) all.push_back(entry.model);
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  for (const ModelId& model : all) {
    if (auto lines = TRY(lines_.describe(model))) models_[model] = *std::move(lines);
  }
  described_ = true;
  return {};
}

RegistryText RegistryFile::compose() const {
  std::map<std::string, RegistryModel> by_id;
  for (const auto& [id, model] : models_) by_id.insert_or_assign(model.id, model);
  for (const auto& [id, others] : others_) {
    if (const auto found = by_id.find(id); found != by_id.end()) found->second.others = others;
  }
  RegistryText text{.models = {}, .strange = strange_};
  for (auto& [id, model] : by_id) text.models.push_back(std::move(model));
  return text;
}

Result<> RegistryFile::describe_changed() {
  TRY(describe_all());
  std::set<ModelId> models;
  std::swap(models, *changed_.lock());
  for (const ModelId& model : std::set<ModelId>{models}) {
    if (const auto namesake = TRY(lines_.find_namesake(model))) models.insert(*namesake);
  }
  for (const ModelId& model : models) {
    auto lines = TRY(lines_.describe(model));
    models_.erase(model);
    if (lines) models_[model] = *std::move(lines);
  }
  return {};
}

Result<> RegistryFile::write(const std::vector<ModelId>& changed) {
  changed_.lock()->insert(changed.begin(), changed.end());
  const std::unique_lock lock{mutex_, std::try_to_lock};
  return lock ? write_changed() : Result<>{};
}

Result<> RegistryFile::write_changed() {
  TRY(describe_changed());
  if (!readable_ || !carries_mark(core_.options.root)) return {};
  const auto stamp = stamp_of(path());
  if (stamp && *stamp != seen_) return {};

  RegistryText text = compose();
  Written next = written_;
  next.take(text);
  for (const auto& added : unheard_) {
    auto model = std::find_if(text.models.begin(), text.models.end(),
                              [&](const RegistryModel& one) { return one.id == added.id; });
    if (model == text.models.end()) {
      text.models.push_back(
          {.id = added.id, .versions = {}, .current = added.version.number, .created_at = added.version.created_at});
      model = text.models.end() - 1;
    }
    model->versions.push_back(added.version);
  }
  const std::string formatted = format_registry(text);
  const auto there = stamp ? read_file(path()) : Result<std::string>{std::string{}};
  if (there && stamp && *there == formatted) return {};
  // The note first: should a crash keep the file from being replaced, `replaced` tells that it is our own old one.
  next.replaced = there ? Digest::of(*there).hex() : std::string{};
  next.digest = Digest::of(formatted).hex();
  TRY(core_.services.metadata.transact([&](Transaction& rows) { return rows.put_note(kNote, to_json(next)); }));
  written_ = std::move(next);
  return put_in_place(formatted);
}

Result<> RegistryFile::put_in_place(const std::string& text) {
  const std::string staged = core_.stager.new_path();
  {
    const auto file = TRY(open_file(staged, OpenMode::kCreateNew));
    TRY(write_all(file.get(), text, staged));
    TRY(sync_data(file.get(), staged));
  }
  const Stamp ours = TRY(stamp_of(staged));
  if (::renameat2(AT_FDCWD, staged.c_str(), AT_FDCWD, path().c_str(), RENAME_EXCHANGE) == 0) {
    replaced_[staged] = seen_.value_or(Stamp{});
  } else {
    TRY(rename_over(staged, path()));
  }
  seen_ = ours;
  return sync_directory(core_.options.root);
}

}  // namespace weighhouse::library
