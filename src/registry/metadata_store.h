#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "auth/token.h"
#include "base/digest.h"
#include "base/result.h"
#include "base/time.h"
#include "jobs/job.h"
#include "registry/data_rows.h"
#include "registry/evaluation.h"
#include "registry/filter.h"
#include "registry/model.h"
#include "registry/page.h"

namespace weighhouse::registry {

struct ModelPolicy;  // source.h
struct Offer;        // publication.h
struct Publication;
struct Source;

// What lists show of a model, from one query: no list asks again for each of its rows.
struct ModelRow {
  Model model;
  std::optional<Version> current{};         // its files are not part of it
  std::map<std::string, double> metrics{};  // of the current version, without the optional parts
  std::vector<std::pair<std::string, std::string>> tags{};
  std::vector<Alias> aliases{};               // `current` is not among them
  std::vector<std::string> formats{};         // of the current version's and its derived files, each once
  std::optional<std::uint64_t> onnx_bytes{};  // of the current version's ONNX file, derived or not
  std::optional<TrainingRow> training{};      // where somebody said one
  std::string meta{};                         // the model's own, any JSON; empty for none
};

struct ModelQuery {
  Filter filter{};
  std::vector<OrderKey> order{};        // newest first when empty
  std::size_t length = 100;             // at most 1,000
  std::string cursor{};                 // as a page gave it; kInvalidArgument when it belongs to another query
  std::string namespace_pattern = "*";  // what the caller may see
  bool count = false;                   // tell the total even where that takes counting, within the time of a list
};

// A row per blob that exists for the registry: there is never a row without its bytes.
enum class BlobState : std::uint8_t { kLive, kCondemned, kDeleting };
struct Blob {
  Digest digest;
  std::uint64_t size_bytes = 0;
  std::uint32_t crc32 = 0;
  std::int64_t modified_ns = 0;
  std::uint64_t inode = 0;
  BlobState state = BlobState::kLive;
  std::string format{};
  Timestamp created_at{};
  std::optional<Timestamp> verified_at{};
  std::string damage{};  // what the last verification found; empty for nothing
};

// Keeps the collector away from a blob that no version refers to yet. Its owner may publish it.
struct Lease {
  Digest digest;
  std::string owner;
  Timestamp expires_at;
};

// An upload in progress, on the registry's side: who began it and what was said of it.
struct Upload {
  std::string id;
  std::string owner;
  std::string name{};
  std::optional<std::uint64_t> size_bytes{};
  std::optional<Digest> declared{};
  Timestamp created_at{};
  std::optional<Digest> finished{};  // the blob that it becomes, noted before the bytes take their place
};

struct TensorEntry {
  Digest blob;
  std::string name;
  std::string hash;  // XXH3-128, 32 hex digits
  std::uint64_t size_bytes = 0;
};

struct TrashItem {
  std::string id;  // of the trash entry, a ULID
  ModelId model;
  std::string reference;                   // namespace/name or namespace/name@number, as it was; or a data's name
  std::optional<VersionNumber> version{};  // absent: the whole model
  Timestamp deleted_at{};
  std::string deleted_by{};
  std::uint64_t size_bytes = 0;
  std::optional<DatasetId> dataset{};  // this dataset, or one of its slices: then there is no model
  std::optional<SliceId> slice{};
  bool is_data() const { return dataset.has_value(); }
};

struct StorageTotals {
  std::int64_t models = 0, versions = 0, blobs = 0;
  std::uint64_t referenced_bytes = 0;  // what all versions' files add up to
  std::uint64_t stored_bytes = 0;      // what their blobs take, each once
  std::uint64_t trashed_bytes = 0;     // only trash refers to these
  std::uint64_t unreferenced_bytes = 0;
};
struct ModelStorage {
  ModelId model;
  std::string reference;
  std::uint64_t size_bytes = 0;
  std::uint64_t unique_bytes = 0;  // what deleting and purging it would free
};

struct EventQuery {
  std::optional<ModelId> model{};
  std::string action{};  // exact, or "alias.*"
  std::string subject{};
  std::optional<Timestamp> before{};
  std::size_t length = 100;
  std::optional<std::int64_t> before_sequence{};  // newest first
};

// The rows of one transaction. Every method that changes something leaves the counters, the current
// version's metrics, the search index and the flattened metadata in step; none appends events but
// `append_event`. "get" fails with kNotFound naming the thing; "find" may have nothing. Models, versions
// in trash are invisible to all but the trash methods and `find_model_by_id`.
class Transaction : public DataRows, public ContentRows, public TrainingRows {
 public:
  // Models
  virtual Result<> add_model(const Model& model) = 0;  // kAlreadyExists, ignoring case
  virtual Result<std::optional<Model>> find_model(const Namespace& name_space, const ModelName& name) = 0;
  // Without a namespace: `custom`, then `default`.
  virtual Result<std::optional<Model>> find_model(const ModelRef& ref) = 0;
  virtual Result<Model> get_model(const ModelRef& ref) = 0;
  virtual Result<std::optional<Model>> find_model_by_id(const ModelId& id) = 0;  // also in trash: see deleted_at
  // Writes names, kind, texts, pinned, in_library and updated_at; raises the revision. kAlreadyExists when a new name
  // is taken.
  virtual Result<> update_model(const Model& model) = 0;
  virtual Result<Page<ModelRow>> list_models(const ModelQuery& query) = 0;
  virtual Result<ModelRow> get_model_row(const ModelRef& ref) = 0;

