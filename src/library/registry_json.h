#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace weighhouse::library {

// models/registry.json, which other programs read and write, too: the file of a home-grown registry, with a
// list of versions per model. Pure: texts in, texts out.

struct RegistryVersion {
  std::int64_t number = 0;
  std::string path{};
  std::string metadata = "{}";  // JSON, an object unless its writer thought otherwise
  std::string created_at{};
  std::string others{};  // its writer's own further keys, as a JSON object; empty for none
};

struct RegistryModel {
  std::string id;
  std::vector<RegistryVersion> versions{};
  std::optional<std::int64_t> current{};
  std::string created_at{};
  std::string others{};
};

struct RegistryText {
  std::vector<RegistryModel> models{};
  // Entries of another shape, as they stand: kept, and otherwise nobody's business.
  std::vector<std::pair<std::string, std::string>> strange{};
};

// kInvalidArgument with the place for anything but one JSON object of at most 64 MiB.
Result<RegistryText> parse_registry(std::string_view text);
// As Python's json.dump(indent=2) would write it.
std::string format_registry(const RegistryText& text);

// What the text that stood in the file last, ours or another program's, said: enough to tell what was changed since.
// A version is recognised by its number and time: a number alone may have been given twice, by two programs.
struct Written {
  using Key = std::pair<std::int64_t, std::string>;
  struct Model {
    std::set<Key> versions{};
    std::set<Key> former{};  // were listed in earlier texts: a program may still hold them
    std::optional<std::int64_t> current{};
    bool gone = false;  // we list it no longer
  };
  std::map<std::string, Model> models{};
  std::string digest{};    // of the text
  std::string replaced{};  // of the text that stood there before: until ours is in place it still does
  std::string staged{};    // the name under which ours waited for that
  // Ours, which is about to be written.
  void take(const RegistryText& text);
  // Another program's, which was read. `refused` could not be taken in and are news again the next time.
  void hear(const RegistryText& theirs, const std::set<std::pair<std::string, Key>>& refused);
};
std::string to_json(const Written& written);
Result<Written> parse_written(std::string_view json);

struct AddedVersion {
  std::string id;
  RegistryVersion version;
  bool becomes_current = false;
};
struct MovedCurrent {
  std::string id;
  std::int64_t to;
};
struct RegistryChanges {
  std::vector<AddedVersion> added{};
  std::vector<MovedCurrent> moved{};
  bool none() const { return added.empty() && moved.empty(); }
};

// Only added versions and a moved `current_version` are read. What is absent deletes nothing. A writer that
// does not list all versions that stood there wrote from memory: its `current_version` says what it read long ago,
// and is passed over unless it names a version that it adds.
RegistryChanges find_changes(const Written& written, const RegistryText& theirs);

}  // namespace weighhouse::library
