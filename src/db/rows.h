#pragma once

#include <span>
#include <string>

#include "db/columns.h"
#include "registry/metadata_store.h"

namespace weighhouse::db {

// What the queries of several topics select, and how it becomes values. The list of columns and its reader
// stand side by side in rows.cpp's order.

inline constexpr std::string_view kModelColumns =
    "m.id, m.namespace, m.name, m.kind, m.display_name, m.description, m.licence, m.created_at, m.updated_at, "
    "m.created_by, m.current_number, m.current_held, m.last_version, m.version_count, m.size_bytes, m.pinned, "
    "m.in_library, m.revision, m.deleted_at, m.updated_by";
inline constexpr int kModelColumnCount = 20;
registry::Model read_model(Columns& columns);

inline constexpr std::string_view kVersionColumns =
    "v.model_id, v.number, v.label, v.remote_version, v.manifest, v.size_bytes, v.file_count, v.metadata, v.notes, "
    "v.origin_source, v.origin_parent, v.origin_commit, v.origin_parameters, v.created_at, v.created_by, v.pinned, "
    "v.deleted_at, v.purged_at";
registry::Version read_version(Columns& columns);

inline constexpr std::string_view kFileColumns = "f.path, f.digest, f.size_bytes, f.format, f.role";
registry::File read_file(Columns& columns);

inline constexpr std::string_view kAliasColumns = "a.name, a.number, a.held, a.moved_at, a.moved_by, a.revision";
registry::Alias read_alias(Columns& columns);

inline constexpr std::string_view kBlobColumns =
    "b.digest, b.size_bytes, b.crc32, b.modified_ns, b.inode, b.state, b.format, b.created_at, b.verified_at, b.damage";
registry::Blob read_blob(Columns& columns);
std::string_view to_string(registry::BlobState state);

inline constexpr std::string_view kTrashColumns =
    "t.id, t.model_id, t.reference, t.number, t.deleted_at, t.deleted_by, t.size_bytes, t.dataset_id, t.slice_id";
registry::TrashItem read_trash(Columns& columns);

registry::VersionNumber read_number(Columns& columns);
std::string read_text(Columns& columns);

// For IN_LIST.
std::string json_list(std::span<const std::string> texts);
std::string json_list(std::span<const Digest> digests);

}  // namespace weighhouse::db