  // Versions
  // The next number, from the model's counter.
  virtual Result<VersionNumber> take_number(const ModelId& model) = 0;
  // kAlreadyExists when the label is taken. Moves `current` unless it is held.
  virtual Result<> add_version(const Version& version, std::span<const File> files) = 0;
  virtual Result<std::optional<Version>> find_version(const ModelId& model, VersionNumber number) = 0;
  virtual Result<Version> get_version(const Model& model, const VersionRef& ref) = 0;
  virtual Result<Page<Version>> list_versions(const ModelId& model, std::size_t length,
                                              std::string_view cursor) = 0;  // newest first
  // Every number ever given, purged and trashed ones too, oldest first: for registry.json.
  virtual Result<std::vector<Version>> list_all_versions(const ModelId& model) = 0;
  // Writes label, notes, metadata, pinned, remote_version and origin.
  virtual Result<> update_version(const Version& version) = 0;
  virtual Result<std::vector<File>> list_files(const ModelId& model, VersionNumber number) = 0;
  virtual Result<std::vector<DerivedFile>> list_derived_files(const ModelId& model, VersionNumber number) = 0;
  virtual Result<> put_derived_file(const ModelId& model, VersionNumber number, const DerivedFile& file) = 0;
  virtual Result<> remove_derived_file(const ModelId& model, VersionNumber number, const FilePath& path) = 0;
  // A version of this model with exactly these files, if there is one: what a dropped folder is compared with.
  virtual Result<std::optional<VersionNumber>> find_version_by_manifest(const ModelId& model,
                                                                        const Digest& manifest) = 0;
  // Models (trash excluded) whose current version has this manifest: a renamed folder is found by it.
  virtual Result<std::vector<Model>> find_models_by_manifest(const Digest& manifest) = 0;

  // Aliases, tags, metrics
  virtual Result<std::vector<Alias>> list_aliases(const ModelId& model) = 0;  // without `current`
  virtual Result<std::optional<Alias>> find_alias(const ModelId& model, const VersionWord& name) = 0;  // `current` too
  // Moves or makes it; `current` too. kAlreadyExists when a label has that name.
  virtual Result<> put_alias(const ModelId& model, const Alias& alias) = 0;
  virtual Result<> remove_alias(const ModelId& model, const VersionWord& name) = 0;
  // The rules (gate.h) that an alias demands, in their order, whether it points anywhere yet or not.
  virtual Result<std::vector<std::string>> list_gates(const ModelId& model, const VersionWord& alias) = 0;
  virtual Result<> put_gates(const ModelId& model, const VersionWord& alias,
                             std::span<const std::string> rules) = 0;  // all of them: none removes those there are
  virtual Result<std::vector<std::pair<std::string, std::string>>> list_tags(const ModelId& model) = 0;
  virtual Result<> put_tag(const ModelId& model, std::string_view key, std::string_view value) = 0;
  virtual Result<> remove_tag(const ModelId& model, std::string_view key) = 0;
  virtual Result<> add_metrics(const ModelId& model, VersionNumber number, std::span<const Metric> metrics) = 0;
  virtual Result<std::vector<Metric>> list_metrics(const ModelId& model, VersionNumber number) = 0;

