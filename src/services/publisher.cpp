#include "services/publisher.h"

#include <algorithm>

#include "base/id.h"
#include "registry/manifest.h"
#include "services/files.h"
#include "services/gates.h"
#include "services/metadata.h"
#include "services/texts.h"

namespace weighhouse::services {

using registry::Blob;
using registry::File;
using registry::Kind;
using registry::Model;
using registry::ModelRef;
using registry::Transaction;
using registry::Version;
using registry::VersionNumber;

namespace {

constexpr std::size_t kMetadataBytes = std::size_t{1} << 20U;

// What was asked for, before anything is known of the bytes.
std::vector<File> named_files(const NewVersion& version) {
  std::vector<File> files;
  for (const auto& [path, digest] : version.files) files.push_back({path, digest});
  return files;
}

// A version whose metadata came as a file beside the weights: the file is read and leaves the manifest, for
// it is rendered from the metadata whenever it is handed out.
Result<> take_metadata_file(const store::BlobStore& blobs, NewVersion& version) {
  if (version.metadata) return {};
  std::vector<std::string> names;
  for (const auto& [path, digest] : version.files) {
    if (path.text().find('/') == std::string::npos) names.push_back(path.text());
  }
  const auto pair = find_pair(names);
  if (!pair) return {};
  for (auto file = version.files.begin(); file != version.files.end(); ++file) {
    if (file->first.text() != pair->metadata) continue;
    const auto bytes = TRY(blobs.open(file->second));
    version.metadata = TRY(read_all(*bytes, kMetadataBytes));
    version.files.erase(file);
    break;
  }
  return {};
}

std::vector<Digest> digests_of(const NewVersion& version) {
  std::vector<Digest> digests;
  for (const auto& [path, digest] : version.files) digests.push_back(digest);
  return digests;
}

Result<> require_present(Transaction& rows, const Caller& caller, const std::vector<Digest>& digests, Timestamp now) {
  const auto absent = TRY(rows.absent(digests, caller.identity.name, caller.identity.namespace_pattern, now));
  if (absent.empty()) return {};
  std::vector<std::string> names;
  for (const Digest& digest : absent) names.push_back(digest.to_string());
  return fail(ErrorCode::kFailedPrecondition,
              std::to_string(absent.size()) + " of the files are not here yet, the first is " + names.front() +
                  ". Upload them with PUT /api/blobs/{digest} or POST /api/uploads, then publish again.",
              {{"absent", names}});
}

}  // namespace

Result<Model> Publisher::create_model(const Caller& caller, Model model,
                                      const std::vector<std::pair<std::string, std::string>>& tags) {
  TRY(require_namespace(caller, model.name_space));
  TRY(require_line("display name", model.display_name));
  TRY(require_text("description", model.description));
  TRY(require_line("licence", model.licence));
  for (const auto& [key, value] : tags) TRY(require_tag(key, value));
  const Timestamp now = clock_.now();
  model.id = {new_ulid(now)};
  model.created_at = model.updated_at = now;
  model.created_by = model.updated_by = caller.identity.name;
  TRY(metadata_.transact([&](Transaction& rows) -> Result<> {
    TRY(rows.add_model(model));
    for (const auto& [key, value] : tags) TRY(rows.put_tag(model.id, key, value));
    return record(rows, caller, now, {.action = "model.created", .model = &model});
  }));
  return model;
}

namespace {

struct Publication {
  Caller caller;
  ModelRef ref;
  NewVersion version;
  std::vector<Digest> uploaded;  // what became metadata among them
  MetadataFacts facts;
  std::vector<registry::Metric> metrics;
  Timestamp now;

  void date(Timestamp at);
  Result<Published> write(Transaction& rows) const;

