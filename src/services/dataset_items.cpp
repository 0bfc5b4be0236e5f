#include <set>

#include "base/id.h"
#include "base/text.h"
#include "services/contents.h"
#include "services/datasets.h"
#include "services/detail/data_events.h"
#include "services/json_limits.h"
#include "services/media_types.h"
#include "services/texts.h"

namespace weighhouse::services {

using registry::ContentId;
using registry::Dataset;
using registry::Item;
using registry::ItemId;
using registry::Page;
using registry::Slice;
using registry::Transaction;

namespace {

constexpr std::size_t kLongestKey = 1'000;
constexpr std::size_t kLongestText = std::size_t{1} << 20U;

Result<> require_key(std::string_view key) {
  if (trim(key).empty()) return fail(ErrorCode::kInvalidArgument, "The key of an item is empty.");
  return require_line("key of the item", key, kLongestKey);
}

Result<> require_sound(const NewItem& item) {
  TRY(require_key(item.key));
  if (item.digest && item.text) {
    return fail(ErrorCode::kInvalidArgument, "The item \"" + printable(item.key, 100) +
                                                 "\" has a digest and a text. Give it the digest of an uploaded blob, "
                                                 "or its text.");
  }
  if (item.text && item.text->size() > kLongestText) {
    return fail(
        ErrorCode::kInvalidArgument,
        "The text of the item \"" + printable(item.key, 100) + "\" is " + std::to_string(item.text->size()) +
            " bytes long; at most 1048576 go into a request. Upload it with PUT /api/blobs/{digest}, and give the "
            "item its digest.");
  }
  const std::string of = " of the item \"" + printable(item.key, 100) + "\"";
  TRY(require_line("media type" + of, item.media_type, 200));
  TRY(require_json("annotations" + of, item.annotations, JsonShape::kAny));
  TRY(require_json("metadata" + of, item.metadata, JsonShape::kObject));
  return require_json("record" + of, item.record, JsonShape::kObject);
}

Result<> require_count(std::size_t count) {
  if (count <= Datasets::kMostItems) return {};
  return fail(ErrorCode::kInvalidArgument,
              "These are " + std::to_string(count) + " items; at most 1000 go into one request. Send them in parts.");
}

Result<> require_bytes(Transaction& rows, const Caller& caller, std::span<const Digest> digests, Timestamp now) {
  const auto absent = TRY(rows.absent(digests, caller.identity.name, caller.identity.namespace_pattern, now));
  if (absent.empty()) return {};
  std::vector<std::string> names;
  for (const Digest& digest : absent) names.push_back(digest.to_string());
  return fail(ErrorCode::kFailedPrecondition,
              std::to_string(absent.size()) + " of the items' blobs are not here yet, the first is " + names.front() +
                  ". Upload them with PUT /api/blobs/{digest} or POST /api/uploads, then add the items again.",
              {{"absent", names}});
}

Result<Item> visible_item(Transaction& rows, const Dataset& dataset, std::string_view word) {
  std::optional<Item> found;
  if (is_ulid(word)) found = TRY(rows.find_item({std::string{word}}));
  if (!found || found->dataset != dataset.id) found = TRY(rows.find_item_named(dataset.id, word));
  if (found) return *std::move(found);
  return fail(ErrorCode::kNotFound,
              "There is no item \"" + printable(word, 100) + "\" in the dataset \"" + printable(dataset.name) + "\".");
}

// Contents by their ids, whether they were named by id or by the key of their maker.
Result<std::vector<ContentId>> ids_of_contents(Transaction& rows, const Caller& caller,
                                               const std::vector<ContentId>& words) {
  std::vector<ContentId> ids;
  for (const ContentId& word : words) ids.push_back(TRY(visible_content(rows, caller, word.text)).id);
  return ids;
}

bool same(const Item& a, const Item& b) {
  return a.digest == b.digest && a.media_type == b.media_type && a.annotations == b.annotations &&
         a.metadata == b.metadata && a.record == b.record && a.contents == b.contents;
}

// One call of add_items, inside its transaction.
class Addition {
 public:
  Addition(Transaction& rows, const Caller& caller, const Dataset& dataset, Timestamp now)
      : rows_(rows), caller_(caller), dataset_(dataset), now_(now) {}

  Result<> add(const NewItem& wanted, Existing existing);
  Result<AddedItems> finish() {
    TRY(rows_.add_items(fresh_));
    return std::move(result_);
  }

 private:
  Result<Item> made(const NewItem& wanted);