  // Evaluations. Their data and predictions are kept like derived files, though no list of files shows them.
  virtual Result<> add_evaluation(const Evaluation& evaluation) = 0;
  virtual Result<std::optional<Evaluation>> find_evaluation(std::string_view id) = 0;
  virtual Result<std::vector<Evaluation>> list_evaluations(const EvaluationQuery& query) = 0;  // newest first
  virtual Result<> remove_evaluation(std::string_view id) = 0;

  // Blobs, leases, uploads
  virtual Result<> put_blob(const Blob& blob) = 0;  // makes it, or refreshes all but its state; condemned becomes live
  virtual Result<std::optional<Blob>> find_blob(const Digest& digest) = 0;
  // Keyset over digests, for verification and rebuilding.
  virtual Result<std::vector<Blob>> list_blobs(const std::optional<Digest>& after, std::size_t length) = 0;
  virtual Result<> mark_verified(const Digest& digest, Timestamp at, std::string_view damage) = 0;
  virtual Result<> put_lease(const Lease& lease) = 0;  // the later expiry wins; a condemned blob becomes live
  // Those of `digests` that `owner` may not refer to: no live blob, or neither an unexpired lease of the owner nor a
  // version in a namespace of the pattern refers to it.
  virtual Result<std::vector<Digest>> absent(std::span<const Digest> digests, std::string_view owner,
                                             std::string_view namespace_pattern, Timestamp now) = 0;
  virtual Result<> drop_leases(std::span<const Digest> digests, std::string_view owner) = 0;
  virtual Result<> put_upload(const Upload& upload) = 0;
  virtual Result<std::optional<Upload>> find_upload(std::string_view id) = 0;
  virtual Result<> remove_upload(std::string_view id) = 0;
  // References (namespace/name@number, trash included) to a blob: at most `length`.
  virtual Result<std::vector<std::string>> list_referrers(const Digest& digest, std::size_t length) = 0;
  virtual Result<> put_tensors(const Digest& blob, std::span<const TensorEntry> tensors) = 0;
  // Bytes of `blob`'s tensors that other blobs hold too.
  virtual Result<std::uint64_t> shared_tensor_bytes(const Digest& blob) = 0;

  // Trash. Moving there hides; restoring brings back with aliases, tags and metrics.
  virtual Result<TrashItem> trash_model(const Model& model, std::string_view trash_id, Timestamp now,
                                        std::string_view by) = 0;
  // kFailedPrecondition when an alias other than `current` points at it. `current` moves to the newest version left.
  virtual Result<TrashItem> trash_version(const Model& model, VersionNumber number, std::string_view trash_id,
                                          Timestamp now, std::string_view by) = 0;
  virtual Result<std::optional<TrashItem>> find_trash(std::string_view id) = 0;
  virtual Result<Page<TrashItem>> list_trash(std::size_t length, std::string_view cursor) = 0;  // newest first
  virtual Result<std::vector<TrashItem>> list_trash_before(Timestamp deleted_before, std::size_t length) = 0;
  // kAlreadyExists when the name is taken again. Where `current` only moved because versions were deleted, and
  // nobody moved it since, it returns: to the version it stood on, and until that is back to the newest there is.
  virtual Result<> restore_trash(const TrashItem& item, Timestamp now, std::string_view by) = 0;
  // Ends it: rows of files go, numbers stay taken. Its blobs become collectable.
  virtual Result<> purge_trash(const TrashItem& item, Timestamp now) = 0;
  // Bytes that purging these items together would free.
  virtual Result<std::uint64_t> freed_by_purging(std::span<const std::string> trash_ids) = 0;

  // Collection: see services/collector.h for the order of steps
  virtual Result<std::vector<Blob>> list_unreferenced(
      Timestamp now, std::size_t length) = 0;  // neither files, derived files nor live leases
  virtual Result<bool> condemn(const Digest& digest,
                               Timestamp now) = 0;  // re-checks; false when something refers to it
  virtual Result<bool> mark_deleting(const Digest& digest, Timestamp now) = 0;  // re-checks
  virtual Result<std::vector<Blob>> list_deleting(std::size_t length) = 0;
  virtual Result<> remove_blob(const Digest& digest) = 0;
  virtual Result<StorageTotals> storage_totals(Timestamp now) = 0;
  virtual Result<std::vector<ModelStorage>> largest_models(std::size_t length) = 0;

