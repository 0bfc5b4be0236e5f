#include "services/datasets.h"

#include "base/id.h"
#include "base/text.h"
#include "services/detail/data_events.h"
#include "services/texts.h"

namespace weighhouse::services {

using registry::Dataset;
using registry::DatasetId;
using registry::DatasetQuery;
using registry::Page;
using registry::Slice;
using registry::SliceId;
using registry::SliceQuery;
using registry::SliceUser;
using registry::Transaction;
using registry::TrashItem;

namespace {

Result<> require_name(std::string_view what, std::string_view name) {
  if (trim(name).empty()) return fail(ErrorCode::kInvalidArgument, "The " + std::string{what} + " is empty.");
  if (name == "." || name == "..") {
    return fail(ErrorCode::kInvalidArgument, "The " + std::string{what} + " cannot be \"" + std::string{name} +
                                                 "\": an address would lead elsewhere.");
  }
  return require_line(what, name);
}

Result<Dataset> get_dataset(Transaction& rows, const Caller& caller, std::string_view word) {
  return visible_dataset(rows, caller, word);
}

}  // namespace

Result<Dataset> visible_dataset(Transaction& rows, const Caller& caller, std::string_view word) {
  std::optional<Dataset> found;
  if (is_ulid(word)) found = TRY(rows.find_dataset({std::string{word}}));
  if (!found || found->deleted_at) found = TRY(rows.find_dataset_named(word));
  const bool seen =
      found && (caller.identity.namespace_pattern == "*" || found->marks.created_by == caller.identity.name);
  if (seen) return *std::move(found);
  return fail(ErrorCode::kNotFound, "There is no dataset \"" + printable(word, 100) + "\".",
              {{"dataset", std::string{word}}});
}

Result<Slice> visible_slice(Transaction& rows, const Dataset& dataset, std::string_view word) {
  std::optional<Slice> found;
  if (is_ulid(word)) found = TRY(rows.find_slice({std::string{word}}));
  if (!found || found->deleted_at || found->dataset != dataset.id) {
    found = TRY(rows.find_slice_named(dataset.id, word));
  }
  if (found) return *std::move(found);
  return fail(ErrorCode::kNotFound,
              "There is no slice \"" + printable(word, 100) + "\" in the dataset \"" + printable(dataset.name) + "\".",
              {{"slice", std::string{word}}});
}

Result<Slice> slice_or_tombstone(Transaction& rows, const Dataset& dataset, std::string_view word) {
  auto found = visible_slice(rows, dataset, word);
  if (found || !is_ulid(word)) return found;
  auto tombstone = TRY(rows.find_slice({std::string{word}}));
  if (!tombstone || tombstone->dataset != dataset.id) return found;
  const auto users = TRY(rows.list_slice_users(tombstone->id, 1));
  return users.empty() ? std::move(found) : Result<Slice>{*std::move(tombstone)};
}

Result<Dataset> Datasets::create(const Caller& caller, std::string_view name, std::string_view description) {
  TRY(require_name("name of the dataset", name));
  TRY(require_text("description", description));
  const Timestamp now = shelf_.clock.now();
  const Dataset dataset{.id = {new_ulid(now)},
                        .name = std::string{name},
                        .description = std::string{description},
                        .marks = {now, caller.identity.name, now, caller.identity.name}};
  TRY(shelf_.metadata.transact([&](Transaction& rows) -> Result<> {
    TRY(rows.add_dataset(dataset));
    return record_data(rows, caller, now, "dataset.created", dataset);
  }));
  return dataset;
}

Result<Dataset> Datasets::get(const Caller& caller, std::string_view word) const {
  return shelf_.metadata.read_value<Dataset>([&](Transaction& rows) { return get_dataset(rows, caller, word); });
}

Result<Page<Dataset>> Datasets::list(const Caller& caller, DatasetQuery query) const {
  if (caller.identity.namespace_pattern != "*") query.created_by = caller.identity.name;
  return shelf_.metadata.read_value<Page<Dataset>>([&](Transaction& rows) { return rows.list_datasets(query); });
}

Result<Dataset> Datasets::update(const Caller& caller, std::string_view word, const DatasetChange& change) {
  if (change.name) TRY(require_name("name of the dataset", *change.name));
  if (change.description) TRY(require_text("description", *change.description));
  const Timestamp now = shelf_.clock.now();
  return shelf_.metadata.transact_value<Dataset>([&](Transaction& rows) -> Result<Dataset> {
    Dataset dataset = TRY(get_dataset(rows, caller, word));
    if (change.name) dataset.name = *change.name;
    if (change.description) dataset.description = *change.description;
    dataset.marks.updated_at = now;
    dataset.marks.updated_by = caller.identity.name;
    TRY(rows.update_dataset(dataset));
    TRY(record_data(rows, caller, now, "dataset.updated", dataset));
    return dataset;
  });
}

Result<TrashItem> Datasets::remove(const Caller& caller, std::string_view word) {
  const Timestamp now = shelf_.clock.now();
  const std::string trash_id = new_ulid(now);
  return shelf_.metadata.transact_value<TrashItem>([&](Transaction& rows) -> Result<TrashItem> {
    const Dataset dataset = TRY(get_dataset(rows, caller, word));
    auto item = TRY(rows.trash_dataset(dataset, trash_id, now, caller.identity.name));
    TRY(record_data(rows, caller, now, "dataset.deleted", dataset));
    return item;
  });
}

Result<Slice> Datasets::create_slice(const Caller& caller, std::string_view dataset_word, std::string_view name,
                                     std::string_view description) {
  TRY(require_name("name of the slice", name));
  TRY(require_text("description", description));
  const Timestamp now = shelf_.clock.now();
  const SliceId id{new_ulid(now)};
  return shelf_.metadata.transact_value<Slice>([&](Transaction& rows) -> Result<Slice> {
    const Dataset dataset = TRY(get_dataset(rows, caller, dataset_word));
    Slice slice{.id = id,
                .dataset = dataset.id,
                .name = std::string{name},
                .description = std::string{description},
                .marks = {now, caller.identity.name, now, caller.identity.name}};
    TRY(rows.add_slice(slice));
    TRY(record_data(rows, caller, now, "slice.created", dataset, &slice));
    return slice;
  });
}

Result<Slice> Datasets::get_slice(const Caller& caller, std::string_view dataset, std::string_view word) const {
  return shelf_.metadata.read_value<Slice>([&](Transaction& rows) -> Result<Slice> {
    return slice_or_tombstone(rows, TRY(get_dataset(rows, caller, dataset)), word);
  });
}

Result<Page<Slice>> Datasets::list_slices(const Caller& caller, std::string_view dataset, SliceQuery query) const {
  return shelf_.metadata.read_value<Page<Slice>>([&](Transaction& rows) -> Result<Page<Slice>> {
    query.dataset = TRY(get_dataset(rows, caller, dataset)).id;
    return rows.list_slices(query);
  });
}

Result<Slice> Datasets::update_slice(const Caller& caller, std::string_view dataset_word, std::string_view word,
                                     const SliceChange& change) {
  if (change.name) TRY(require_name("name of the slice", *change.name));
  if (change.description) TRY(require_text("description", *change.description));
  const Timestamp now = shelf_.clock.now();
  return shelf_.metadata.transact_value<Slice>([&](Transaction& rows) -> Result<Slice> {
    const Dataset dataset = TRY(get_dataset(rows, caller, dataset_word));
    Slice slice = TRY(visible_slice(rows, dataset, word));
    if (change.name) slice.name = *change.name;
    if (change.description) slice.description = *change.description;
    if (change.pinned) slice.pinned = *change.pinned;
    slice.marks.updated_at = now;
    slice.marks.updated_by = caller.identity.name;
    TRY(rows.update_slice(slice));
    TRY(record_data(rows, caller, now, "slice.updated", dataset, &slice));
    return slice;
  });
}

Result<TrashItem> Datasets::remove_slice(const Caller& caller, std::string_view dataset_word, std::string_view word) {
  const Timestamp now = shelf_.clock.now();
  const std::string trash_id = new_ulid(now);
  return shelf_.metadata.transact_value<TrashItem>([&](Transaction& rows) -> Result<TrashItem> {
    const Dataset dataset = TRY(get_dataset(rows, caller, dataset_word));
    const Slice slice = TRY(visible_slice(rows, dataset, word));
    if (slice.pinned) {
      return fail(ErrorCode::kFailedPrecondition,
                  "The slice \"" + printable(slice.name) + "\" is pinned. Unpin it first, then delete it.");
    }
    auto item = TRY(rows.trash_slice(slice, trash_id, now, caller.identity.name));
    TRY(record_data(rows, caller, now, "slice.deleted", dataset, &slice));
    return item;
  });
}

Result<std::vector<SliceUser>> Datasets::list_users(const Caller& caller, std::string_view dataset,
                                                    std::string_view slice) const {
  using Users = std::vector<SliceUser>;
  return shelf_.metadata.read_value<Users>([&](Transaction& rows) -> Result<Users> {
    const Slice found = TRY(slice_or_tombstone(rows, TRY(get_dataset(rows, caller, dataset)), slice));
    Users users = TRY(rows.list_slice_users(found.id, 1'000));
    std::erase_if(users,
                  [&](const SliceUser& user) { return !caller.identity.may_touch(user.model.name_space.text()); });
    return users;
  });
}

}  // namespace weighhouse::services
