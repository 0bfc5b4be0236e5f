#include "library/look.h"

#include <algorithm>
#include <string.h>

#include "base/log.h"
#include "base/text.h"

namespace weighhouse::library {

using registry::ModelId;
using registry::Transaction;

namespace {

constexpr const char* kSeenNote = "library.seen_event";
constexpr const char* kWhole = "library";  // where problems of the library itself are reported
constexpr std::size_t kEventPage = 200;
constexpr std::size_t kMostEvents = 100'000;  // that a first start looks back over

std::string place_of(const DiskEntry& entry) {
  if (entry.loose) return entry.name_space;
  const auto parts = split(entry.key, '/');
  return std::string{parts[0]} + "/" + std::string{parts[1]};
}

template <class Done>
void log_failure(std::string_view what, const Done& done) {
  if (!done) log::warning("library: " + std::string{what}, {{"reason", done.error().message}});
}

}  // namespace

Result<ScanReport> Look::look(const std::set<std::string>& places, Removals removals) {
  const std::scoped_lock one_at_a_time{mutex_};
  ScanReport report;
  if (!TRY(see(places))) {
    report.problems = core_.problems.list();
    return report;
  }
  TRY(catch_up());
  const std::int64_t kernel_now_ns = TRY(file_system_now_ns(core_.options.root));
  const bool registry_moves = TRY(registry_.read(kernel_now_ns, report));
  pending_.clear();
  if (registry_moves) wait_for("registry.json", "registry.json", report);

  Absences absences;
  {
    const std::scoped_lock lock{core_.turn};
    absences = find_absences(core_.disk, core_.ledger);
  }
  const bool more_may_come = take_news(absences, kernel_now_ns, report);
  take_absences(absences, kernel_now_ns, removals, more_may_come, report);
  report_oddities();
  forget_mended();
  TRY(catch_up());
  finish_behind();
  log_failure("registry.json could not be written", registry_.write({}));
  report.problems = core_.problems.list();
  return report;
}

Result<bool> Look::see(const std::set<std::string>& places) {
  const std::scoped_lock lock{core_.turn};
  const bool everything = !seen_ || places.contains("") || !core_.disk.present;
  if (everything) {
    core_.disk = TRY(scan_disk(core_.options.root));
    seen_ = true;
  } else {
    std::set<std::string> all = places;
    for (const auto& [key, place] : pending_) all.insert(place);
    for (const std::string& place : all) {
      if (place != "registry.json") TRY(rescan(core_.options.root, place, core_.disk));
    }
  }
  if (everything && core_.disk.present && !core_.disk.marked) {
    // Someone swept out hidden files, or this is another folder. What stands here tells which.
    if (find_absences(core_.disk, core_.ledger).refusal.empty()) {
      TRY(put_mark(core_.options.root));
      core_.disk.marked = true;
    }
  }
  if (everything && core_.disk.present && core_.disk.marked) {
    TRY(make_directories(core_.path(std::string{kWorkFolder})));
    core_.problems.sweep(core_.disk.problem_files);
  }
  if (core_.disk.present && core_.disk.marked && carries_mark(core_.options.root)) return true;
  seen_ = false;
  auto refusal = find_absences(core_.disk, core_.ledger).refusal;
  if (refusal.empty()) refusal = "The folder of the library was removed. Make it again, or start Weighhouse anew.";
  core_.problems.set(kWhole, refusal);
  return false;
}

std::vector<DiskEntry> Look::find_news() {
  const std::scoped_lock lock{core_.turn};
  std::vector<DiskEntry> news;
  for (const auto& [key, entry] : core_.disk.entries) {
    const LedgerEntry* known = core_.ledger.find(key);
    if (known == nullptr || !entry.obstacle.empty() || !difference(entry, *known).none()) news.push_back(entry);
  }
  // v1.0 before v2.0 and v9 before v10: the newest is to be current.
  std::stable_sort(news.begin(), news.end(), [](const DiskEntry& a, const DiskEntry& b) {
    return ::strverscmp(a.key.c_str(), b.key.c_str()) < 0;
  });
  return news;
}

bool Look::is_settled(const DiskEntry& entry, std::int64_t kernel_now_ns) {
  return settler_.is_settled(entry.key, print_of(entry), core_.clock.now(), entry.changed_ns, kernel_now_ns);
}

void Look::wait_for(const std::string& key, const std::string& place, ScanReport& report) {
  pending_[key] = place;
  report.pending.push_back(key);
}

// True while something that is no model yet has not stood still: a folder that is missing may be on its way.
bool Look::take_news(const Absences& absences, std::int64_t kernel_now_ns, ScanReport& report) {
  bool more_may_come = false;
  const bool registry_moves = pending_.contains("registry.json");
  std::set<std::string> keys;
  for (const DiskEntry& entry : find_news()) {
    if (core_.stopping) return true;
    keys.insert(entry.key);
    const auto refused = refused_.find(entry.key);
    if (refused != refused_.end() && refused->second == print_of(entry)) continue;
    bool known = false;
    {
      const std::scoped_lock lock{core_.turn};
      known = core_.ledger.find(entry.key) != nullptr;
    }
    // A file that registry.json speaks of gets its number from there.
    const bool must_wait = !is_settled(entry, kernel_now_ns) || (entry.loose && !known && registry_moves);
    if (must_wait) {
      if (entry.files.empty() && !known) continue;
      more_may_come = more_may_come || !known;
      wait_for(entry.key, place_of(entry), report);
      continue;
    }
    if (entry.loose && !known && registry_.owns(entry)) continue;
    const auto outcome = take_in_.take(entry, absences.vanished, report);
    refused_.erase(entry.key);
    if (outcome == TakeIn::Outcome::kRefused) refused_.insert_or_assign(entry.key, print_of(entry));
    if (outcome == TakeIn::Outcome::kLater) wait_for(entry.key, place_of(entry), report);
    if (core_.problems.has(entry.key)) reported_.insert(entry.key);
    if (outcome == TakeIn::Outcome::kDone) settler_.forget(entry.key);
  }
  for (const std::string& key : absences.vanished) keys.insert(key);
  settler_.keep_only(keys);
  std::erase_if(refused_, [&](const auto& item) { return !keys.contains(item.first); });
  return more_may_come;
}

void Look::take_absences(const Absences& absences, std::int64_t kernel_now_ns, Removals removals, bool more_may_come,
                         ScanReport& report) {
  if (!absences.refusal.empty() && removals == Removals::kGuarded) {
    core_.problems.set(kWhole, absences.refusal);
    return;
  }
  core_.problems.clear(kWhole);
  for (const std::string& key : absences.vanished) {
    std::int64_t changed_ns = 0;
    {
      const std::scoped_lock lock{core_.turn};
      if (core_.ledger.find(key) == nullptr) continue;  // it was renamed
      if (const auto found = core_.disk.namespaces.find(key.substr(0, key.find('/')));
          found != core_.disk.namespaces.end())
        changed_ns = found->second;
    }
    const auto refused = refused_.find(key);
    const Digest gone = Digest::of("gone");
    if (refused != refused_.end() && refused->second == gone && removals == Removals::kGuarded) continue;
    const bool settled =
        settler_.is_settled(key, gone, core_.clock.now(), changed_ns, kernel_now_ns) || removals == Removals::kAccepted;
    if (!settled || more_may_come) {
      wait_for(key, key.substr(0, key.find('/')), report);
      continue;
    }
    if (take_in_.trash(key, report) == TakeIn::Outcome::kRefused) {
      refused_.insert_or_assign(key, gone);
      reported_.insert(key);
    }
  }
}

void Look::report_oddities() {
  std::map<std::string, std::string> now;
  {
    const std::scoped_lock lock{core_.turn};
    now = core_.disk.oddities;
  }
  for (const auto& [path, message] : oddities_) {
    if (!now.contains(path)) core_.problems.clear(path);
  }
  for (const auto& [path, message] : now) core_.problems.set(path, message);
  oddities_ = std::move(now);
}

// A problem is over when what had it is as it should be, or is gone for good.
void Look::forget_mended() {
  for (auto key = reported_.begin(); key != reported_.end();) {
    bool over = false;
    {
      const std::scoped_lock lock{core_.turn};
      const auto entry = core_.disk.entries.find(*key);
      const LedgerEntry* known = core_.ledger.find(*key);
      if (entry == core_.disk.entries.end()) {
        over = known == nullptr;
      } else {
        over = known == nullptr ? entry->second.files.empty() && entry->second.obstacle.empty()
                                : entry->second.obstacle.empty() && difference(entry->second, *known).none();
      }
    }
    if (over) core_.problems.clear(*key);
    key = over ? reported_.erase(key) : std::next(key);
  }
}

// The history tells what changed while nobody told us: before a start, after a crash, by our own doing.
Result<> Look::catch_up() {
  std::set<ModelId> changed;
  std::int64_t newest = 0;
  TRY(core_.services.metadata.read([&](Transaction& rows) -> Result<> {
    changed.clear();
    const auto note = TRY(rows.find_note(kSeenNote));
    const std::int64_t seen = note ? parse_int(*note).value_or(0) : 0;
    registry::EventQuery query{.length = kEventPage};
    newest = seen;
    for (std::size_t events_seen = 0; events_seen < kMostEvents; events_seen += kEventPage) {
      const auto events = TRY(rows.list_events(query));
      for (const auto& event : events) {
        newest = std::max(newest, event.sequence);
        if (event.sequence > seen && event.model) changed.insert(*event.model);
      }
      if (events.size() < kEventPage || events.back().sequence <= seen) return {};
      query.before_sequence = events.back().sequence;
    }
    return {};
  }));
  if (changed.empty()) return {};
  const std::vector<ModelId> models{changed.begin(), changed.end()};
  for (const ModelId& model : models) {
    log_failure("a model's folder is not in step yet", put_out_.bring_in_step(model));
  }
  log_failure("registry.json could not be written", registry_.write(models));
  return core_.services.metadata.transact(
      [&](Transaction& rows) { return rows.put_note(kSeenNote, std::to_string(newest)); });
}

// Folders that a person had changed when we wanted to write them: by now that is taken in, or reported.
void Look::finish_behind() {
  std::vector<ModelId> behind;
  {
    const std::scoped_lock lock{core_.turn};
    behind.assign(core_.behind.begin(), core_.behind.end());
  }
  for (const ModelId& model : behind) {
    const auto done = put_out_.bring_in_step(model);
    const auto ref = core_.services.metadata.read_value<std::string>([&](Transaction& rows) -> Result<std::string> {
      const auto found = TRY(rows.find_model_by_id(model));
      return found ? found->reference() : std::string{};
    });
    if (!ref || ref->empty()) continue;
    if (done) {
      if (behind_.erase(*ref) > 0) core_.problems.clear(*ref);
    } else if (pending_.empty()) {
      if (!core_.problems.has(*ref)) core_.problems.set(*ref, done.error().message);
      behind_.insert(*ref);
    }
  }
}

void Look::changed(const ModelId& model) {
  log_failure("a model's folder could not be written yet", put_out_.bring_in_step(model));
  log_failure("registry.json could not be written", registry_.write({model}));
}

}  // namespace weighhouse::library
