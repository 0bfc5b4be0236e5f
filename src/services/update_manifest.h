#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/time.h"
#include "registry/model.h"

namespace weighhouse::services {

// The documents of the update protocol: pure, texts in and texts out. `manifest.json` holds one key a model and
// nothing else, for there are clients that read every key as a model; so its signature is a document beside it.

struct ManifestEntry {
  std::string id;
  std::int64_t latest_version = 0;
  std::optional<double> size_mb{};
  std::vector<std::string> improvements{};
  std::string description{};
};
std::string format_manifest(const std::vector<ManifestEntry>& entries);
// kInvalidArgument unless it is a JSON object of models. A model of another shape is left out: one mistake in a list
// keeps nobody from the others.
Result<std::vector<ManifestEntry>> parse_manifest(std::string_view json);

// Who vouches for a manifest, since when and until when.
struct ManifestSignature {
  std::string channel;
  std::int64_t serial = 0;  // grows with every change
  Timestamp issued_at{};
  Timestamp expires_at{};
  Digest manifest{};  // of its bytes
  std::string key{};
  std::string signature{};
};
std::string signed_text(const ManifestSignature& signature);
std::string to_json(const ManifestSignature& signature);
Result<ManifestSignature> parse_manifest_signature(std::string_view json);

// What a pinned key demands: kPermissionDenied for another key, other bytes or another channel than these,
// kFailedPrecondition for a manifest that is older than `least_serial` or expired.
struct Pinned {
  std::string key;
  std::string channel;
  std::int64_t least_serial = 0;
};
Result<> require_trusted(const Pinned& pinned, std::string_view manifest, const ManifestSignature& signature,
                         Timestamp now);

// `info.json`: what a version is made of.
struct UpdateInfo {
  std::string id;
  std::int64_t version = 0;
  std::string description{};
  std::vector<std::string> improvements{};
  std::vector<registry::File> files{};  // empty: only the file named after id and version
  std::string weights{};                // the path that this file has among them
  std::string metadata = "{}";
  std::optional<registry::Kind> kind{};
  std::string signature{};
};
std::string signed_text(const UpdateInfo& info);
std::string to_json(const UpdateInfo& info);
Result<UpdateInfo> parse_update_info(std::string_view json);

double megabytes(std::uint64_t size_bytes);  // 1.23 for 1,234,567; 0.01 for less
// "jarvis_v3.pt"
std::string update_file_name(std::string_view id, std::int64_t version);

}  // namespace weighhouse::services