  Transaction& rows_;
  const Caller& caller_;
  const Dataset& dataset_;
  const Timestamp now_;
  std::vector<Item> fresh_{};
  AddedItems result_{};
};

Result<Item> Addition::made(const NewItem& wanted) {
  auto contents = TRY(ids_of_contents(rows_, caller_, wanted.contents));
  Item item{.id = {new_ulid(now_)},
            .dataset = dataset_.id,
            .key = wanted.key,
            .digest = wanted.digest,
            .media_type = wanted.media_type.empty() ? media_type_of(wanted.key) : wanted.media_type,
            .annotations = wanted.annotations,
            .metadata = wanted.metadata,
            .record = wanted.record,
            .contents = std::move(contents),
            .marks = {now_, caller_.identity.name, now_, caller_.identity.name}};
  if (item.digest) {
    const auto blob = TRY(rows_.find_blob(*item.digest));
    check(blob.has_value(), "a blob that was found present has a row");
    item.size_bytes = blob->size_bytes;
  }
  return item;
}

Result<> Addition::add(const NewItem& wanted, Existing existing) {
  Item item = TRY(made(wanted));
  const auto before =
      existing == Existing::kUpdate ? TRY(rows_.find_item_named(dataset_.id, item.key)) : std::optional<Item>{};
  if (!before) {
    fresh_.push_back(item);
    ++result_.added;
  } else if (same(*before, item)) {
    item = *before;
    ++result_.unchanged;
  } else {
    item.id = before->id;
    item.marks.created_at = before->marks.created_at;
    item.marks.created_by = before->marks.created_by;
    TRY(rows_.update_item(item));
    ++result_.changed;
  }
  result_.items.push_back(std::move(item));
  return {};
}

std::vector<ItemId> ids_of(const std::vector<Item>& items) {
  std::vector<ItemId> ids;
  for (const Item& item : items) ids.push_back(item.id);
  return ids;
}

// Bytes first, rows second: what nothing refers to in the end is collected.
Result<> keep_texts(Intake& intake, const Caller& caller, std::vector<NewItem>& items) {
  std::vector<std::string_view> texts;
  for (const NewItem& item : items) {
    if (item.text) texts.push_back(*item.text);
  }
  if (texts.empty()) return {};
  const auto digests = TRY(intake.take_texts(caller, texts));
  auto digest = digests.begin();
  for (NewItem& item : items) {
    if (!item.text) continue;
    item.digest = *digest++;
    if (item.media_type.empty()) item.media_type = "text/plain";
  }
  return {};
}

}  // namespace

Result<AddedItems> Datasets::add_items(const Caller& caller, std::string_view dataset_word, std::vector<NewItem> items,
                                       const std::vector<std::string>& slices, Existing existing) {
  TRY(require_count(items.size()));
  std::set<std::string_view> keys;
  for (const NewItem& item : items) {
    TRY(require_sound(item));
    if (keys.insert(item.key).second) continue;
    return fail(ErrorCode::kInvalidArgument,
                "The key \"" + printable(item.key, 100) + "\" stands twice in this request. Each item needs its own.");
  }
  using Places = std::pair<Dataset, std::vector<Slice>>;
  const auto find_places = [&](Transaction& rows) -> Result<Places> {
    Places places;
    places.first = TRY(visible_dataset(rows, caller, dataset_word));
    for (const std::string& slice : slices) places.second.push_back(TRY(visible_slice(rows, places.first, slice)));
    return places;
  };
  TRY(shelf_.metadata.read([&](Transaction& rows) -> Result<> {
    TRY(find_places(rows));
    return {};
  }));
  TRY(keep_texts(intake_, caller, items));
  std::vector<Digest> digests;
  for (const NewItem& item : items) {
    if (item.digest) digests.push_back(*item.digest);
  }
  const Timestamp now = shelf_.clock.now();
  return shelf_.metadata.transact_value<AddedItems>([&](Transaction& rows) -> Result<AddedItems> {
    const auto [dataset, into] = TRY(find_places(rows));
    TRY(require_bytes(rows, caller, digests, now));
    Addition addition{rows, caller, dataset, now};
    for (const NewItem& item : items) TRY(addition.add(item, existing));
    AddedItems added = TRY(addition.finish());
    for (const Slice& slice : into) TRY(rows.put_in_slice(slice, ids_of(added.items)));
    TRY(rows.drop_leases(digests, caller.identity.name));
    if (added.added + added.changed > 0) {
      TRY(record_data(rows, caller, now, "items.added", dataset, nullptr,
                      {{"added", added.added}, {"changed", added.changed}}));
    }
    return added;
  });
}

Result<Item> Datasets::get_item(const Caller& caller, std::string_view dataset, std::string_view word) const {
  return shelf_.metadata.read_value<Item>([&](Transaction& rows) -> Result<Item> {
    return visible_item(rows, TRY(visible_dataset(rows, caller, dataset)), word);
  });
}

Result<Page<Item>> Datasets::list_items(const Caller& caller, std::string_view dataset_word,
                                        const std::optional<std::string>& slice, registry::ItemQuery query) const {
  return shelf_.metadata.read_value<Page<Item>>([&](Transaction& rows) -> Result<Page<Item>> {
    const Dataset dataset = TRY(visible_dataset(rows, caller, dataset_word));
    query.dataset = dataset.id;
    if (slice) query.slice = TRY(visible_slice(rows, dataset, *slice)).id;
    return rows.list_items(query);
  });
}

Result<Item> Datasets::update_item(const Caller& caller, std::string_view dataset_word, std::string_view word,
                                   const ItemChange& change) {
  const Timestamp now = shelf_.clock.now();
  return shelf_.metadata.transact_value<Item>([&](Transaction& rows) -> Result<Item> {
    const Dataset dataset = TRY(visible_dataset(rows, caller, dataset_word));
    Item item = TRY(visible_item(rows, dataset, word));
    if (change.key) item.key = *change.key;
    if (change.media_type) item.media_type = *change.media_type;
    if (change.annotations) item.annotations = *change.annotations;
    if (change.metadata) item.metadata = *change.metadata;
    if (change.record) item.record = *change.record;
    if (change.contents) item.contents = TRY(ids_of_contents(rows, caller, *change.contents));
    TRY(require_sound({.key = item.key,
                       .media_type = item.media_type,
                       .annotations = item.annotations,
                       .metadata = item.metadata,
                       .record = item.record}));
    item.marks.updated_at = now;
    item.marks.updated_by = caller.identity.name;
    TRY(rows.update_item(item));
    TRY(record_data(rows, caller, now, "item.updated", dataset, nullptr, {{"item", item.id.text}, {"key", item.key}}));
    return item;
  });
}

Result<> Datasets::remove_item(const Caller& caller, std::string_view dataset_word, std::string_view word) {
  const Timestamp now = shelf_.clock.now();
  return shelf_.metadata.transact([&](Transaction& rows) -> Result<> {
    const Dataset dataset = TRY(visible_dataset(rows, caller, dataset_word));
    const Item item = TRY(visible_item(rows, dataset, word));
    TRY(rows.remove_item(item));
    boost::json::object details{{"item", item.id.text}, {"key", item.key}};
    if (item.digest) details["digest"] = item.digest->to_string();
    return record_data(rows, caller, now, "item.removed", dataset, nullptr, std::move(details));
  });
}

Result<std::vector<std::pair<ItemId, Slice>>> Datasets::list_slices_of(const Caller& caller, std::string_view dataset,
                                                                       const std::vector<ItemId>& items) const {
  using Pairs = std::vector<std::pair<ItemId, Slice>>;
  return shelf_.metadata.read_value<Pairs>([&](Transaction& rows) -> Result<Pairs> {
    const Dataset found = TRY(visible_dataset(rows, caller, dataset));
    Pairs pairs = TRY(rows.list_slices_of_items(items));
    std::erase_if(pairs, [&](const auto& pair) { return pair.second.dataset != found.id; });
    return pairs;
  });
}

namespace {

Result<std::vector<ItemId>> items_named(Transaction& rows, const Dataset& dataset,
                                        const std::vector<std::string>& words) {
  std::vector<ItemId> ids;
  for (const std::string& word : words) ids.push_back(TRY(visible_item(rows, dataset, word)).id);
  return ids;
}

}  // namespace

Result<Slice> Datasets::put_in_slice(const Caller& caller, std::string_view dataset_word, std::string_view slice_word,
                                     const std::vector<std::string>& items) {
  TRY(require_count(items.size()));
  const Timestamp now = shelf_.clock.now();
  return shelf_.metadata.transact_value<Slice>([&](Transaction& rows) -> Result<Slice> {
    const Dataset dataset = TRY(visible_dataset(rows, caller, dataset_word));
    const Slice slice = TRY(visible_slice(rows, dataset, slice_word));
    const auto added = TRY(rows.put_in_slice(slice, TRY(items_named(rows, dataset, items))));
    if (added > 0) TRY(record_data(rows, caller, now, "slice.items_added", dataset, &slice, {{"items", added}}));
    return visible_slice(rows, dataset, slice.id.text);
  });
}

Result<Slice> Datasets::take_from_slice(const Caller& caller, std::string_view dataset_word,
                                        std::string_view slice_word, const std::vector<std::string>& items) {
  TRY(require_count(items.size()));
  const Timestamp now = shelf_.clock.now();
  return shelf_.metadata.transact_value<Slice>([&](Transaction& rows) -> Result<Slice> {
    const Dataset dataset = TRY(visible_dataset(rows, caller, dataset_word));
    const Slice slice = TRY(visible_slice(rows, dataset, slice_word));
    const auto taken = TRY(rows.take_from_slice(slice, TRY(items_named(rows, dataset, items))));
    if (taken > 0) TRY(record_data(rows, caller, now, "slice.items_removed", dataset, &slice, {{"items", taken}}));
    return visible_slice(rows, dataset, slice.id.text);
  });
}

Result<Handed> Datasets::find_bytes(const Caller& caller, std::string_view dataset, std::string_view word) const {
  const Item item = TRY(get_item(caller, dataset, word));
  if (!item.digest) {
    return fail(ErrorCode::kNotFound, "The item \"" + printable(item.key) + "\" has no bytes of its own.");
  }
  const auto blob = TRY(sound_blob(shelf_, *item.digest, item.key));
  const auto path = TRY(registry::FilePath::parse("item"));
  return Handed{{.path = path, .digest = blob.digest, .size_bytes = blob.size_bytes, .format = blob.format}, blob};
}

}  // namespace weighhouse::services
