#include "sources/catalog_source.h"

#include <algorithm>

#include "base/file.h"
#include "base/text.h"
#include "catalog_assets.h"
#include "services/puller.h"
#include "sources/address.h"
#include "sources/nearby.h"

namespace weighhouse::sources {

using services::CatalogEntry;
using services::RemoteFile;
using services::RemoteVersion;

namespace {

constexpr std::string_view kLocal = "file:";

// A file that somebody else keeps may be half written, or another one of the same name.
bool is_what_it_should_be(const std::string& path, const std::optional<Digest>& digest) {
  const auto info = stat_path(path);
  if (!info || info->is_directory) return false;
  if (!digest) return true;
  const auto found = digest_of_file(path);
  return found && *found == *digest;
}

RemoteFile local_file(registry::FilePath path, const std::string& place, const std::optional<Digest>& digest) {
  return {std::move(path), std::string{kLocal} + path_of(place.substr(1)), {}, digest};
}

}  // namespace

std::string_view built_in_catalog() { return catalog_assets()[0].bytes; }

Result<services::RemoteOffers> CatalogSource::list_offers() {
  return fail(ErrorCode::kFailedPrecondition, "The catalog lists models, and no updates. \"weigh catalog\" shows it.");
}

Result<RemoteFile> CatalogSource::file_of(const CatalogEntry::File& file) const {
  for (const auto& cache : file.caches) {
    const auto path = services::expand_path(cache, variable_);
    if (path && path->starts_with('/') && is_what_it_should_be(*path, file.digest))
      return local_file(file.path, *path, file.digest);
  }
  return RemoteFile{file.path, file.address, {}, file.digest};
}

std::optional<std::string> CatalogSource::hub_cache(const std::string& id, const std::string& commit) const {
  for (const auto* root : {"$HF_HUB_CACHE", "$HF_HOME/hub", "~/.cache/huggingface/hub"}) {
    const auto folder = services::expand_path(root, variable_);
    if (!folder) continue;
    const auto model = join_path(*folder, hub_folder(id));
    const auto named = commit.empty() ? read_file(join_path(model, "refs/main"), 1000) : Result<std::string>{commit};
    if (!named) continue;
    const auto snapshot = join_path(model, "snapshots/" + std::string{trim(*named)});
    if (path_exists(snapshot)) return snapshot;
  }
  return std::nullopt;
}

Result<RemoteVersion> CatalogSource::describe_hub(const CatalogEntry& entry, std::string_view version) {
  auto listed = hub_->describe(entry.hub, version);
  const auto cached = hub_cache(entry.hub, listed ? listed->version : std::string{version});
  if (!listed && (!cached || listed.error().code != ErrorCode::kUnavailable)) return listed;
  const auto is_left_out = [&](const RemoteFile& file) {
    return std::any_of(entry.exclude.begin(), entry.exclude.end(), [&](const std::string& pattern) {
      return services::matches_pattern(file.path.text(), pattern);
    });
  };
  if (!listed) {  // nobody answers: what is in the cache is all there is
    RemoteVersion described{.id = entry.id, .version = cached->substr(cached->rfind('/') + 1), .files = {}};
    for (const auto& relative : TRY(local_.list(path_of(cached->substr(1))))) {
      auto path = TRY(registry::FilePath::parse(relative));
      described.files.push_back(local_file(std::move(path), join_path(*cached, relative), {}));
    }
    std::erase_if(described.files, is_left_out);
    return described;
  }
  listed->id = entry.id;
  std::erase_if(listed->files, is_left_out);
  for (auto& file : listed->files) {
    const auto place = cached ? join_path(*cached, file.path.text()) : std::string{};
    if (cached && path_exists(place) && is_what_it_should_be(place, file.digest))
      file = local_file(file.path, place, file.digest);
  }
  return listed;
}

Result<RemoteVersion> CatalogSource::describe(std::string_view id, std::string_view version) {
  const auto entry = TRY(assortment_.get(id));
  if (!entry.hub.empty()) return describe_hub(entry, version);
  RemoteVersion described{.id = entry.id, .version = std::string{version}, .files = {}, .description = entry.use};
  for (const auto& file : entry.files) described.files.push_back(TRY(file_of(file)));
  return described;
}

Result<services::RemoteBytes> CatalogSource::open(const RemoteFile& file, ByteRange range, std::string_view tag) {
  if (file.address.starts_with(kLocal)) return local_.open(file.address.substr(kLocal.size()), range, tag);
  return web_->open(file.address, range, tag);
}

}  // namespace weighhouse::sources
