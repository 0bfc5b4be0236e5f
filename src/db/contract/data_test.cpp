#include "db/metadata_store_contract.h"

namespace weighhouse::db {
namespace {

class Data : public MetadataStoreContract {
 protected:
  Dataset add_dataset(const std::string& name) {
    const Timestamp at = later();
    const Dataset dataset{.id = {new_ulid(at)}, .name = name, .marks = {at, "ada", at, "ada"}};
    write([&](Transaction& rows) { return rows.add_dataset(dataset); });
    return dataset;
  }
  Slice add_slice(const Dataset& dataset, const std::string& name) {
    const Timestamp at = later();
    const Slice slice{.id = {new_ulid(at)}, .dataset = dataset.id, .name = name, .marks = {at, "ada", at, "ada"}};
    write([&](Transaction& rows) { return rows.add_slice(slice); });
    return slice;
  }
  Item item_of(const Dataset& dataset, const std::string& key, const std::string& bytes) {
    const Timestamp at = later();
    const auto blob = put_blob(bytes);
    return {.id = {new_ulid(at)},
            .dataset = dataset.id,
            .key = key,
            .digest = blob.digest,
            .media_type = "audio/wav",
            .size_bytes = bytes.size(),
            .annotations = R"({"label":"dog"})",
            .metadata = R"({"room":"hall"})",
            .marks = {at, "ada", at, "ada"}};
  }
  Item add_item(const Dataset& dataset, const std::string& key, const std::string& bytes) {
    const Item item = item_of(dataset, key, bytes);
    write([&](Transaction& rows) { return rows.add_items({&item, 1}); });
    return item;
  }
  void put(const Slice& slice, const std::vector<ItemId>& items) {
    write([&](Transaction& rows) -> Result<> {
      TRY(rows.put_in_slice(slice, items));
      return {};
    });
  }
  Dataset dataset(const DatasetId& id) {
    return read([&](Transaction& rows) { return rows.find_dataset(id); }).value();
  }
  Slice slice(const SliceId& id) {
    return read([&](Transaction& rows) { return rows.find_slice(id); }).value();
  }
  std::vector<std::string> keys(const ItemQuery& query) {
    std::vector<std::string> keys;
    for (const Item& item : read([&](Transaction& rows) { return rows.list_items(query); }).items) {
      keys.push_back(item.key);
    }
    return keys;
  }
  std::vector<std::string> slice_names(const SliceQuery& query) {
    std::vector<std::string> found;
    for (const Slice& one : read([&](Transaction& rows) { return rows.list_slices(query); }).items) {
      found.push_back(one.name);
    }
    return found;
  }
  std::size_t unreferenced() {
    return read([&](Transaction& rows) { return rows.list_unreferenced(later(), 100); }).size();
  }
  TrashItem trash_slice(const Slice& which) {
    const Timestamp at = later();
    std::optional<TrashItem> item;
    write([&](Transaction& rows) -> Result<> {
      item = TRY(rows.trash_slice(which, new_ulid(at), at, "ada"));
      return {};
    });
    return *item;
  }
  TrashItem trash_dataset(const Dataset& which) {
    const Timestamp at = later();
    std::optional<TrashItem> item;
    write([&](Transaction& rows) -> Result<> {
      item = TRY(rows.trash_dataset(which, new_ulid(at), at, "ada"));
      return {};
    });
    return *item;
  }
  void purge(const TrashItem& item) {
    write([&](Transaction& rows) { return rows.purge_trash(item, later()); });
  }
};

TEST_P(Data, ComeBackWholeByIdAndByName) {
  const Dataset made = add_dataset("Straßen & Wege");
  const Slice part = add_slice(made, "Nacht");
  const Item item = add_item(made, "a/0001.wav", "abc");
  const auto found = read([&](Transaction& rows) { return rows.find_dataset_named("Straßen & Wege"); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, made.id);
  EXPECT_EQ(found->marks.created_by, "ada");
  EXPECT_EQ(read([&](Transaction& rows) { return rows.find_slice_named(made.id, "Nacht"); })->id, part.id);
  const auto kept = read([&](Transaction& rows) { return rows.find_item_named(made.id, "a/0001.wav"); });
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->id, item.id);
  EXPECT_EQ(kept->digest, item.digest);
  EXPECT_EQ(kept->media_type, "audio/wav");
  EXPECT_EQ(kept->annotations, item.annotations);
  EXPECT_EQ(kept->metadata, item.metadata);
  EXPECT_FALSE(read([&](Transaction& rows) { return rows.find_dataset_named("Strassen"); }));
}

TEST_P(Data, NamesAreTheirOwnAmongDatasetsAndAmongTheSlicesOfOne) {
  const Dataset streets = add_dataset("streets");
  const Dataset rooms = add_dataset("rooms");
  add_slice(streets, "night");
  add_slice(rooms, "night");
  Dataset same = streets;
  same.id = {new_ulid(later())};
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.add_dataset(same); }).code, ErrorCode::kAlreadyExists);
  Slice again = add_slice(streets, "day");
  again.name = "night";
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.update_slice(again); }).code, ErrorCode::kAlreadyExists);
  Dataset renamed = rooms;
  renamed.name = "streets";
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.update_dataset(renamed); }).code, ErrorCode::kAlreadyExists);
  const Item item = add_item(streets, "a", "abc");
  Item twin = item;
  twin.id = {new_ulid(later())};
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.add_items({&twin, 1}); }).code, ErrorCode::kAlreadyExists);
}