  // Events
  virtual Result<> append_event(const Event& event) = 0;
  virtual Result<std::vector<Event>> list_events(const EventQuery& query) = 0;

  // Jobs
  virtual Result<> put_job(const jobs::Job& job) = 0;
  virtual Result<std::optional<jobs::Job>> find_job(std::string_view id) = 0;
  virtual Result<std::vector<jobs::Job>> list_jobs(const jobs::JobQuery& query) = 0;

  // Publications. `put` replaces what the same version said in the same channel.
  virtual Result<> put_publication(const Publication& publication, const File& weights) = 0;
  virtual Result<bool> remove_publication(const ModelId& model, VersionNumber number,
                                          std::string_view channel) = 0;  // false: there was none
  // By name and number; of every channel where none is given.
  virtual Result<std::vector<Offer>> list_offers(std::string_view channel) = 0;
  virtual Result<std::optional<Offer>> find_offer(std::string_view channel, std::string_view offered_as,
                                                  VersionNumber number) = 0;
  // Another model than this that is offered under the name.
  virtual Result<std::optional<ModelId>> find_other_offering(std::string_view offered_as, const ModelId& model) = 0;

  // Sources, by name
  virtual Result<> put_source(const Source& source) = 0;
  virtual Result<std::optional<Source>> find_source(std::string_view name) = 0;
  virtual Result<Source> get_source(std::string_view name) = 0;
  virtual Result<std::vector<Source>> list_sources() = 0;
  virtual Result<> remove_source(std::string_view name) = 0;  // and its models' policies
  virtual Result<> put_update_policy(const ModelPolicy& policy) = 0;
  virtual Result<std::vector<ModelPolicy>> list_update_policies(std::string_view source) = 0;

  // Tokens
  virtual Result<> add_token(const auth::Token& token) = 0;  // kAlreadyExists
  virtual Result<std::optional<auth::Token>> find_token(const Digest& secret_digest) = 0;
  virtual Result<std::vector<auth::Token>> list_tokens() = 0;
  virtual Result<> remove_token(std::string_view name) = 0;
  virtual Result<> touch_token(std::string_view name, Timestamp at) = 0;

  // Small texts by key: the library's last written registry.json, the highest time seen, answers by Idempotency-Key.
  virtual Result<std::optional<std::string>> find_note(std::string_view key) = 0;
  virtual Result<> put_note(std::string_view key, std::string_view value) = 0;
  // Good until `expires_at`: after that the next `remove_expired_notes` takes it, and tells how many it took.
  virtual Result<> put_passing_note(std::string_view key, std::string_view value, Timestamp expires_at) = 0;
  virtual Result<std::size_t> remove_expired_notes(Timestamp now, std::size_t length) = 0;
  virtual Result<> remove_note(std::string_view key) = 0;
};

// Keeps all rows of one installation. Safe from any thread. Every implementation passes
// metadata_store_contract.h.
class MetadataStore {
 public:
  virtual ~MetadataStore() = default;

  // Runs `work` in one durable transaction and commits when it succeeds; its failure rolls back and is
  // passed on. On a conflict `work` runs again: it touches only rows, and sets what it captures from scratch.
  virtual Result<> transact(const std::function<Result<>(Transaction&)>& work) = 0;
  // The same for reading: several at a time, each on one snapshot; writing in it is an invariant broken.
  virtual Result<> read(const std::function<Result<>(Transaction&)>& work) const = 0;

  // With a value:  auto model = TRY(store.read_value<Model>([&](auto& rows) { return rows.get_model(ref); }));
  template <class T, class Work>
  Result<T> transact_value(const Work& work) {
    std::optional<T> value;
    TRY(transact([&](Transaction& rows) -> Result<> {
      value.emplace(TRY(work(rows)));
      return {};
    }));
    return *std::move(value);
  }
  template <class T, class Work>
  Result<T> read_value(const Work& work) const {
    std::optional<T> value;
    TRY(read([&](Transaction& rows) -> Result<> {
      value.emplace(TRY(work(rows)));
      return {};
    }));
    return *std::move(value);
  }

  // A copy that is consistent at one moment, while others read and write.
  virtual Result<> copy_to(const std::string& path) const = 0;
  virtual std::string engine() const = 0;  // "sqlite", "postgresql"
};

}  // namespace weighhouse::registry
