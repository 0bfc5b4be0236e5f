#include <array>
#include <memory>
#include <set>

#include "base/file.h"
#include "services/backup.h"
#include "services/detail/backup_layout.h"

namespace weighhouse::services {

using registry::Blob;
using registry::MetadataStore;
using registry::Model;
using registry::Transaction;

namespace {

constexpr std::size_t kEventPage = 1000;
constexpr std::size_t kEvaluationPage = 1000;

// A version as the backup has it.
struct SavedVersion {
  registry::Version version;
  std::vector<registry::File> files;
  std::vector<registry::Metric> metrics;
  std::vector<registry::DerivedFile> derived;
};

// What an alias demands.
struct SavedGates {
  registry::VersionWord alias;
  std::vector<std::string> rules;
};

// A model with all that belongs to it, except what was in the trash.
struct SavedModel {
  Model model;
  std::vector<SavedVersion> versions{};
  std::vector<registry::Alias> aliases{};
  std::vector<std::pair<std::string, std::string>> tags{};
  std::vector<SavedGates> gates{};
  std::vector<registry::Event> events{};            // newest first
  std::vector<registry::Evaluation> evaluations{};  // newest first, of versions that are saved
  std::vector<Blob> blobs{};
};

Result<std::vector<registry::Event>> load_events(Transaction& rows, const registry::ModelId& model) {
  std::vector<registry::Event> all;
  registry::EventQuery history{.model = model, .length = kEventPage};
  for (;;) {
    const auto events = TRY(rows.list_events(history));
    all.insert(all.end(), events.begin(), events.end());
    if (events.size() < kEventPage) return all;
    history.before_sequence = events.back().sequence;
  }
}

// Rules outlive their alias and may precede it, so the events tell where to look.
Result<std::vector<SavedGates>> load_gates(Transaction& rows, const SavedModel& saved) {
  std::set<std::string> aliases;
  for (const auto& event : saved.events) {
    if (event.action == "gates.changed") aliases.insert(event.subject);
  }
  std::vector<SavedGates> gates;
  for (const auto& alias : aliases) {
    auto word = TRY(registry::VersionWord::parse(alias));
    auto rules = TRY(rows.list_gates(saved.model.id, word));
    if (!rules.empty()) gates.push_back({std::move(word), std::move(rules)});
  }
  return gates;
}

Result<std::vector<registry::Evaluation>> load_evaluations(Transaction& rows, const registry::ModelId& model,
                                                           registry::VersionNumber number) {
  std::vector<registry::Evaluation> all;
  registry::EvaluationQuery query{.model = model, .number = number, .length = kEvaluationPage};
  for (;;) {
    const auto page = TRY(rows.list_evaluations(query));
    all.insert(all.end(), page.begin(), page.end());
    if (page.size() < kEvaluationPage) return all;
    query.before_id = page.back().id;
  }
}

Result<SavedModel> load(Transaction& rows, const Model& model) {
  SavedModel saved{.model = model};
  const auto save_blob = [&](const Digest& digest) -> Result<> {
    if (const auto blob = TRY(rows.find_blob(digest))) saved.blobs.push_back(*blob);
    return {};
  };
  saved.aliases = TRY(rows.list_aliases(model.id));
  saved.tags = TRY(rows.list_tags(model.id));
  for (const auto& version : TRY(rows.list_all_versions(model.id))) {
    if (version.purged_at || version.deleted_at) continue;
    auto files = TRY(rows.list_files(model.id, version.number));
    auto metrics = TRY(rows.list_metrics(model.id, version.number));
    auto derived = TRY(rows.list_derived_files(model.id, version.number));
    for (const auto& file : files) TRY(save_blob(file.digest));
    for (const auto& made : derived) TRY(save_blob(made.file.digest));
    saved.versions.push_back({version, std::move(files), std::move(metrics), std::move(derived)});
    for (const auto& evaluation : TRY(load_evaluations(rows, model.id, version.number))) {
      TRY(save_blob(evaluation.data));
      TRY(save_blob(evaluation.predictions));
      saved.evaluations.push_back(evaluation);
    }
  }
  saved.events = TRY(load_events(rows, model.id));
  saved.gates = TRY(load_gates(rows, saved));
  return saved;
}

// Why a model of the backup cannot be brought back, or nothing.
Result<std::string> obstacle(Transaction& rows, const Model& model) {
  const auto same = TRY(rows.find_model_by_id(model.id));
  if (same && same->deleted_at) return std::string{"it is in the trash here; restore it from there"};
  if (same) return std::string{"it is here already"};
  const auto namesake = TRY(rows.find_model(model.name_space, model.name));
  return std::string{namesake ? "another model has that name" : ""};
}

// The bytes it copied; 0 when they were here.
Result<std::uint64_t> bring_blob(store::BlobStore& blobs, const std::string& directory, const Blob& blob) {
  if (TRY(blobs.find(blob.digest))) return 0;
  const auto file = TRY(FileAccess::open(backup_blob_path(directory, blob.digest)));
  const auto session = TRY(blobs.upload({.declared = blob.digest, .size_bytes = blob.size_bytes}));
  std::vector<std::byte> buffer(std::size_t{1} << 20U);
  for (std::uint64_t offset = 0;;) {
    const auto count = TRY(file.read_at(offset, buffer));
    if (count == 0) break;
    TRY(session->append(std::span{buffer}.first(count)));
    offset += count;
  }
  TRY(session->commit());
  return blob.size_bytes;
}

Result<> insert_blobs(Transaction& rows, const store::BlobStore& blobs, const std::vector<Blob>& saved) {
  for (Blob blob : saved) {
    const auto info = TRY(blobs.find(blob.digest));
    check(info.has_value(), "a blob that was just brought back is there");
    blob.modified_ns = info->modified_ns;
    blob.inode = info->inode;
    TRY(rows.put_blob(blob));
  }
  return {};
}

Result<> insert_model(Transaction& rows, const SavedModel& saved, Timestamp now, const Caller& caller) {
  Model fresh = saved.model;
  fresh.current.reset();
  fresh.current_held = false;
  fresh.last_version = fresh.version_count = 0;
  fresh.size_bytes = 0;
  TRY(rows.add_model(fresh));
  for (const auto& one : saved.versions) {
    // Numbers keep their gaps: what was purged before the backup stays taken.
    while (TRY(rows.take_number(fresh.id)) < one.version.number) {
    }
    TRY(rows.add_version(one.version, one.files));
    TRY(rows.add_metrics(fresh.id, one.version.number, one.metrics));
    for (const auto& derived : one.derived) TRY(rows.put_derived_file(fresh.id, one.version.number, derived));
  }
  for (const auto& evaluation : saved.evaluations) TRY(rows.add_evaluation(evaluation));
  for (const auto& alias : saved.aliases) TRY(rows.put_alias(fresh.id, alias));
  if (saved.model.current) {
    TRY(rows.put_alias(fresh.id, {.name = registry::VersionWord::current(),
                                  .number = *saved.model.current,
                                  .held = saved.model.current_held,
                                  .moved_at = now,
                                  .moved_by = caller.identity.name}));
  }
  for (const auto& gates : saved.gates) TRY(rows.put_gates(fresh.id, gates.alias, gates.rules));
  for (const auto& [key, value] : saved.tags) TRY(rows.put_tag(fresh.id, key, value));
  for (auto event = saved.events.rbegin(); event != saved.events.rend(); ++event) TRY(rows.append_event(*event));
  return record(rows, caller, now, {.action = "model.restored_from_backup", .model = &fresh});
}

// A copy of the copy: opening may migrate it, and a backup stays as it was.
Result<std::unique_ptr<MetadataStore>> open_working_copy(const std::string& database, const std::string& folder,
                                                         const Backup::OpenCopy& open_copy) {
  const std::string working = join_path(folder, kBackupDatabase);
  const auto source = TRY(FileAccess::open(database));
  const auto target = TRY(open_file(working, OpenMode::kCreateNew));
  std::vector<std::byte> buffer(std::size_t{1} << 20U);
  for (std::uint64_t offset = 0;;) {
    const auto count = TRY(source.read_at(offset, buffer));
    if (count == 0) break;
    TRY(write_all(target.get(), {reinterpret_cast<const char*>(buffer.data()), count}, working));
    offset += count;
  }
  return open_copy(working);
}

}  // namespace

Result<Backup::Restored> Backup::restore(const Caller& caller, const std::string& directory, const Progress& progress) {
  const std::string database = join_path(directory, kBackupDatabase);
  if (!path_exists(database)) {
    return fail(ErrorCode::kNotFound, "\"" + directory + "\" is no backup: it has no " + kBackupDatabase + ".");
  }
  const auto scratch = TRY(TemporaryDirectory::create());
  const auto copy = TRY(open_working_copy(database, scratch.path(), open_copy_));
  const auto all = TRY(
      copy->read_value<registry::StorageTotals>([&](Transaction& rows) { return rows.storage_totals(clock_.now()); }));

  Restored restored;
  std::uint64_t done_bytes = 0;
  const auto restore_one = [&](const Model& model) -> Result<> {
    const auto reason =
        TRY(metadata_.read_value<std::string>([&](Transaction& rows) { return obstacle(rows, model); }));
    if (!reason.empty()) {
      restored.skipped.push_back(model.reference() + ": " + reason);
      return {};
    }
    const auto saved = TRY(copy->read_value<SavedModel>([&](Transaction& rows) { return load(rows, model); }));
    for (const auto& blob : saved.blobs) {
      restored.copied_bytes += TRY(bring_blob(blobs_, directory, blob));
      done_bytes += blob.size_bytes;
      if (!progress(done_bytes, all.stored_bytes, "restoring")) {
        return fail(ErrorCode::kCancelled, "The restore was cancelled; the models it finished stay.");
      }
    }
    TRY(metadata_.transact([&](Transaction& rows) -> Result<> {
      TRY(insert_blobs(rows, blobs_, saved.blobs));
      return insert_model(rows, saved, clock_.now(), caller);
    }));
    ++restored.models;
    restored.versions += saved.versions.size();
    return {};
  };

  registry::ModelQuery query{.length = 200};
  query.order = TRY(registry::parse_order("name"));
  for (;;) {
    const auto page = TRY(copy->read_value<registry::Page<registry::ModelRow>>(
        [&](Transaction& rows) { return rows.list_models(query); }));
    for (const auto& row : page.items) TRY(restore_one(row.model));
    if (page.next_cursor.empty()) return restored;
    query.cursor = page.next_cursor;
  }
}

}  // namespace weighhouse::services
