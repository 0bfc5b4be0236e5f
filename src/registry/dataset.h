#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/time.h"

namespace weighhouse::registry {

// Ids are ULIDs and stay; names are any text and may change.
struct DatasetId {
  std::string text;
  auto operator<=>(const DatasetId&) const = default;
};
struct SliceId {
  std::string text;
  auto operator<=>(const SliceId&) const = default;
};
struct ItemId {
  std::string text;
  auto operator<=>(const ItemId&) const = default;
};
struct ContentId {
  std::string text;
  auto operator<=>(const ContentId&) const = default;
};

// Who made a thing and who changed it last, and when.
struct Marks {
  Timestamp created_at{};
  std::string created_by{};
  Timestamp updated_at{};
  std::string updated_by{};
};

// Data to train or weigh on. Its name is its own among the datasets that are not in trash. Counts are kept by what
// changes them, never declared.
struct Dataset {
  DatasetId id;
  std::string name;
  std::string description{};
  std::int64_t item_count = 0;
  std::int64_t slice_count = 0;
  std::int64_t model_count = 0;  // not in trash
  std::uint64_t size_bytes = 0;  // of the items
  Marks marks{};
  std::optional<Timestamp> deleted_at{};  // in trash, or purged: what was trained on it still names it
};

// A named part of a dataset. An item may stand in several.
struct Slice {
  SliceId id;
  DatasetId dataset;
  std::string name;
  std::string description{};
  bool pinned = false;
  std::int64_t item_count = 0;
  std::uint64_t size_bytes = 0;
  Marks marks{};
  std::optional<Timestamp> deleted_at{};  // in trash, or a tombstone: what was trained on it still names it
};

// One thing to learn from or be asked about. Its bytes are a blob, or lie in contents, or both.
struct Item {
  ItemId id;
  DatasetId dataset;
  std::string key;  // its name, unique in the dataset: a path, a line's number
  std::optional<Digest> digest{};
  std::string media_type{};  // "audio/wav", "text/plain", …
  std::uint64_t size_bytes = 0;
  std::string annotations = "null";  // any JSON: what is known of it, "label" above all
  std::string metadata = "{}";       // JSON object
  std::string record = "{}";         // JSON object: what a dialect keeps of it in words of its own
  std::vector<ContentId> contents{};
  Marks marks{};
};

// Bytes that are stored by themselves and referred to: one file, or a folder of them. It stays until it is removed.
struct Content {
  ContentId id;
  std::string key{};  // what its maker calls it
  std::string content_type{};
  bool folder = false;
  Timestamp created_at{};
  std::string created_by{};
};
struct ContentFile {
  std::string name{};  // empty in a content that is one file
  Digest digest;
  std::uint64_t size_bytes = 0;
  std::string content_type{};
  Timestamp created_at{};
};

}  // namespace weighhouse::registry
