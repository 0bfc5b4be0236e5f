#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "registry/names.h"

namespace weighhouse::registry {

enum class SourceKind : std::uint8_t {
  kUpdateServer,  // a manifest.json, and files under it
  kWeighhouse,    // the API of another house
  kHub,           // the Hugging Face hub's protocol
  kFiles,         // plain HTTP(S) addresses
  kFolder,        // of this machine
  kBucket,        // S3
  kCatalog,       // the list that comes with the program
};
std::string_view to_string(
    SourceKind kind);  // "update-server", "weighhouse", "hub", "files", "folder", "bucket", "catalog"
Result<SourceKind> parse_source_kind(std::string_view word);

// What happens when a source has a newer version of a model.
enum class UpdatePolicy : std::uint8_t {
  kNotify,    // it is listed
  kDownload,  // it becomes a version, and `current` stays where it is
  kApply,     // it becomes the current version
};
std::string_view to_string(UpdatePolicy policy);  // "notify", "download", "apply"
Result<UpdatePolicy> parse_update_policy(std::string_view word);

// Where models and updates come from.
struct Source {
  std::string name;
  SourceKind kind = SourceKind::kUpdateServer;
  std::string address;
  std::string channel{"stable"};
  std::string public_key{};  // pinned: a manifest without its signature is refused; empty: none is asked for
  Namespace name_space = Namespace::custom();   // of models that come from it for the first time
  UpdatePolicy policy = UpdatePolicy::kNotify;  // of models without one of their own
  std::chrono::seconds interval{0};             // between checks; 0: only when asked
  Timestamp created_at{};
  std::string created_by{};

  // What the last check left.
  std::int64_t serial = 0;  // the highest that a signed manifest bore
  std::optional<Timestamp> checked_at{};
  std::optional<Timestamp> next_check_at{};
  std::string failure{};    // why the last check found nothing; empty when it went well
  std::string found{"[]"};  // JSON: the updates that it found
};

// A policy of one model's own.
struct ModelPolicy {
  std::string source;
  std::string remote_id;
  UpdatePolicy policy = UpdatePolicy::kNotify;
};

// 1-64 of [a-z0-9._-], starting with a letter or digit: a colon ends it where a model is named with its source.
Result<std::string> parse_source_name(std::string_view text);
// The same alphabet; not a word that addresses of updates need.
Result<std::string> parse_channel(std::string_view text);

}  // namespace weighhouse::registry
