#include "sources/catalog_source.h"

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/text.h"
#include "catalog_assets.h"
#include "services/puller.h"
#include "sources/address.h"
#include "sources/caches.h"
#include "sources/nearby.h"

namespace weighhouse::sources {

using services::CatalogEntry;
using services::RemoteFile;
using services::RemoteVersion;

namespace {

constexpr std::string_view kLocal = "file:";

// A file that somebody else keeps may be half written, another one of the same name, or a link to one that is gone.
bool is_what_it_should_be(const std::string& path, const RemoteFile& file) {
  std::error_code failure;
  if (!std::filesystem::is_regular_file(path, failure)) return false;
  const auto size = std::filesystem::file_size(path, failure);
  if (failure || size != file.size_bytes.value_or(size)) return false;
  if (!file.digest) return true;
  const auto found = digest_of_file(path);
  return found && *found == *file.digest;
}

// Of what Python makes of a package when it is used, nothing belongs to the model.
bool is_left_by_python(const std::string& path) {
  return path.ends_with(".pyc") || path.starts_with("__pycache__/") || path.find("/__pycache__/") != std::string::npos;
}

RemoteFile local_file(registry::FilePath path, const std::string& place, const std::optional<Digest>& digest) {
  return {std::move(path), std::string{kLocal} + path_of(place.substr(1)), {}, digest};
}

}  // namespace

std::string_view built_in_catalog() { return catalog_assets()[0].bytes; }

Result<services::RemoteOffers> CatalogSource::list_offers() {
  return fail(ErrorCode::kFailedPrecondition, "The catalog lists models, and no updates. \"weigh catalog\" shows it.");
}

RemoteFile CatalogSource::file_of(const CatalogEntry::File& file) const {
  RemoteFile far{file.path, file.address, {}, file.digest};
  for (const auto& cache : file.caches) {
    for (const auto& path : list_places(cache, variable_)) {
      if (is_what_it_should_be(path, far)) return local_file(file.path, path, file.digest);
    }
  }
  return far;
}

std::vector<RemoteFile> CatalogSource::files_of_folder(const CatalogEntry& entry) const {
  for (const auto& named : entry.folders) {
    for (const auto& place : list_places(named, variable_)) {
      const auto listed = local_.list(path_of(place.substr(1)));
      if (!listed) continue;
      const auto is_there = [&](const std::string& pattern) {
        return std::any_of(listed->begin(), listed->end(),
                           [&](const std::string& path) { return services::matches_pattern(path, pattern); });
      };
      if (!std::all_of(entry.needs.begin(), entry.needs.end(), is_there)) continue;
      std::vector<RemoteFile> files;
      for (const auto& relative : *listed) {
        auto path = registry::FilePath::parse(relative);
        if (!path || is_left_by_python(relative)) continue;
        files.push_back(local_file(*std::move(path), join_path(place, relative), {}));
      }
      if (!files.empty()) return files;
    }
  }
  return {};
}

std::optional<std::string> CatalogSource::hub_cache(const std::string& id, const std::string& commit) const {
  for (const auto& folder : hub_caches(variable_)) {
    const auto model = join_path(folder, hub_folder(id));
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
    if (cached && is_what_it_should_be(place, file)) file = local_file(file.path, place, file.digest);
  }
  return listed;
}

Result<RemoteVersion> CatalogSource::describe(std::string_view id, std::string_view version) {
  const auto entry = TRY(assortment_.get(id));
  if (!entry.hub.empty()) return describe_hub(entry, version);
  RemoteVersion described{.id = entry.id, .version = std::string{version}, .files = {}, .description = entry.use};
  for (const auto& file : entry.files) described.files.push_back(file_of(file));
  const auto is_here = [](const RemoteFile& file) { return file.address.starts_with(kLocal); };
  if (std::all_of(described.files.begin(), described.files.end(), is_here)) return described;
  if (auto files = files_of_folder(entry); !files.empty()) described.files = std::move(files);
  return described;
}

Result<services::RemoteBytes> CatalogSource::open(const RemoteFile& file, ByteRange range, std::string_view tag) {
  if (file.address.starts_with(kLocal)) {
    auto bytes = TRY(local_.open(file.address.substr(kLocal.size()), range, tag));
    bytes.is_near = true;
    return bytes;
  }
  return web_->open(file.address, range, tag);
}

}  // namespace weighhouse::sources