TEST_P(Data, CountsStayInStepWithEveryChange) {
  const Dataset streets = add_dataset("streets");
  const Slice night = add_slice(streets, "night");
  const Slice rain = add_slice(streets, "rain");
  const Item a = add_item(streets, "a", "123");
  Item b = add_item(streets, "b", "12345");
  put(night, {a.id, b.id, a.id});
  put(rain, {b.id});
  EXPECT_EQ(dataset(streets.id).item_count, 2);
  EXPECT_EQ(dataset(streets.id).size_bytes, 8U);
  EXPECT_EQ(dataset(streets.id).slice_count, 2);
  EXPECT_EQ(slice(night.id).item_count, 2);
  EXPECT_EQ(slice(night.id).size_bytes, 8U);

  const auto longer = put_blob("1234567");
  b.digest = longer.digest;
  b.size_bytes = 7;
  b.key = "c";
  write([&](Transaction& rows) { return rows.update_item(b); });
  EXPECT_EQ(dataset(streets.id).size_bytes, 10U);
  EXPECT_EQ(slice(rain.id).size_bytes, 7U);
  EXPECT_EQ(keys({.dataset = streets.id, .slice = rain.id}), std::vector<std::string>{"c"});

  const std::vector<ItemId> only_a{a.id};
  EXPECT_EQ(read([&](Transaction& rows) { return rows.list_slices_of_items(only_a); }).size(), 1U);
  write([&](Transaction& rows) -> Result<> {
    EXPECT_EQ(TRY(rows.take_from_slice(night, only_a)), 1);
    EXPECT_EQ(TRY(rows.take_from_slice(night, only_a)), 0);
    return {};
  });
  EXPECT_EQ(slice(night.id).item_count, 1);
  write([&](Transaction& rows) { return rows.remove_item(b); });
  EXPECT_EQ(dataset(streets.id).item_count, 1);
  EXPECT_EQ(dataset(streets.id).size_bytes, 3U);
  EXPECT_EQ(slice(night.id).item_count, 0);
  EXPECT_EQ(slice(rain.id).size_bytes, 0U);
  trash_slice(rain);
  EXPECT_EQ(dataset(streets.id).slice_count, 1);
}

TEST_P(Data, ListsPageByPageAndTellTheirTotals) {
  const Dataset streets = add_dataset("streets");
  const Slice night = add_slice(streets, "night");
  std::vector<ItemId> in_slice;
  for (int i = 0; i < 25; ++i) {
    const Item item = add_item(streets, "item-" + std::to_string(100 + i), "bytes " + std::to_string(i));
    if (i % 2 == 0) in_slice.push_back(item.id);
  }
  put(night, in_slice);
  for (const bool of_slice : {false, true}) {
    ItemQuery query{.dataset = streets.id, .length = 4};
    if (of_slice) query.slice = night.id;
    std::vector<std::string> found;
    do {
      const auto page = read([&](Transaction& rows) { return rows.list_items(query); });
      EXPECT_EQ(page.total, of_slice ? 13U : 25U);
      for (const Item& item : page.items) found.push_back(item.key);
      query.cursor = page.next_cursor;
    } while (!query.cursor.empty());
    EXPECT_EQ(found.size(), of_slice ? 13U : 25U);
    EXPECT_TRUE(std::is_sorted(found.begin(), found.end()));
  }
  const auto first = read([&](Transaction& rows) { return rows.list_items({.dataset = streets.id, .length = 4}); });
  EXPECT_EQ(refuse([&](Transaction& rows) -> Result<> {
              TRY(rows.list_items({.dataset = streets.id, .slice = night.id, .cursor = first.next_cursor}));
              return {};
            }).code,
            ErrorCode::kInvalidArgument);
}

