#include "services/update_manifest.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include "base/json_fields.h"
#include "base/text.h"
#include "registry/manifest.h"
#include "services/signing.h"

namespace weighhouse::services {
namespace json = boost::json;

namespace {

constexpr std::size_t kDepth = 32;

Result<json::object> parse_object(std::string_view text, std::string_view what) {
  json::error_code error;
  auto value = json::parse(text, error, {}, {.max_depth = kDepth});
  if (!error && value.is_object()) return std::move(value.get_object());
  return fail(ErrorCode::kInvalidArgument,
              std::string{what} + " is no JSON object; it begins with \"" + printable(text.substr(0, 40)) + "\".");
}

std::optional<std::int64_t> integer_at(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr) return std::nullopt;
  json::error_code error;
  const auto number = value->to_number<std::int64_t>(error);
  return error ? std::nullopt : std::optional{number};
}

std::vector<std::string> texts_at(const json::object& object, std::string_view key) {
  std::vector<std::string> texts;
  const auto* value = object.if_contains(key);
  if (value == nullptr || !value->is_array()) return texts;
  for (const auto& item : value->get_array()) {
    if (item.is_string()) texts.emplace_back(item.get_string());
  }
  return texts;
}

json::object to_object(const registry::File& file) {
  return {{"path", file.path.text()}, {"digest", file.digest.to_string()}, {"size_bytes", file.size_bytes}};
}

Result<registry::File> parse_file(const json::value& value) {
  if (!value.is_object()) return fail(ErrorCode::kInvalidArgument, "A file of an update is a JSON object.");
  const auto& object = value.get_object();
  auto path = TRY(registry::FilePath::parse(text_at(object, "path")));
  const auto digest = TRY(Digest::parse(text_at(object, "digest")));
  const auto size = integer_at(object, "size_bytes").value_or(-1);
  if (size < 0) return fail(ErrorCode::kInvalidArgument, "\"" + path.text() + "\" has no size.");
  return registry::File{std::move(path), digest, static_cast<std::uint64_t>(size)};
}

}  // namespace

double megabytes(std::uint64_t size_bytes) {
  return size_bytes == 0 ? 0 : std::max(0.01, std::round(static_cast<double>(size_bytes) / 1e4) / 100);
}

std::string update_file_name(std::string_view id, std::int64_t version) {
  return std::string{id} + "_v" + std::to_string(version) + ".pt";
}

std::string format_manifest(const std::vector<ManifestEntry>& entries) {
  std::string text = "{";
  for (const auto& entry : entries) {
    if (text.size() > 1) text += ",";
    text += json::serialize(json::string{entry.id}) + ":{\"latest_version\":" + std::to_string(entry.latest_version);
    if (entry.size_mb) text += ",\"size_mb\":" + format_number(*entry.size_mb);
    if (!entry.improvements.empty())
      text += ",\"improvements\":" + json::serialize(json::value_from(entry.improvements));
    if (!entry.description.empty()) text += ",\"description\":" + json::serialize(json::string{entry.description});
    text += "}";
  }
  return text + "}\n";
}

