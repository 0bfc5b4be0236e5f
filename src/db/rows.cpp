#include "db/rows.h"

#include <boost/json.hpp>

namespace weighhouse::db {

using namespace registry;

namespace {

template <class Id>
std::optional<Id> read_maybe(Columns& columns) {
  auto text = columns.maybe(&Columns::text);
  return text ? std::optional{Id{*std::move(text)}} : std::nullopt;
}

}  // namespace

// Braces evaluate from left to right, as the columns stand.
Model read_model(Columns& columns) {
  return {.id = {columns.text()},
          .name_space = columns.name_space(),
          .name = columns.model_name(),
          .kind = columns.parsed(parse_kind, Kind::kOther),
          .display_name = columns.text(),
          .description = columns.text(),
          .licence = columns.text(),
          .created_at = columns.time(),
          .updated_at = columns.time(),
          .created_by = columns.text(),
          .current = columns.next_is_null() ? (columns.skip(1), std::nullopt) : std::optional{read_number(columns)},
          .current_held = columns.flag(),
          .last_version = columns.integer(),
          .version_count = columns.integer(),
          .size_bytes = columns.size(),
          .pinned = columns.flag(),
          .in_library = columns.flag(),
          .revision = columns.integer(),
          .deleted_at = columns.maybe(&Columns::time),
          .updated_by = columns.text()};
}

Version read_version(Columns& columns) {
  return {.model = {columns.text()},
          .number = read_number(columns),
          .label = columns.maybe(&Columns::version_word),
          .remote_version = columns.text(),
          .manifest = columns.digest(),
          .size_bytes = columns.size(),
          .file_count = columns.integer(),
          .metadata = columns.text(),
          .notes = columns.text(),
          .origin = {columns.text(), columns.text(), columns.text(), columns.text()},
          .created_at = columns.time(),
          .created_by = columns.text(),
          .pinned = columns.flag(),
          .deleted_at = columns.maybe(&Columns::time),
          .purged_at = columns.maybe(&Columns::time)};
}

File read_file(Columns& columns) {
  return {.path = columns.file_path(),
          .digest = columns.digest(),
          .size_bytes = columns.size(),
          .format = columns.text(),
          .role = columns.parsed(parse_role, Role::kOther)};
}

Alias read_alias(Columns& columns) {
  return {.name = columns.version_word(),
          .number = read_number(columns),
          .held = columns.flag(),
          .moved_at = columns.time(),
          .moved_by = columns.text(),
          .revision = columns.integer()};
}

std::string_view to_string(BlobState state) {
  switch (state) {
    case BlobState::kLive:
      return "live";
    case BlobState::kCondemned:
      return "condemned";
    case BlobState::kDeleting:
      return "deleting";
  }
  return "live";
}

Blob read_blob(Columns& columns) {
  const auto parse_state = [](std::string_view word) -> Result<BlobState> {
    for (const BlobState state : {BlobState::kLive, BlobState::kCondemned, BlobState::kDeleting}) {
      if (to_string(state) == word) return state;
    }
    return fail(ErrorCode::kDataLoss, "no state of a blob");
  };
  return {.digest = columns.digest(),
          .size_bytes = columns.size(),
          .crc32 = static_cast<std::uint32_t>(columns.integer()),
          .modified_ns = columns.integer(),
          .inode = columns.size(),
          .state = columns.parsed(parse_state, BlobState::kLive),
          .format = columns.text(),
          .created_at = columns.time(),
          .verified_at = columns.maybe(&Columns::time),
          .damage = columns.text()};
}

TrashItem read_trash(Columns& columns) {
  return {.id = columns.text(),
          .model = {columns.text()},
          .reference = columns.text(),
          .version = columns.next_is_null() ? (columns.skip(1), std::nullopt) : std::optional{read_number(columns)},
          .deleted_at = columns.time(),
          .deleted_by = columns.text(),
          .size_bytes = columns.size(),
          .dataset = read_maybe<DatasetId>(columns),
          .slice = read_maybe<SliceId>(columns)};
}

VersionNumber read_number(Columns& columns) { return VersionNumber{columns.integer()}; }

std::string read_text(Columns& columns) { return columns.text(); }

std::string json_list(std::span<const std::string> texts) {
  boost::json::array list;
  list.reserve(texts.size());
  for (const std::string& text : texts) list.emplace_back(text);
  return boost::json::serialize(list);
}

std::string json_list(std::span<const Digest> digests) {
  boost::json::array list;
  list.reserve(digests.size());
  for (const Digest& digest : digests) list.emplace_back(digest.to_string());
  return boost::json::serialize(list);
}

}  // namespace weighhouse::db