TEST_P(Data, ListsHoldWhatMustBeAndLeaveOutWhatMustNot) {
  const Dataset streets = add_dataset("streets");
  const Slice night = add_slice(streets, "Night one");
  const Slice day = add_slice(streets, "day 100%");
  add_slice(streets, "dawn");
  EXPECT_EQ(slice_names({.dataset = streets.id}), (std::vector<std::string>{"dawn", "day 100%", "Night one"}));
  EXPECT_EQ(slice_names({.dataset = streets.id, .must = {.contains = "NIGHT"}}), std::vector<std::string>{"Night one"});
  EXPECT_EQ(slice_names({.dataset = streets.id, .must = {.contains = "0%"}}), std::vector<std::string>{"day 100%"});
  EXPECT_EQ(slice_names({.dataset = streets.id, .must = {.ids = std::vector{night.id.text, day.id.text}}}).size(), 2U);
  EXPECT_EQ(slice_names({.dataset = streets.id, .must = {.ids = std::vector<std::string>{"no id", "\"'"}}}).size(), 0U);
  EXPECT_EQ(slice_names({.dataset = streets.id, .must_not = {.contains = "da"}}),
            std::vector<std::string>{"Night one"});
  EXPECT_EQ(slice_names({.dataset = streets.id, .must_not = {.contains = "da", .ids = std::vector{day.id.text}}}),
            (std::vector<std::string>{"dawn", "Night one"}));
  const auto page =
      read([&](Transaction& rows) { return rows.list_slices({.dataset = streets.id, .must = {.contains = "da"}}); });
  EXPECT_EQ(page.total, 2U);
  add_item(streets, "a.wav", "abc");
  EXPECT_EQ(keys({.dataset = streets.id, .must = {.media_type = "audio/*"}}).size(), 1U);
  EXPECT_EQ(keys({.dataset = streets.id, .must = {.media_type = "audio/flac"}}).size(), 0U);
}

TEST_P(Data, ItemsAndContentsKeepTheirBytes) {
  const Dataset streets = add_dataset("streets");
  const Item item = item_of(streets, "a", "abc");
  const auto chart = put_blob("chart");
  EXPECT_EQ(unreferenced(), 2U);
  write([&](Transaction& rows) { return rows.add_items({&item, 1}); });
  const Content content{.id = {new_ulid(later())}, .content_type = "FOLDER", .folder = true, .created_at = now_};
  write([&](Transaction& rows) -> Result<> {
    TRY(rows.add_content(content));
    return rows.put_content_file(content.id,
                                 {.name = "reports.json", .digest = chart.digest, .size_bytes = 5, .created_at = now_});
  });
  EXPECT_EQ(unreferenced(), 0U);
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.remove_blob(chart.digest); }).code,
            ErrorCode::kFailedPrecondition);
  EXPECT_FALSE(read([&](Transaction& rows) { return rows.find_content_file(content.id, "other.json"); }));
  write([&](Transaction& rows) { return rows.remove_content(content.id); });
  EXPECT_EQ(unreferenced(), 1U);
  write([&](Transaction& rows) { return rows.remove_item(item); });
  EXPECT_EQ(unreferenced(), 2U);
}

TEST_P(Data, AContentStaysWhileAnItemConsistsOfIt) {
  const Dataset streets = add_dataset("streets");
  const Content content{.id = {new_ulid(later())}, .created_at = now_};
  write([&](Transaction& rows) { return rows.add_content(content); });
  Item item = item_of(streets, "a", "abc");
  item.contents = {content.id};
  write([&](Transaction& rows) { return rows.add_items({&item, 1}); });
  const auto refused = refuse([&](Transaction& rows) { return rows.remove_content(content.id); });
  EXPECT_EQ(refused.code, ErrorCode::kFailedPrecondition);
  EXPECT_NE(refused.message.find("streets"), std::string::npos) << refused.message;
  EXPECT_EQ(read([&](Transaction& rows) { return rows.find_item(item.id); })->contents, item.contents);
  item.contents = {ContentId{"01ARZ3NDEKTSV4RRFFQ69G5FAV"}};
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.update_item(item); }).code, ErrorCode::kNotFound);
}

