#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "registry/dataset.h"
#include "registry/page.h"
#include "registry/training.h"

namespace weighhouse::registry {

struct TrashItem;

// What a list of datasets, slices or items asks for. All that is set has to fit; an empty one fits everything.
struct NameFilter {
  std::optional<std::string> contains{};  // anywhere in the name or key, ignoring case
  std::optional<std::vector<std::string>> ids{};
  std::optional<std::string> media_type{};  // of items: exact, or "audio/*"
  std::optional<std::string> name{};        // exact
  bool is_everything() const { return !contains && !ids && !media_type && !name; }
};

struct DatasetQuery {
  NameFilter must{};
  NameFilter must_not{};  // leaves out what fits all of it, unless that is everything
  std::optional<std::string> created_by{};
  std::size_t length = 100;  // at most 1,000
  std::string cursor{};      // kInvalidArgument when it belongs to another query
};
struct SliceQuery {
  DatasetId dataset;
  NameFilter must{};
  NameFilter must_not{};
  std::size_t length = 100;
  std::string cursor{};
};
struct ItemQuery {
  DatasetId dataset;
  std::optional<SliceId> slice{};
  NameFilter must{};
  NameFilter must_not{};
  std::size_t length = 100;
  std::string cursor{};
};

// Rows of datasets, slices and items. Counts stay in step. What is in trash is told by `find_dataset` and `find_slice`
// alone, with `deleted_at`.
class DataRows {
 public:
  virtual ~DataRows() = default;

  virtual Result<> add_dataset(const Dataset& dataset) = 0;  // kAlreadyExists when the name is taken
  virtual Result<std::optional<Dataset>> find_dataset(const DatasetId& id) = 0;
  virtual Result<std::optional<Dataset>> find_dataset_named(std::string_view name) = 0;
  // Writes name, description and who changed it when.
  virtual Result<> update_dataset(const Dataset& dataset) = 0;
  virtual Result<Page<Dataset>> list_datasets(const DatasetQuery& query) = 0;  // newest first
  // kFailedPrecondition while a model outside the trash belongs to it.
  virtual Result<TrashItem> trash_dataset(const Dataset& dataset, std::string_view trash_id, Timestamp now,
                                          std::string_view by) = 0;

  virtual Result<> add_slice(const Slice& slice) = 0;  // kAlreadyExists when the dataset has one of that name
  virtual Result<std::optional<Slice>> find_slice(const SliceId& id) = 0;
  virtual Result<std::optional<Slice>> find_slice_named(const DatasetId& dataset, std::string_view name) = 0;
  // Writes name, description, pinned and who changed it when.
  virtual Result<> update_slice(const Slice& slice) = 0;
  virtual Result<Page<Slice>> list_slices(const SliceQuery& query) = 0;  // newest first
  virtual Result<TrashItem> trash_slice(const Slice& slice, std::string_view trash_id, Timestamp now,
                                        std::string_view by) = 0;
  // Models and versions outside the trash that name it: at most `length`.
  virtual Result<std::vector<SliceUser>> list_slice_users(const SliceId& slice, std::size_t length) = 0;

  // kAlreadyExists names the first key that is there; refers to their blobs and contents.
  virtual Result<> add_items(std::span<const Item> items) = 0;
  virtual Result<std::optional<Item>> find_item(const ItemId& id) = 0;
  virtual Result<std::optional<Item>> find_item_named(const DatasetId& dataset, std::string_view key) = 0;
  virtual Result<> update_item(const Item& item) = 0;  // all but its dataset and creation
  virtual Result<> remove_item(const Item& item) = 0;
  virtual Result<Page<Item>> list_items(const ItemQuery& query) = 0;  // by key
  // How many were not in it before, or were. Items of another dataset are kInvalidArgument.
  virtual Result<std::int64_t> put_in_slice(const Slice& slice, std::span<const ItemId> items) = 0;
  virtual Result<std::int64_t> take_from_slice(const Slice& slice, std::span<const ItemId> items) = 0;
  virtual Result<std::vector<std::pair<ItemId, Slice>>> list_slices_of_items(std::span<const ItemId> items) = 0;
};

// Rows of contents. Their bytes stay for as long as they do.
class ContentRows {
 public:
  virtual ~ContentRows() = default;

  virtual Result<> add_content(const Content& content) = 0;
  virtual Result<std::optional<Content>> find_content(const ContentId& id) = 0;
  // The newest that its maker calls so; of one maker alone when `by` is given.
  virtual Result<std::optional<Content>> find_content_keyed(std::string_view key,
                                                            std::optional<std::string_view> by) = 0;
  virtual Result<Page<Content>> list_contents(std::size_t length, std::string_view cursor) = 0;  // newest first
  virtual Result<> put_content_file(const ContentId& id, const ContentFile& file) = 0;  // replaces one of that name
  virtual Result<std::vector<ContentFile>> list_content_files(const ContentId& id) = 0;
  virtual Result<std::optional<ContentFile>> find_content_file(const ContentId& id, std::string_view name) = 0;
  virtual Result<> remove_content(const ContentId& id) = 0;  // kFailedPrecondition names what refers to it
};

struct ClassMetric {
  ModelId model;
  std::string class_name;
  double value = 0;
};

// Rows of trainings: what a model is trained on and what came of it.
class TrainingRows {
 public:
  virtual ~TrainingRows() = default;

  virtual Result<std::optional<Training>> find_training(const ModelId& model) = 0;
  // All of it; the current metrics follow. Dataset, slices and contents that are not there, or are in trash and were
  // not named before, are kNotFound by name.
  virtual Result<> put_training(const ModelId& model, const Training& training) = 0;
  virtual Result<std::optional<TrainingRow>> find_training_row(const ModelId& model) = 0;
  // The slices a version was made from: those of the training when it was added.
  virtual Result<std::vector<TrainedOn>> list_trained_on(const ModelId& model, VersionNumber number) = 0;
  virtual Result<> put_trained_on(const ModelId& model, VersionNumber number, std::span<const SliceUse> slices) = 0;

  virtual Result<> put_report(const TrainingReport& report) = 0;
  virtual Result<> remove_report(const ModelId& model, std::string_view id) = 0;

  // Of the current metrics of these models: those called `name` that are about a class and not about a slice; about
  // these classes alone, where some are given.
  virtual Result<std::vector<ClassMetric>> list_class_metrics(std::span<const ModelId> models, std::string_view name,
                                                              std::span<const std::string> classes) = 0;

  // What the model itself says, any JSON; empty for nothing. A filter finds it beside the current version's.
  virtual Result<std::string> find_meta(const ModelId& model) = 0;
  virtual Result<> put_meta(const ModelId& model, std::string_view json) = 0;
};

}  // namespace weighhouse::registry
