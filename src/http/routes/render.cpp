#include "http/routes/render.h"

#include <algorithm>

#include "http/routes/request.h"
#include "wire/json_writer.h"

namespace weighhouse::http {
namespace json = boost::json;

namespace {

constexpr std::size_t kListedDigests = 1000;

json::object origin_json(const registry::Origin& origin) {
  json::object object;
  if (!origin.source.empty()) object["source"] = origin.source;
  if (!origin.parent.empty()) object["parent"] = origin.parent;
  if (!origin.commit.empty()) object["commit"] = origin.commit;
  if (!origin.parameters.empty()) object["parameters"] = wire::object_of(origin.parameters);
  return object;
}

json::value parsed(const std::string& text) {
  json::error_code error;
  auto value = text.empty() ? json::value(nullptr) : json::parse(text, error);
  return error ? json::value(text) : value;
}

std::string_view to_string(formats::TensorChange change) {
  switch (change) {
    case formats::TensorChange::kSame:
      return "same";
    case formats::TensorChange::kChanged:
      return "changed";
    case formats::TensorChange::kAdded:
      return "added";
    case formats::TensorChange::kGone:
      return "gone";
  }
  return "same";
}

json::object file_change_json(const services::FileChange& change) {
  json::object object{{"path", change.path}, {"change", services::to_string(change.change)}};
  if (change.from) {
    object["from_digest"] = change.from->digest.to_string();
    object["from_size_bytes"] = change.from->size_bytes;
  }
  if (change.to) {
    object["to_digest"] = change.to->digest.to_string();
    object["to_size_bytes"] = change.to->size_bytes;
  }
  return object;
}

json::object tensor_json(const std::string& file, const formats::TensorDifference& tensor) {
  json::object object{{"name", tensor.name},
                      {"file", file},
                      {"change", to_string(tensor.change)},
                      {"type", tensor.to_type.empty() ? tensor.from_type : tensor.to_type}};
  if (tensor.change != formats::TensorChange::kAdded) object["from_shape"] = json::value_from(tensor.from_shape);
  if (tensor.change != formats::TensorChange::kGone) object["to_shape"] = json::value_from(tensor.to_shape);
  object["relative_norm"] = wire::or_null(tensor.relative_norm);
  object["cosine"] = wire::or_null(tensor.cosine);
  if (!tensor.note.empty()) object["note"] = tensor.note;
  return object;
}

}  // namespace

Response reply_with_model(const registry::ModelRow& row, int status) {
  wire::JsonWriter body;
  wire::write(body, row, wire::Extent::kWhole);
  return with_revision(Response::json(status, std::move(body).take()), row.model.revision);
}

std::string version_url(const registry::Model& model, registry::VersionNumber number) {
  return wire::model_url(model) + "/versions/" + std::to_string(number.value());
}

json::object to_json(const services::VersionView& view, wire::Extent extent) {
  const auto& version = view.version;
  json::array aliases;
  for (const auto& alias : view.aliases) aliases.push_back(json::value(alias.name.text()));
  json::object object{
      {"model", view.model.reference()},
      {"version", version.number.value()},
      {"reference", view.model.reference(version.number)},
      {"url", version_url(view.model, version.number)},
      {"label", version.label ? json::value(version.label->text()) : json::value(nullptr)},
      {"remote_version", version.remote_version},
      {"created_at", version.created_at.to_string()},
      {"created_by", version.created_by},
      {"size_bytes", version.size_bytes},
      {"file_count", version.file_count},
      {"manifest", version.manifest.to_string()},
      {"notes", version.notes},
      {"metadata", wire::object_of(version.metadata)},
      {"origin", origin_json(version.origin)},
      {"pinned", version.pinned},
      {"aliases", std::move(aliases)},
      {"is_current", view.is_current},
      {"metrics", wire::metrics_json(view.metrics, view.model.kind)},
  };
  if (extent == wire::Extent::kListed) return object;
  json::array files;
  const std::string url = version_url(view.model, version.number);
  for (const auto& file : view.files) files.push_back(wire::to_json(file, url, false));
  for (const auto& derived : view.derived) files.push_back(wire::to_json(derived.file, url, true));
  object["files"] = std::move(files);
  return object;
}

json::object to_json(const services::Difference& difference) {
  json::array files;
  for (const auto& change : difference.files) files.push_back(file_change_json(change));
  json::array metadata;
  for (const auto& change : difference.metadata) {
    metadata.push_back(json::object{{"path", change.path}, {"from", parsed(change.from)}, {"to", parsed(change.to)}});
  }
  json::array metrics;
  for (const auto& change : difference.metrics) {
    metrics.push_back(
        json::object{{"name", change.name}, {"from", wire::or_null(change.from)}, {"to", wire::or_null(change.to)}});
  }
  json::array tensors;
  json::object counts{{"same", 0}, {"changed", 0}, {"added", 0}, {"gone", 0}};
  for (const auto& [file, tensor] : difference.tensors) {
    auto& count = counts[to_string(tensor.change)];
    count = count.as_int64() + 1;
    tensors.push_back(tensor_json(file, tensor));
  }
  return {{"from", difference.from},
          {"to", difference.to},
          {"shared_bytes", difference.shared_bytes},
          {"files", std::move(files)},
          {"metadata", std::move(metadata)},
          {"metrics", std::move(metrics)},
          {"labels", json::object{{"added", json::value_from(difference.labels_added)},
                                  {"gone", json::value_from(difference.labels_gone)}}},
          {"tensors", std::move(tensors)},
          {"tensor_counts", std::move(counts)}};
}

json::object to_json(const services::TrashView& view) {
  json::object object{{"trash_id", view.item.id},
                      {"reference", view.item.reference},
                      {"deleted_at", view.item.deleted_at.to_string()},
                      {"deleted_by", view.item.deleted_by},
                      {"purge_at", view.purge_at.to_string()},
                      {"size_bytes", view.item.size_bytes},
                      {"freed_bytes", view.freed_bytes}};
  if (view.item.version) object["version"] = view.item.version->value();
  return object;
}

json::object to_json(const services::Freed& freed, services::DryRun dry_run) {
  json::array digests;
  for (std::size_t i = 0; i < std::min(freed.digests.size(), kListedDigests); ++i)
    digests.push_back(json::value(freed.digests[i].to_string()));
  return {{"freed_bytes", freed.bytes},
          {"blobs", freed.digests.size()},
          {"dry_run", dry_run == services::DryRun::kYes},
          {"digests", std::move(digests)}};
}

}  // namespace weighhouse::http