TEST_P(Data, AContentIsFoundByItsKeyTheNewestFirst) {
  const auto add = [&](const std::string& key, const std::string& by) {
    const Content content{.id = {new_ulid(later())}, .key = key, .created_at = now_, .created_by = by};
    write([&](Transaction& rows) { return rows.add_content(content); });
    return content.id;
  };
  const auto find = [&](const std::string& key, std::optional<std::string_view> by) {
    const auto found = read([&](Transaction& rows) { return rows.find_content_keyed(key, by); });
    return found ? found->id.text : std::string{};
  };
  const auto old = add("weights", "alice");
  const auto recent = add("weights", "bob");
  add("", "alice");
  EXPECT_EQ(find("weights", std::nullopt), recent.text);
  EXPECT_EQ(find("weights", "alice"), old.text);
  EXPECT_EQ(find("weight", std::nullopt), "");
  EXPECT_EQ(find("", std::nullopt), "");
}

TEST_P(Data, ADeletedSliceComesBackAndADeletedDatasetHidesAllOfIt) {
  const Dataset streets = add_dataset("streets");
  const Slice night = add_slice(streets, "night");
  const Item item = add_item(streets, "a", "abc");
  put(night, {item.id});
  const auto trashed = trash_slice(night);
  EXPECT_FALSE(read([&](Transaction& rows) { return rows.find_slice_named(streets.id, "night"); }));
  EXPECT_TRUE(slice(night.id).deleted_at);
  EXPECT_EQ(keys({.dataset = streets.id}).size(), 1U);
  const auto listed = read([&](Transaction& rows) { return rows.list_trash(10, ""); });
  ASSERT_EQ(listed.items.size(), 1U);
  EXPECT_EQ(listed.items[0].reference, "slice night of streets");
  EXPECT_EQ(listed.items[0].slice, night.id);
  restore(trashed.id);
  EXPECT_EQ(slice_names({.dataset = streets.id}), std::vector<std::string>{"night"});
  EXPECT_EQ(slice(night.id).item_count, 1);

  const auto gone = trash_dataset(dataset(streets.id));
  EXPECT_FALSE(read([&](Transaction& rows) { return rows.find_item(item.id); }));
  EXPECT_TRUE(read([&](Transaction& rows) { return rows.list_datasets({}); }).items.empty());
  EXPECT_EQ(read([&](Transaction& rows) { return rows.list_datasets({}); }).total, 0U);
  const Dataset other = add_dataset("streets");
  const auto found = read([&](Transaction& rows) { return rows.find_trash(gone.id); });
  ASSERT_TRUE(found);
  EXPECT_EQ(refuse([&](Transaction& rows) { return rows.restore_trash(*found, later(), "ada"); }).code,
            ErrorCode::kAlreadyExists);
  trash_dataset(other);
  restore(gone.id);
  EXPECT_TRUE(read([&](Transaction& rows) { return rows.find_item(item.id); }));
  EXPECT_EQ(read([&](Transaction& rows) { return rows.list_datasets({}); }).total, 1U);
}

TEST_P(Data, APurgedDatasetFreesItsBytes) {
  const Dataset streets = add_dataset("streets");
  const Slice night = add_slice(streets, "night");
  put(night, {add_item(streets, "a", "abc").id, add_item(streets, "b", "shared").id});
  add_item(add_dataset("rooms"), "b", "shared");
  const auto item = trash_dataset(dataset(streets.id));
  const std::vector<std::string> ids{item.id};
  EXPECT_EQ(read([&](Transaction& rows) { return rows.freed_by_purging(ids); }), 3U);
  EXPECT_EQ(read([&](Transaction& rows) { return rows.storage_totals(now_); }).trashed_bytes, 3U);
  purge(item);
  EXPECT_EQ(unreferenced(), 1U);
  EXPECT_FALSE(read([&](Transaction& rows) { return rows.find_dataset(streets.id); }));
  EXPECT_FALSE(read([&](Transaction& rows) { return rows.find_slice(night.id); }));
  EXPECT_FALSE(read([&](Transaction& rows) { return rows.find_trash(item.id); }));
}

INSTANTIATE_TEST_SUITE_P(Engines, Data, testing::Values(Engine::kSqlite, Engine::kPostgres),
                         [](const auto& engine) { return engine.param == Engine::kSqlite ? "Sqlite" : "Postgres"; });

}  // namespace
}  // namespace weighhouse::db
