#include "services/trash.h"

#include "base/id.h"
#include "base/text.h"

namespace weighhouse::services {

using registry::ModelRef;
using registry::Page;
using registry::Transaction;
using registry::TrashItem;

namespace {

// Data has no namespace: it is for those who may see all, and for whoever deleted it.
bool may_touch(const Caller& caller, const TrashItem& item) {
  if (!item.is_data()) return caller.identity.may_touch(split(item.reference, '/').front());
  return caller.identity.namespace_pattern == "*" || item.deleted_by == caller.identity.name;
}

Result<TrashItem> get_item(Transaction& rows, const Caller& caller, std::string_view id) {
  const auto item = TRY(rows.find_trash(id));
  if (item && may_touch(caller, *item)) return *item;
  return fail(ErrorCode::kNotFound, "There is nothing in the trash under \"" + printable(id, 40) +
                                        "\". It may be restored or purged already; weigh trash lists what is there.");
}

// `current` moved along with a deletion or a restoration.
Result<> record_current(Transaction& rows, const Caller& caller, Timestamp now, const registry::Model& after,
                        std::optional<registry::VersionNumber> from, const std::string& why) {
  const auto text = [](std::optional<registry::VersionNumber> number) {
    return number ? std::to_string(number->value()) : std::string{"null"};
  };
  return record(rows, caller, now,
                {.action = "alias.moved",
                 .model = &after,
                 .version = after.current,
                 .subject = "current",
                 .details = "{\"from\":" + text(from) + ",\"to\":" + text(after.current) + ",\"reason\":\"" + why +
                            "\",\"with_trash\":true}"});
}

tl::unexpected<Error> pinned(std::string_view what) {
  return fail(ErrorCode::kFailedPrecondition,
              "\"" + std::string{what} + "\" is pinned. Unpin it first, then delete it.");
}

Result<> refuse_pinned(Transaction& rows, const registry::Model& model) {
  if (model.pinned) return pinned(model.reference());
  for (const auto& version : TRY(rows.list_all_versions(model.id))) {
    if (!version.pinned) continue;
    return fail(ErrorCode::kFailedPrecondition, "\"" + model.reference(version.number) + "\" is pinned, so \"" +
                                                    model.reference() + "\" stays. Unpin it first, then delete.");
  }
  return {};
}

}  // namespace

Result<TrashView> Trash::remove_model(const Caller& caller, const ModelRef& ref) {
  return metadata_.transact_value<TrashView>([&](Transaction& rows) -> Result<TrashView> {
    const Timestamp now = clock_.now();
    const std::string id = new_ulid(now);
    const auto model = TRY(visible_model(rows, caller, ref));
    TRY(refuse_pinned(rows, model));
    const auto item = TRY(rows.trash_model(model, id, now, caller.identity.name));
    TRY(record(rows, caller, now, {.action = "model.deleted", .model = &model, .subject = id}));
    return TrashView{item, now + keep_, 0};
  });
}

Result<TrashView> Trash::remove_version(const Caller& caller, const ModelRef& ref,
                                        const registry::VersionRef& version) {
  return metadata_.transact_value<TrashView>([&](Transaction& rows) -> Result<TrashView> {
    const Timestamp now = clock_.now();
    const std::string id = new_ulid(now);
    const auto found = TRY(find_version(rows, caller, ref, version));
    if (found.version.pinned) return pinned(found.model.reference(found.version.number));
    const auto item = TRY(rows.trash_version(found.model, found.version.number, id, now, caller.identity.name));
    TRY(record(rows, caller, now,
               {.action = "version.deleted", .model = &found.model, .version = found.version.number, .subject = id}));
    const auto after = TRY(rows.find_model_by_id(found.model.id)).value();
    if (after.current != found.model.current)
      TRY(record_current(rows, caller, now, after, found.model.current, "deleted"));
    return TrashView{item, now + keep_, 0};
  });
}

Result<Page<TrashView>> Trash::list(const Caller& caller, std::size_t length, std::string_view cursor) const {
  return metadata_.read_value<Page<TrashView>>([&](Transaction& rows) -> Result<Page<TrashView>> {
    // Full pages of what the caller may see, for as long as there is more; how much others deleted is not told.
    Page<TrashView> views{.items = {}, .total = {}, .next_cursor = std::string{cursor}};
    do {
      const auto page = TRY(rows.list_trash(length - views.items.size(), views.next_cursor));
      for (const auto& item : page.items) {
        if (!may_touch(caller, item)) continue;
        const auto freed = TRY(rows.freed_by_purging({&item.id, 1}));
        views.items.push_back({item, item.deleted_at + keep_, freed});
      }
      if (caller.identity.namespace_pattern == "*") views.total = page.total;
      views.next_cursor = page.next_cursor;
    } while (!views.next_cursor.empty() && views.items.size() < length);
    return views;
  });
}

Result<std::uint64_t> Trash::freed_by_emptying() const {
  return metadata_.read_value<std::uint64_t>(
      [&](Transaction& rows) -> Result<std::uint64_t> { return TRY(rows.storage_totals(clock_.now())).trashed_bytes; });
}

Result<registry::Model> Trash::restore(const Caller& caller, std::string_view trash_id) {
  return metadata_.transact_value<registry::Model>([&](Transaction& rows) -> Result<registry::Model> {
    const Timestamp now = clock_.now();
    const auto item = TRY(get_item(rows, caller, trash_id));
    if (item.is_data()) return fail(ErrorCode::kInvalidArgument, "The " + item.reference + " is no model.");
    const auto before = TRY(rows.find_model_by_id(item.model));
    TRY(rows.restore_trash(item, now, caller.identity.name));
    auto model = TRY(rows.find_model_by_id(item.model)).value();
    TRY(record(rows, caller, now,
               {.action = item.version ? "version.restored" : "model.restored",
                .model = &model,
                .version = item.version,
                .subject = std::string{trash_id}}));
    if (before && before->current != model.current)
      TRY(record_current(rows, caller, now, model, before->current, "restored"));
    return model;
  });
}

namespace {

Result<> record_data(Transaction& rows, const Caller& caller, Timestamp now, const TrashItem& item, std::string verb) {
  return record(rows, caller, now,
                {.action = (item.slice ? "slice." : "dataset.") + std::move(verb),
                 .subject = item.slice ? item.slice->text : item.dataset->text});
}

// A slice only names items; a dataset holds their bytes.
Result<std::vector<Digest>> digests_of(Transaction& rows, const TrashItem& item) {
  std::vector<Digest> digests;
  if (item.slice) return digests;
  registry::ItemQuery query{.dataset = *item.dataset, .length = 1'000};
  do {
    const auto page = TRY(rows.list_items(query));
    for (const auto& one : page.items) {
      if (one.digest) digests.push_back(*one.digest);
    }
    query.cursor = page.next_cursor;
  } while (!query.cursor.empty());
  return digests;
}

}  // namespace

Result<std::optional<TrashItem>> Trash::restore_data(const Caller& caller, std::string_view trash_id) {
  using Restored = std::optional<TrashItem>;
  return metadata_.transact_value<Restored>([&](Transaction& rows) -> Result<Restored> {
    const Timestamp now = clock_.now();
    const auto item = TRY(get_item(rows, caller, trash_id));
    if (!item.is_data()) return Restored{};
    TRY(rows.restore_trash(item, now, caller.identity.name));
    TRY(record_data(rows, caller, now, item, "restored"));
    return Restored{item};
  });
}

Result<Freed> Trash::purge(const Caller& caller, std::string_view trash_id) {
  const Timestamp now = clock_.now();
  const auto released =
      TRY(metadata_.transact_value<std::vector<Digest>>([&](Transaction& rows) -> Result<std::vector<Digest>> {
        const auto item = TRY(get_item(rows, caller, trash_id));
        std::vector<Digest> digests;
        if (item.is_data()) {
          digests = TRY(digests_of(rows, item));
          TRY(rows.purge_trash(item, now));
          TRY(record_data(rows, caller, now, item, "purged"));
          return digests;
        }
        const auto model = TRY(rows.find_model_by_id(item.model)).value();
        for (const auto& version : TRY(rows.list_all_versions(item.model))) {
          if (item.version && version.number != *item.version) continue;
          for (const auto& file : TRY(rows.list_files(item.model, version.number))) digests.push_back(file.digest);
          for (const auto& derived : TRY(rows.list_derived_files(item.model, version.number)))
            digests.push_back(derived.file.digest);
        }
        TRY(rows.purge_trash(item, now));
        TRY(record(rows, caller, now,
                   {.action = item.version ? "version.purged" : "model.purged",
                    .model = &model,
                    .version = item.version,
                    .subject = item.reference}));
        return digests;
      }));
  return collector_.collect(released);
}

Result<Freed> Trash::purge_all(const Caller& caller, std::span<const TrashItem> items) {
  Freed all;
  for (const auto& item : items) {
    if (!may_touch(caller, item)) continue;
    auto freed = purge(caller, item.id);
    // A model takes its trashed versions along, and someone else may have restored or purged this one.
    if (!freed && freed.error().code == ErrorCode::kNotFound) continue;
    if (!freed) return tl::unexpected{std::move(freed).error()};
    all.bytes += freed->bytes;
    all.digests.insert(all.digests.end(), freed->digests.begin(), freed->digests.end());
  }
  return all;
}

Result<Freed> Trash::empty(const Caller& caller) {
  Freed all;
  std::string cursor;
  do {
    const auto page =
        TRY(metadata_.read_value<Page<TrashItem>>([&](Transaction& rows) { return rows.list_trash(100, cursor); }));
    const auto freed = TRY(purge_all(caller, page.items));
    all.bytes += freed.bytes;
    all.digests.insert(all.digests.end(), freed.digests.begin(), freed.digests.end());
    cursor = page.next_cursor;
  } while (!cursor.empty());
  return all;
}

Result<Freed> Trash::purge_expired() {
  const auto items = TRY(metadata_.read_value<std::vector<TrashItem>>([&](Transaction& rows) {
    return rows.list_trash_before(clock_.now() + std::chrono::microseconds{-keep_}, 100);
  }));
  return purge_all(Caller::house(), items);
}

}  // namespace weighhouse::services
