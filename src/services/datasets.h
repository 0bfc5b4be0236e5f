#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "registry/metadata_store.h"
#include "services/caller.h"
#include "services/downloads.h"
#include "services/intake.h"
#include "services/shelf.h"

namespace weighhouse::services {

struct DatasetChange {
  std::optional<std::string> name{};
  std::optional<std::string> description{};
};
struct SliceChange {
  std::optional<std::string> name{};
  std::optional<std::string> description{};
  std::optional<bool> pinned{};
};
struct NewItem {
  std::string key;
  std::optional<Digest> digest{};     // of bytes that this caller uploaded or may read
  std::optional<std::string> text{};  // or the bytes themselves, where they are a text; not both
  std::string media_type{};           // empty: by the ending of the key
  std::string annotations = "null";
  std::string metadata = "{}";
  std::string record = "{}";
  std::vector<registry::ContentId> contents{};  // or their keys
};
struct ItemChange {
  std::optional<std::string> key{};
  std::optional<std::string> media_type{};
  std::optional<std::string> annotations{};
  std::optional<std::string> metadata{};
  std::optional<std::string> record{};
  std::optional<std::vector<registry::ContentId>> contents{};
};

// What happens to an item whose key is there already.
enum class Existing : std::uint8_t { kRefuse, kUpdate };
struct AddedItems {
  std::vector<registry::Item> items;  // as they are now, in the order asked for
  std::int64_t added = 0, changed = 0, unchanged = 0;
};

// A dataset by its id, or by its name. A caller for some namespaces only sees the datasets that they made.
Result<registry::Dataset> visible_dataset(registry::Transaction& rows, const Caller& caller, std::string_view word);
// One of its slices, by id or name; kNotFound names both.
Result<registry::Slice> visible_slice(registry::Transaction& rows, const registry::Dataset& dataset,
                                      std::string_view word);
// The same to look at only: by its id also one that is deleted, as long as something that was trained on it names it.
Result<registry::Slice> slice_or_tombstone(registry::Transaction& rows, const registry::Dataset& dataset,
                                           std::string_view word);

// Datasets, their slices and their items. Wherever a dataset, slice or item is asked for, a word is its id or its name.
class Datasets {
 public:
  static constexpr std::size_t kMostItems = 1'000;  // at a time

  Datasets(const Shelf& shelf, Intake& intake) : shelf_(shelf), intake_(intake) {}

  Result<registry::Dataset> create(const Caller& caller, std::string_view name, std::string_view description);
  Result<registry::Dataset> get(const Caller& caller, std::string_view word) const;
  Result<registry::Page<registry::Dataset>> list(const Caller& caller, registry::DatasetQuery query) const;
  Result<registry::Dataset> update(const Caller& caller, std::string_view word, const DatasetChange& change);
  // To the trash. kFailedPrecondition while it has models.
  Result<registry::TrashItem> remove(const Caller& caller, std::string_view word);

  Result<registry::Slice> create_slice(const Caller& caller, std::string_view dataset, std::string_view name,
                                       std::string_view description);
  // By its id also a deleted one that something was trained on.
  Result<registry::Slice> get_slice(const Caller& caller, std::string_view dataset, std::string_view word) const;
  Result<registry::Page<registry::Slice>> list_slices(const Caller& caller, std::string_view dataset,
                                                      registry::SliceQuery query) const;  // its dataset is set here
  Result<registry::Slice> update_slice(const Caller& caller, std::string_view dataset, std::string_view word,
                                       const SliceChange& change);
  // To the trash, items and models stay; what was trained on it goes on naming it. kFailedPrecondition when pinned.
  Result<registry::TrashItem> remove_slice(const Caller& caller, std::string_view dataset, std::string_view word);
  // Models and versions that this caller may see.
  Result<std::vector<registry::SliceUser>> list_users(const Caller& caller, std::string_view dataset,
                                                      std::string_view slice) const;

  // All or none, into the dataset and these slices; at most kMostItems.
  Result<AddedItems> add_items(const Caller& caller, std::string_view dataset, std::vector<NewItem> items,
                               const std::vector<std::string>& slices, Existing existing = Existing::kRefuse);
  Result<registry::Item> get_item(const Caller& caller, std::string_view dataset, std::string_view word) const;
  Result<registry::Page<registry::Item>> list_items(const Caller& caller, std::string_view dataset,
                                                    const std::optional<std::string>& slice,
                                                    registry::ItemQuery query) const;
  Result<registry::Item> update_item(const Caller& caller, std::string_view dataset, std::string_view word,
                                     const ItemChange& change);
  // For good, out of every slice; its bytes are collected when nothing else refers to them.
  Result<> remove_item(const Caller& caller, std::string_view dataset, std::string_view word);
  // The slices of each item, oldest first.
  Result<std::vector<std::pair<registry::ItemId, registry::Slice>>> list_slices_of(
      const Caller& caller, std::string_view dataset, const std::vector<registry::ItemId>& items) const;
  // Items that are in it already, or are not, change nothing. The slice as it is then.
  Result<registry::Slice> put_in_slice(const Caller& caller, std::string_view dataset, std::string_view slice,
                                       const std::vector<std::string>& items);
  Result<registry::Slice> take_from_slice(const Caller& caller, std::string_view dataset, std::string_view slice,
                                          const std::vector<std::string>& items);

  // The bytes of an item, sound. kNotFound for an item without bytes of its own.
  Result<Handed> find_bytes(const Caller& caller, std::string_view dataset, std::string_view word) const;

 private:
  Shelf shelf_;
  Intake& intake_;
};

}  // namespace weighhouse::services
