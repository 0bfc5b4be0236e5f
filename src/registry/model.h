#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/time.h"
#include "registry/names.h"

namespace weighhouse::registry {

enum class Kind : std::uint8_t { kWakeWord, kTextClassifier, kSeparator, kDetector, kEncoder, kOther };
std::string_view to_string(Kind kind);  // "wake-word", "text-classifier", "separator", "detector", "encoder", "other"
Result<Kind> parse_kind(std::string_view word);

// The identity of a model for as long as there is a trace of it; names come and go.
struct ModelId {
  std::string text;  // a ULID
  auto operator<=>(const ModelId&) const = default;
};

// A named line of versions of one kind. May have no version yet.
struct Model {
  ModelId id;
  Namespace name_space;
  ModelName name;
  Kind kind = Kind::kOther;
  std::string display_name{};  // any text; empty means the name
  std::string description{};   // Markdown: the model card
  std::string licence{};
  Timestamp created_at{};
  Timestamp updated_at{};
  std::string created_by{};
  std::optional<VersionNumber> current{};
  bool current_held = false;       // `current` stays where it is when a version is added
  std::int64_t last_version = 0;   // the number the newest version got; never falls
  std::int64_t version_count = 0;  // versions neither in trash nor purged
  std::uint64_t size_bytes = 0;    // of those versions' files
  bool pinned = false;
  bool in_library = false;                // has a folder
  std::int64_t revision = 1;              // grows with every change: the ETag of the model
  std::optional<Timestamp> deleted_at{};  // in trash since
  std::string updated_by{};               // who changed the model itself last

  std::string reference() const { return name_space.text() + "/" + name.text(); }
  std::string reference(VersionNumber version) const { return reference() + "@" + std::to_string(version.value()); }
};

// One file of a version. `role` says what it is to the model.
enum class Role : std::uint8_t { kWeights, kGraph, kTokenizer, kConfig, kCode, kData, kOther };
std::string_view to_string(Role role);
Result<Role> parse_role(std::string_view word);

struct File {
  FilePath path;
  Digest digest;
  std::uint64_t size_bytes = 0;
  std::string format{};  // formats::to_string; empty while it is not known
  Role role = Role::kOther;
};

// Where a version trained elsewhere came from; every field may be empty.
struct Origin {
  std::string source{};  // an address, or "upload", "library", "import"
  std::string parent{};  // a reference or digest it was made from
  std::string commit{};
  std::string parameters{};  // JSON object
};

// Files that never change once they are committed, with what was said of them.
struct Version {
  ModelId model;
  VersionNumber number{0};
  std::optional<VersionWord> label{};
  std::string remote_version{};
  Digest manifest{};  // of the sorted list of files: see manifest.h
  std::uint64_t size_bytes = 0;
  std::int64_t file_count = 0;
  std::string metadata = "{}";  // JSON object: the record that the library's .json is rendered from
  std::string notes{};
  Origin origin{};
  Timestamp created_at{};
  std::string created_by{};
  bool pinned = false;
  std::optional<Timestamp> deleted_at{};
  std::optional<Timestamp> purged_at{};  // its files are gone; the number stays taken
};

// Made from a version: listed and zipped with it, deletable and remakeable, outside its manifest.
struct DerivedFile {
  File file;
  std::string made_by{};  // "onnx-export", "chart", …
  Timestamp created_at{};
};

struct Metric {
  std::string name;
  double value = 0;
  std::string class_name{};  // the optional parts: empty or absent when they say nothing
  std::string slice{};
  std::optional<double> threshold{};
  std::optional<std::int64_t> step{};
  std::string evaluation{};
  Timestamp created_at{};
};

struct Alias {
  VersionWord name;
  VersionNumber number;
  bool held = false;
  Timestamp moved_at{};
  std::string moved_by{};
  std::int64_t revision = 1;  // for If-Match
};

// One line of the append-only history: who did what to what, when.
struct Event {
  std::int64_t sequence = 0;
  Timestamp at{};
  std::string actor{};
  std::string action;  // "version.created", "alias.moved", …: docs/glossary.md lists them
  std::optional<ModelId> model{};
  std::optional<VersionNumber> version{};
  std::string subject{};       // the alias, tag or file it is about
  std::string details = "{}";  // JSON object
  std::string request_id{};
};

}  // namespace weighhouse::registry