 private:
  Result<> settle_model(Transaction& rows, Published& published) const;
  Result<> move_aliases(Transaction& rows, const Published& published) const;
};

void Publication::date(Timestamp at) {
  now = at;
  for (auto& metric : metrics) metric.created_at = at;
}

// Finds the model, or makes it; takes over the kind where the model has no version yet.
Result<> Publication::settle_model(Transaction& rows, Published& published) const {
  auto& model = published.model;
  const auto existing = TRY(rows.find_model(ref));
  published.created_model = !existing;
  const auto kind = version.kind ? version.kind : facts.kind;
  if (!existing) {
    TRY(require_namespace(caller, model.name_space));
    model.id = {new_ulid(now)};
    model.created_at = facts.created_at && *facts.created_at < now ? *facts.created_at : now;
    model.updated_at = now;
    model.created_by = caller.identity.name;
    model.display_name = facts.display_name;
    model.kind = kind.value_or(Kind::kOther);
    model.in_library = version.in_library;
    TRY(rows.add_model(model));
    return record(rows, caller, now, {.action = "model.created", .model = &model});
  }
  model = TRY(visible_model(rows, caller, ref));
  if (kind && *kind != model.kind && model.last_version > 0) {
    return fail(ErrorCode::kFailedPrecondition,
                "\"" + model.reference() + "\" is a " + std::string{to_string(model.kind)} + "; a " +
                    std::string{to_string(*kind)} + " needs a model of its own. Choose another name.");
  }
  const bool takes_kind = kind && model.last_version == 0;
  const bool enters_library = version.in_library && !model.in_library;
  if (!takes_kind && !enters_library) return {};
  if (takes_kind) model.kind = *kind;
  model.in_library = model.in_library || version.in_library;
  return rows.update_model(model);
}

Result<> Publication::move_aliases(Transaction& rows, const Published& published) const {
  const auto number = published.version.number;
  const auto moved = [&](const std::string& subject, const std::string& from) {
    return record(rows, caller, now,
                  {.action = "alias.moved",
                   .model = &published.model,
                   .version = number,
                   .subject = subject,
                   .details = "{\"from\":" + from + ",\"to\":" + std::to_string(number.value()) + "}"});
  };
  const auto& current = published.model.current;
  if (!published.model.current_held || !current) {
    TRY(moved("current", current ? std::to_string(current->value()) : "null"));
  }
  for (const auto& alias : version.aliases) {
    std::vector<EvaluationPair> missing;  // nobody evaluated what is new
    TRY(require_gates(published.model, alias, number,
                      TRY(judge_gates(rows, published.model, alias, number, {}, missing))));
    const auto before = TRY(rows.find_alias(published.model.id, alias));
    TRY(rows.put_alias(published.model.id,
                       {.name = alias, .number = number, .moved_at = now, .moved_by = caller.identity.name}));
    TRY(moved(alias.text(), before ? std::to_string(before->number.value()) : "null"));
  }
  return {};
}

Result<Published> Publication::write(Transaction& rows) const {
  Published published{
      .model = Model{.id = {}, .name_space = ref.name_space.value_or(registry::Namespace::custom()), .name = ref.name},
      .version = {}};
  const auto digests = digests_of(version);
  TRY(require_present(rows, caller, digests, now));
  TRY(settle_model(rows, published));

  std::vector<File> files;
  std::uint64_t size_bytes = 0;
  for (const auto& [path, digest] : version.files) {
    const auto blob = TRY(rows.find_blob(digest));
    check(blob.has_value(), "a blob that was found present has a row");
    files.push_back({path, digest, blob->size_bytes, blob->format, guess_role(path, blob->format)});
    size_bytes += blob->size_bytes;
  }
  const auto number = TRY(rows.take_number(published.model.id));
  published.version = Version{.model = published.model.id,
                              .number = number,
                              .label = version.label,
                              .remote_version = version.remote_version,
                              .manifest = registry::manifest_digest(files),
                              .size_bytes = size_bytes,
                              .file_count = static_cast<std::int64_t>(files.size()),
                              .metadata = version.metadata.value_or("{}"),
                              .notes = version.notes,
                              .origin = version.origin,
                              .created_at = now,
                              .created_by = caller.identity.name};
  TRY(rows.add_version(published.version, files));
  TRY(rows.add_metrics(published.model.id, number, metrics));
  // What went into the metadata needs no blob of its own any more.
  TRY(rows.drop_leases(uploaded, caller.identity.name));
  TRY(record(rows, caller, now, {.action = "version.created", .model = &published.model, .version = number}));
  TRY(move_aliases(rows, published));
  published.model = TRY(rows.find_model_by_id(published.model.id)).value();
  return published;
}

}  // namespace

Result<Publisher::Write> Publisher::prepare(const Caller& caller, const ModelRef& ref, NewVersion version) {
  TRY(registry::check_files(named_files(version)));
  auto uploaded = digests_of(version);
  const Timestamp now = clock_.now();
  TRY(metadata_.read([&](Transaction& rows) { return require_present(rows, caller, uploaded, now); }));
  TRY(take_metadata_file(blobs_, version));
  if (version.files.empty()) {
    return fail(ErrorCode::kInvalidArgument, "A version needs at least one file besides its metadata.");
  }
  auto facts = TRY(read_metadata(version.metadata.value_or("{}")));
  auto metrics = version.metrics;
  // What was said of the version outweighs what its record says.
  for (const auto& metric : facts.metrics) {
    const bool said = std::any_of(version.metrics.begin(), version.metrics.end(), [&](const registry::Metric& one) {
      return one.name == metric.name && one.class_name.empty() && one.slice.empty();
    });
    if (!said) metrics.push_back(metric);
  }
  Publication publication{caller, ref, std::move(version), std::move(uploaded), std::move(facts), std::move(metrics),
                          now};
  return Write{[this, publication = std::move(publication)](Transaction& rows) mutable {
    publication.date(clock_.now());  // of the transaction that succeeds: the history is told in that order
    return publication.write(rows);
  }};
}

Result<Published> Publisher::publish(const Caller& caller, const ModelRef& ref, NewVersion version) {
  const auto write = TRY(prepare(caller, ref, std::move(version)));
  return metadata_.transact_value<Published>(write);
}

}  // namespace weighhouse::services