Result<std::vector<ManifestEntry>> parse_manifest(std::string_view text) {
  const auto manifest = TRY(parse_object(text, "The list of updates"));
  std::vector<ManifestEntry> entries;
  entries.reserve(manifest.size());
  for (const auto& [id, value] : manifest) {
    if (!value.is_object()) continue;
    const auto& model = value.get_object();
    const auto version = integer_at(model, "latest_version");
    if (!version || *version < 1) continue;
    ManifestEntry entry{.id = std::string{id}, .latest_version = *version};
    const auto* size = model.if_contains("size_mb");
    if (size != nullptr && size->is_number()) entry.size_mb = size->to_number<double>();
    entry.improvements = texts_at(model, "improvements");
    entry.description = text_at(model, "description");
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::string signed_text(const ManifestSignature& signature) {
  return "weighhouse updates 1\n" + signature.channel + "\n" + std::to_string(signature.serial) + "\n" +
         signature.issued_at.to_string() + "\n" + signature.expires_at.to_string() + "\n" +
         signature.manifest.to_string() + "\n";
}

std::string to_json(const ManifestSignature& signature) {
  return json::serialize(json::object{{"channel", signature.channel},
                                      {"serial", signature.serial},
                                      {"issued_at", signature.issued_at.to_string()},
                                      {"expires_at", signature.expires_at.to_string()},
                                      {"manifest", signature.manifest.to_string()},
                                      {"key", signature.key},
                                      {"signature", signature.signature}}) +
         "\n";
}

Result<ManifestSignature> parse_manifest_signature(std::string_view text) {
  const auto object = TRY(parse_object(text, "The signature of the list of updates"));
  ManifestSignature signature{.channel = text_at(object, "channel"),
                              .serial = integer_at(object, "serial").value_or(0)};
  signature.issued_at = TRY(Timestamp::parse(text_at(object, "issued_at")));
  signature.expires_at = TRY(Timestamp::parse(text_at(object, "expires_at")));
  signature.manifest = TRY(Digest::parse(text_at(object, "manifest")));
  signature.key = text_at(object, "key");
  signature.signature = text_at(object, "signature");
  return signature;
}

Result<> require_trusted(const Pinned& pinned, std::string_view manifest, const ManifestSignature& signature,
                         Timestamp now) {
  if (signature.key != pinned.key) {
    return fail(ErrorCode::kPermissionDenied,
                "The list of updates is signed with " + printable(signature.key, 80) +
                    ", and the key of this source is " + pinned.key +
                    ". If its owner changed keys, add the source again with the new one.");
  }
  TRY(verify_signature(pinned.key, signed_text(signature), signature.signature));
  if (signature.manifest != Digest::of(manifest)) {
    return fail(ErrorCode::kPermissionDenied,
                "The list of updates is not the one that was signed: it was altered on "
                "its way, or changed just now. Try again; if it stays so, tell its owner.");
  }
  if (signature.channel != pinned.channel) {
    return fail(ErrorCode::kPermissionDenied, "The list of updates is that of the channel \"" +
                                                  printable(signature.channel, 80) + "\", not of \"" + pinned.channel +
                                                  "\".");
  }
  if (signature.serial < pinned.least_serial) {
    return fail(ErrorCode::kFailedPrecondition,
                "The list of updates is number " + std::to_string(signature.serial) + ", older than number " +
                    std::to_string(pinned.least_serial) +
                    ", which was seen before. Something on the way gives out old lists.");
  }
  if (now >= signature.expires_at) {
    return fail(ErrorCode::kFailedPrecondition,
                "The list of updates expired at " + signature.expires_at.to_string() +
                    ". Its source signs no new ones, or something on the way gives out old lists.");
  }
  return {};
}

std::string signed_text(const UpdateInfo& info) {
  return "weighhouse update 1\n" + info.id + "\n" + std::to_string(info.version) + "\n" +
         registry::manifest_digest(info.files).to_string() + "\n" + info.weights + "\n" +
         Digest::of(info.metadata).to_string() + "\n";
}

std::string to_json(const UpdateInfo& info) {
  std::uint64_t size_bytes = 0;
  json::array files;
  for (const auto& file : info.files) {
    size_bytes += file.size_bytes;
    files.push_back(to_object(file));
  }
  json::object object{{"id", info.id},
                      {"version", info.version},
                      {"description", info.description},
                      {"improvements", json::value_from(info.improvements)},
                      {"size_mb", megabytes(size_bytes)},
                      {"weights", info.weights},
                      {"files", std::move(files)},
                      {"metadata", info.metadata}};
  if (info.kind) object["kind"] = registry::to_string(*info.kind);
  if (!info.signature.empty()) object["signature"] = info.signature;
  return json::serialize(object) + "\n";
}

Result<UpdateInfo> parse_update_info(std::string_view text) {
  const auto object = TRY(parse_object(text, "What the source says of the update"));
  UpdateInfo info{.id = text_at(object, "id"),
                  .version = integer_at(object, "version").value_or(0),
                  .description = text_at(object, "description"),
                  .improvements = texts_at(object, "improvements")};
  const auto* files = object.if_contains("files");
  if (files != nullptr && files->is_array()) {
    for (const auto& file : files->get_array()) info.files.push_back(TRY(parse_file(file)));
  }
  info.weights = text_at(object, "weights");
  if (const auto metadata = text_at(object, "metadata"); !metadata.empty()) info.metadata = metadata;
  if (const auto kind = registry::parse_kind(text_at(object, "kind"))) info.kind = *kind;
  info.signature = text_at(object, "signature");
  return info;
}

}  // namespace weighhouse::services
