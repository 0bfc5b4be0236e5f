#include "sources/nearby.h"

#include <algorithm>

#include "base/file.h"
#include "base/text.h"
#include "sources/address.h"
#include "sources/caches.h"

namespace weighhouse::sources {

using services::RemoteFile;

namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 20U;

// Of the checkout that a folder is in.
std::optional<std::string> lfs_of_checkout(std::string folder) {
  while (folder.starts_with('/') && folder.size() > 1) {
    const auto store = join_path(folder, ".git/lfs/objects");
    if (path_exists(store)) return store;
    folder.resize(folder.rfind('/'));
  }
  return std::nullopt;
}

}  // namespace

DigestFolders DigestFolders::of(const std::string& library, const services::Variable& variable) {
  DigestFolders folders;
  const auto named = variable("WEIGH_LFS_STORES").value_or("");
  for (const auto one : split(named, ':')) {
    if (one.starts_with('/')) folders.lfs.push_back(join_path(std::string{one}, "objects"));
  }
  if (auto store = lfs_of_checkout(library)) folders.lfs.push_back(*std::move(store));
  folders.hub = hub_caches(variable);
  return folders;
}

std::string hub_folder(std::string_view id) {
  std::string flat = "models--";
  for (const char c : id) flat += c == '/' ? std::string{"--"} : std::string{c};
  return flat;
}

Result<Digest> digest_of_file(const std::string& path) {
  const auto file = TRY(FileAccess::open(path));
  std::vector<std::byte> buffer(kBufferBytes);
  Sha256 hash;
  for (;;) {
    const auto count = TRY(file.read_at(hash.size_bytes(), buffer));
    if (count == 0) return std::move(hash).finish();
    hash.update(std::span{buffer}.first(count));
  }
}

Result<services::RemoteVersion> Nearby::describe(std::string_view id, std::string_view version) {
  {
    const std::lock_guard lock{mutex_};
    hub_folder_ = hub_folder(id);
  }
  return far_->describe(id, version);
}

std::vector<std::string> Nearby::places_of(const Digest& digest) const {
  const auto hex = digest.hex();
  std::vector<std::string> places;
  for (const auto& folder : folders_.lfs)
    places.push_back(folder + "/" + hex.substr(0, 2) + "/" + hex.substr(2, 2) + "/" + hex);
  for (const auto& folder : folders_.hub) places.push_back(folder + "/" + hub_folder_ + "/blobs/" + hex);
  return places;
}

std::optional<std::string> Nearby::find(const RemoteFile& file) {
  if (!file.digest) return std::nullopt;
  const std::lock_guard lock{mutex_};
  const auto [known, is_new] = found_.try_emplace(*file.digest);
  if (!is_new) return known->second;
  for (auto& place : places_of(*file.digest)) {
    const auto info = stat_path(place);
    if (!info || !info->is_regular || info->size_bytes != file.size_bytes.value_or(info->size_bytes)) continue;
    const auto digest = digest_of_file(place);
    if (!digest || *digest != *file.digest) continue;
    known->second = std::move(place);
    break;
  }
  return known->second;
}

Result<std::vector<services::FilePart>> Nearby::list_parts(const RemoteFile& file) {
  if (find(file)) return std::vector<services::FilePart>{};
  return far_->list_parts(file);
}

Result<services::RemoteBytes> Nearby::open(const RemoteFile& file, ByteRange range, std::string_view tag) {
  const auto place = find(file);
  if (!place) return far_->open(file, range, tag);
  auto bytes = TRY(local_.open(path_of(place->substr(1)), range, {}));
  bytes.is_near = true;
  return bytes;
}

}  // namespace weighhouse::sources
