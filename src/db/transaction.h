#pragma once

#include "db/connection.h"
#include "db/open.h"
#include "registry/metadata_store.h"

namespace weighhouse::db {

using namespace registry;  // this room speaks the registry's words throughout

// The rows of one transaction over a connection that is inside one. What it promises is said in
// registry/metadata_store.h. Each topic is a file: models.cpp, versions.cpp, …; each query is a constant
// above the one function that runs it.
class SqlTransaction final : public Transaction {
 public:
  SqlTransaction(Connection& connection, const ListLimits& lists) : db_(connection), lists_(lists) {}

  Result<> add_model(const Model& model) override;
  Result<std::optional<Model>> find_model(const Namespace& name_space, const ModelName& name) override;
  Result<std::optional<Model>> find_model(const ModelRef& ref) override;
  Result<Model> get_model(const ModelRef& ref) override;
  Result<std::optional<Model>> find_model_by_id(const ModelId& id) override;
  Result<> update_model(const Model& model) override;
  Result<Page<ModelRow>> list_models(const ModelQuery& query) override;
  Result<ModelRow> get_model_row(const ModelRef& ref) override;
  Result<VersionNumber> take_number(const ModelId& model) override;
  Result<> add_version(const Version& version, std::span<const File> files) override;
  Result<std::optional<Version>> find_version(const ModelId& model, VersionNumber number) override;
  Result<Version> get_version(const Model& model, const VersionRef& ref) override;
  Result<Page<Version>> list_versions(const ModelId& model, std::size_t length, std::string_view cursor) override;
  Result<std::vector<Version>> list_all_versions(const ModelId& model) override;
  Result<> update_version(const Version& version) override;
  Result<std::vector<File>> list_files(const ModelId& model, VersionNumber number) override;
  Result<std::vector<DerivedFile>> list_derived_files(const ModelId& model, VersionNumber number) override;
  Result<> put_derived_file(const ModelId& model, VersionNumber number, const DerivedFile& file) override;
  Result<> remove_derived_file(const ModelId& model, VersionNumber number, const FilePath& path) override;
  Result<std::optional<VersionNumber>> find_version_by_manifest(const ModelId& model, const Digest& manifest) override;
  Result<std::vector<Model>> find_models_by_manifest(const Digest& manifest) override;
  Result<std::vector<Alias>> list_aliases(const ModelId& model) override;
  Result<std::optional<Alias>> find_alias(const ModelId& model, const VersionWord& name) override;
  Result<> put_alias(const ModelId& model, const Alias& alias) override;
  Result<> remove_alias(const ModelId& model, const VersionWord& name) override;
  Result<std::vector<std::string>> list_gates(const ModelId& model, const VersionWord& alias) override;
  Result<> put_gates(const ModelId& model, const VersionWord& alias, std::span<const std::string> rules) override;
  Result<std::vector<std::pair<std::string, std::string>>> list_tags(const ModelId& model) override;
  Result<> put_tag(const ModelId& model, std::string_view key, std::string_view value) override;
  Result<> remove_tag(const ModelId& model, std::string_view key) override;
  Result<> add_metrics(const ModelId& model, VersionNumber number, std::span<const Metric> metrics) override;
  Result<std::vector<Metric>> list_metrics(const ModelId& model, VersionNumber number) override;
  Result<> add_evaluation(const Evaluation& evaluation) override;
  Result<std::optional<Evaluation>> find_evaluation(std::string_view id) override;
  Result<std::vector<Evaluation>> list_evaluations(const EvaluationQuery& query) override;
  Result<> remove_evaluation(std::string_view id) override;
  Result<> put_blob(const Blob& blob) override;
  Result<std::optional<Blob>> find_blob(const Digest& digest) override;
  Result<std::vector<Blob>> list_blobs(const std::optional<Digest>& after, std::size_t length) override;
  Result<> mark_verified(const Digest& digest, Timestamp at, std::string_view damage) override;
  Result<> put_lease(const Lease& lease) override;
  Result<std::vector<Digest>> absent(std::span<const Digest> digests, std::string_view owner,
                                     std::string_view namespace_pattern, Timestamp now) override;
  Result<> drop_leases(std::span<const Digest> digests, std::string_view owner) override;
  Result<> put_upload(const Upload& upload) override;
  Result<std::optional<Upload>> find_upload(std::string_view id) override;
  Result<> remove_upload(std::string_view id) override;
  Result<> add_dataset(const Dataset& dataset) override;
  Result<std::optional<Dataset>> find_dataset(const DatasetId& id) override;
  Result<std::optional<Dataset>> find_dataset_named(std::string_view name) override;
  Result<> update_dataset(const Dataset& dataset) override;
  Result<Page<Dataset>> list_datasets(const DatasetQuery& query) override;
  Result<TrashItem> trash_dataset(const Dataset& dataset, std::string_view trash_id, Timestamp now,
                                  std::string_view by) override;
  Result<> add_slice(const Slice& slice) override;
  Result<std::optional<Slice>> find_slice(const SliceId& id) override;
  Result<std::optional<Slice>> find_slice_named(const DatasetId& dataset, std::string_view name) override;
  Result<> update_slice(const Slice& slice) override;
  Result<Page<Slice>> list_slices(const SliceQuery& query) override;
  Result<TrashItem> trash_slice(const Slice& slice, std::string_view trash_id, Timestamp now,
                                std::string_view by) override;
  Result<std::vector<SliceUser>> list_slice_users(const SliceId& slice, std::size_t length) override;
  Result<> add_items(std::span<const Item> items) override;
  Result<std::optional<Item>> find_item(const ItemId& id) override;
  Result<std::optional<Item>> find_item_named(const DatasetId& dataset, std::string_view key) override;
  Result<> update_item(const Item& item) override;
  Result<> remove_item(const Item& item) override;
  Result<Page<Item>> list_items(const ItemQuery& query) override;
  Result<std::int64_t> put_in_slice(const Slice& slice, std::span<const ItemId> items) override;
  Result<std::int64_t> take_from_slice(const Slice& slice, std::span<const ItemId> items) override;
  Result<std::vector<std::pair<ItemId, Slice>>> list_slices_of_items(std::span<const ItemId> items) override;
  Result<> add_content(const Content& content) override;
  Result<std::optional<Content>> find_content(const ContentId& id) override;
  Result<std::optional<Content>> find_content_keyed(std::string_view key, std::optional<std::string_view> by) override;
  Result<Page<Content>> list_contents(std::size_t length, std::string_view cursor) override;
  Result<> put_content_file(const ContentId& id, const ContentFile& file) override;
  Result<std::vector<ContentFile>> list_content_files(const ContentId& id) override;
  Result<std::optional<ContentFile>> find_content_file(const ContentId& id, std::string_view name) override;
  Result<> remove_content(const ContentId& id) override;
  Result<std::optional<Training>> find_training(const ModelId& model) override;
  Result<> put_training(const ModelId& model, const Training& training) override;
  Result<std::optional<TrainingRow>> find_training_row(const ModelId& model) override;
  Result<std::vector<TrainedOn>> list_trained_on(const ModelId& model, VersionNumber number) override;
  Result<> put_trained_on(const ModelId& model, VersionNumber number, std::span<const SliceUse> slices) override;
  Result<> put_report(const TrainingReport& report) override;
  Result<> remove_report(const ModelId& model, std::string_view id) override;
  Result<std::vector<ClassMetric>> list_class_metrics(std::span<const ModelId> models, std::string_view name,
                                                      std::span<const std::string> classes) override;
  Result<std::string> find_meta(const ModelId& model) override;
  Result<> put_meta(const ModelId& model, std::string_view json) override;
  Result<std::vector<std::string>> list_referrers(const Digest& digest, std::size_t length) override;
  Result<> put_tensors(const Digest& blob, std::span<const TensorEntry> tensors) override;
  Result<std::uint64_t> shared_tensor_bytes(const Digest& blob) override;
  Result<TrashItem> trash_model(const Model& model, std::string_view trash_id, Timestamp now,
                                std::string_view by) override;
  Result<TrashItem> trash_version(const Model& model, VersionNumber number, std::string_view trash_id, Timestamp now,
                                  std::string_view by) override;
  Result<std::optional<TrashItem>> find_trash(std::string_view id) override;
  Result<Page<TrashItem>> list_trash(std::size_t length, std::string_view cursor) override;
  Result<std::vector<TrashItem>> list_trash_before(Timestamp deleted_before, std::size_t length) override;
  Result<> restore_trash(const TrashItem& item, Timestamp now, std::string_view by) override;
  Result<> purge_trash(const TrashItem& item, Timestamp now) override;
  Result<std::uint64_t> freed_by_purging(std::span<const std::string> trash_ids) override;
  Result<std::vector<Blob>> list_unreferenced(Timestamp now, std::size_t length) override;
  Result<bool> condemn(const Digest& digest, Timestamp now) override;
  Result<bool> mark_deleting(const Digest& digest, Timestamp now) override;
  Result<std::vector<Blob>> list_deleting(std::size_t length) override;
  Result<> remove_blob(const Digest& digest) override;
  Result<StorageTotals> storage_totals(Timestamp now) override;
  Result<std::vector<ModelStorage>> largest_models(std::size_t length) override;
  Result<> append_event(const Event& event) override;
  Result<std::vector<Event>> list_events(const EventQuery& query) override;
  Result<> put_job(const jobs::Job& job) override;
  Result<std::optional<jobs::Job>> find_job(std::string_view id) override;
  Result<std::vector<jobs::Job>> list_jobs(const jobs::JobQuery& query) override;
  Result<> put_publication(const Publication& publication, const File& weights) override;
  Result<bool> remove_publication(const ModelId& model, VersionNumber number, std::string_view channel) override;
  Result<std::vector<Offer>> list_offers(std::string_view channel) override;
  Result<std::optional<Offer>> find_offer(std::string_view channel, std::string_view offered_as,
                                          VersionNumber number) override;
  Result<std::optional<ModelId>> find_other_offering(std::string_view offered_as, const ModelId& model) override;
  Result<> put_source(const Source& source) override;
  Result<std::optional<Source>> find_source(std::string_view name) override;
  Result<Source> get_source(std::string_view name) override;
  Result<std::vector<Source>> list_sources() override;
  Result<> remove_source(std::string_view name) override;
  Result<> put_update_policy(const ModelPolicy& policy) override;
  Result<std::vector<ModelPolicy>> list_update_policies(std::string_view source) override;
  Result<> add_token(const auth::Token& token) override;
  Result<std::optional<auth::Token>> find_token(const Digest& secret_digest) override;
  Result<std::vector<auth::Token>> list_tokens() override;
  Result<> remove_token(std::string_view name) override;
  Result<> touch_token(std::string_view name, Timestamp at) override;
  Result<std::optional<std::string>> find_note(std::string_view key) override;
  Result<> put_note(std::string_view key, std::string_view value) override;
  Result<> put_passing_note(std::string_view key, std::string_view value, Timestamp expires_at) override;
  Result<std::size_t> remove_expired_notes(Timestamp now, std::size_t length) override;
  Result<> remove_note(std::string_view key) override;

 private:
  Result<> put_slices(const Model& model, std::int64_t number, std::span<const SliceUse> slices, bool is_over);
  Result<> restore_data(const TrashItem& item);
  Result<> purge_data(const TrashItem& item);

  Connection& db_;
  const ListLimits lists_;
};

}  // namespace weighhouse::db
