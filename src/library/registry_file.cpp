#include "library/registry_file.h"

#include <algorithm>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "library/house_files.h"

namespace weighhouse::library {

using registry::ModelId;
using registry::Transaction;

namespace {

constexpr const char* kNote = "library.registry_json";
constexpr const char* kProblem = "registry.json";
// Two writes this close may bear the same time: no file system of ours counts in coarser steps.
constexpr std::int64_t kCoarsestTime_ns = 2'000'000'000;

Written::Key key_of(const AddedVersion& added) { return {added.version.number, added.version.created_at}; }

}  // namespace

Result<> RegistryFile::load() {
  const std::scoped_lock lock{mutex_};
  TRY(lines_.load());
  const auto note = TRY(core_.services.metadata.read_value<std::optional<std::string>>(
      [&](Transaction& rows) { return rows.find_note(kNote); }));
  if (!note) return {};
  auto written = TRY(parse_written(*note));
  const auto staged = read_file(core_.path(join_path(kWorkFolder, written.staged)));
  if (staged && !written.staged.empty()) {
    const auto digest = Digest::of(*staged).hex();
    if (digest == written.digest) {
      written.digest = written.replaced;  // ours was about to be put in place, and was not
    } else if (digest != written.replaced) {
      if (auto theirs = parse_registry(*staged)) left_behind_ = *std::move(theirs);
    }
  }
  written_ = std::make_shared<const Written>(std::move(written));
  return {};
}

Result<bool> RegistryFile::read(std::int64_t kernel_now_ns, ScanReport& report) {
  const std::scoped_lock lock{mutex_};
  TRY(read_displaced(kernel_now_ns, report));
  const bool pending = displaced_.pending();
  const auto stamp = stamp_of(path());
  if (!stamp && stamp.error().code == ErrorCode::kNotFound) {
    readable_ = true;  // removed: it is written anew
    seen_.reset();
    core_.problems.clear(kProblem);
    return pending;
  }
  if (!stamp) {
    readable_ = false;
    core_.problems.set(kProblem, stamp.error().message +
                                     " It is neither read nor written. Put a plain file in its "
                                     "place, or remove it, and Weighhouse writes it anew.");
    return pending;
  }
  if (*stamp == seen_ && seen_is_old_) return pending;
  const auto text = TRY(read_file(path()));
  const auto digest = Digest::of(text).hex();
  const bool known = digest == written_->digest;
  if (!known && !settler_.is_settled(kProblem, print_of(*stamp), core_.clock.now(), stamp->modified_ns, kernel_now_ns))
    return true;
  if (TRY(stamp_of(path())) != *stamp) return true;
  seen_ = *stamp;
  seen_is_old_ = kernel_now_ns - stamp->modified_ns > kCoarsestTime_ns;
  if (known && recalled_) {
    if (!readable_) core_.problems.clear(kProblem);
    readable_ = true;
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
  recalled_ = true;
  strange_.clear();
  keep_foreign(*theirs);
  std::erase_if(unheard_, [](const Unheard& one) { return one.stands; });
  std::set<std::pair<std::string, Written::Key>> refused;
  for (auto& line : TRY(take(*theirs, *written_, report))) {
    refused.emplace(line.id, key_of(line));
    unheard_.push_back({std::move(line), true});
  }
  if (known) return pending;
  // What stands there now is what the next change is told by, be it ours or theirs: a program that adds a version and
  // then moves `current_version` changes it from what it wrote itself.
  Written heard = *written_;
  heard.hear(*theirs, refused);
  heard.digest = digest;
  TRY(save(heard));
  written_ = std::make_shared<const Written>(std::move(heard));
  return pending;
}

Result<> RegistryFile::read_displaced(std::int64_t kernel_now_ns, ScanReport& report) {
  auto news = TRY(displaced_.take_news(kernel_now_ns));
  if (left_behind_) news.insert(news.begin(), {*std::exchange(left_behind_, std::nullopt), written_});
  for (const auto& [text, base] : news) {
    keep_foreign(text);
    for (auto& line : TRY(take(text, *base, report))) unheard_.push_back({std::move(line), false});
  }
  return {};
}

void RegistryFile::keep_foreign(const RegistryText& theirs) {
  for (const auto& [id, text] : theirs.strange) strange_.insert_or_assign(id, text);
  for (const auto& model : theirs.models) {
    if (!model.others.empty()) others_[model.id] = model.others;
  }
}

void RegistryFile::recall(const RegistryText& known) {
  recalled_ = true;
  keep_foreign(known);
  for (auto& line : find_changes(*written_, known).added) unheard_.push_back({std::move(line), true});
}

Result<std::vector<AddedVersion>> RegistryFile::take(const RegistryText& theirs, const Written& base,
                                                     ScanReport& report) {
  const auto changes = find_changes(base, theirs);
  TRY(describe_all());
  std::vector<AddedVersion> refused;
  std::vector<ModelId> changed;
  std::string failure;
  const auto note = [&](const std::string& what, const Result<ModelId>& done) {
    if (done) return changed.push_back(*done);
    if (failure.empty()) failure = what + " in registry.json could not be taken in: " + done.error().message;
    log::warning("library: " + what + " of registry.json could not be taken in", {{"reason", done.error().message}});
  };
  for (const auto& added : changes.added) {
    const auto done = lines_.add(added, report);
    if (!done) refused.push_back(added);
    note("Version " + std::to_string(added.version.number) + " of \"" + printable(added.id) + "\"", done);
  }
  for (const auto& moved : changes.moved) {
    note("The current version of \"" + printable(moved.id) + "\"", lines_.move_current(moved));
  }
  if (!failure.empty()) core_.problems.set(kProblem, failure);
  for (const ModelId& model : changed) {
    if (auto lines = TRY(lines_.describe(model))) models_[model] = *std::move(lines);
  }
  return refused;
}

bool RegistryFile::owns(const DiskEntry& loose) {
  const std::scoped_lock lock{mutex_};
  return describe_all() && std::any_of(loose.files.begin(), loose.files.end(), [&](const DiskFile& file) {
           return lines_.speak_of(join_path(loose.folder, file.path));
         });
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
  RegistryText text{.models = {}, .strange = {strange_.begin(), strange_.end()}};
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

void RegistryFile::append_unheard(RegistryText& text) const {
  for (const auto& [added, stands] : unheard_) {
    auto model = std::find_if(text.models.begin(), text.models.end(),
                              [&id = added.id](const RegistryModel& one) { return one.id == id; });
    if (model == text.models.end()) {
      text.models.push_back(
          {.id = added.id, .versions = {}, .current = added.version.number, .created_at = added.version.created_at});
      model = text.models.end() - 1;
    }
    model->versions.push_back(added.version);
  }
}

Result<> RegistryFile::write(const std::vector<ModelId>& changed) {
  changed_.lock()->insert(changed.begin(), changed.end());
  // Who finds the file in use leaves its models to the one who is at it, and who may have counted them already.
  do {
    const std::unique_lock lock{mutex_, std::try_to_lock};
    if (!lock) return {};
    TRY(write_changed());
  } while (!changed_.lock()->empty());
  return {};
}

Result<> RegistryFile::write_changed() {
  TRY(describe_changed());
  if (!readable_ || !carries_mark(core_.options.root)) return {};
  const auto standing = read_file(path());
  if (!standing && standing.error().code != ErrorCode::kNotFound) return fail(standing.error());
  if (standing) {
    if (Digest::of(*standing).hex() != written_->digest) return {};  // to be merged first
    if (!recalled_) recall(TRY(parse_registry(*standing)));
  }
  RegistryText text = compose();
  Written next = *written_;
  next.take(text);
  append_unheard(text);
  const std::string formatted = format_registry(text);
  if (standing && *standing == formatted) return {};

  // The note before the file: should a crash fall between them, the one that is staged yet tells of it.
  const std::string staged = TRY(stage(formatted));
  next.staged = staged.substr(staged.rfind('/') + 1);
  next.replaced = standing ? written_->digest : std::string{};
  next.digest = Digest::of(formatted).hex();
  TRY(save(next));
  return put_in_place(staged, std::move(next));
}

Result<> RegistryFile::save(const Written& written) {
  return core_.services.metadata.transact([&](Transaction& rows) { return rows.put_note(kNote, to_json(written)); });
}

Result<std::string> RegistryFile::stage(const std::string& text) const {
  std::string staged = core_.stager.new_path();
  const auto file = TRY(open_file(staged, OpenMode::kCreateNew));
  TRY(write_all(file.get(), text, staged));
  TRY(sync_data(file.get(), staged));
  return staged;
}

Result<> RegistryFile::put_in_place(const std::string& staged, Written next) {
  const Stamp ours = TRY(stamp_of(staged));
  const auto displace = [&](const std::string& to) {
    if (const auto merged = Digest::parse_hex(written_->digest)) displaced_.add(to, *merged, written_);
  };
  if (next.replaced.empty()) {
    if (const auto placed = rename_new(staged, path()); !placed) {
      TRY(remove_file(staged));
      if (placed.error().code == ErrorCode::kAlreadyExists) return {};  // made meanwhile: it is read first
      return placed;
    }
  } else if (::renameat2(AT_FDCWD, staged.c_str(), AT_FDCWD, path().c_str(), RENAME_EXCHANGE) == 0) {
    displace(staged);
  } else {
    // A file system that cannot exchange names: a second one keeps hold of what ours displaces.
    const std::string kept = core_.stager.new_path();
    if (::link(path().c_str(), kept.c_str()) == 0) displace(kept);
    TRY(rename_over(staged, path()));
  }
  written_ = std::make_shared<const Written>(std::move(next));
  seen_ = ours;
  seen_is_old_ = false;
  for (auto& one : unheard_) one.stands = true;
  return sync_directory(core_.options.root);
}

}  // namespace weighhouse::library
