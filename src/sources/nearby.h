#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "services/assortment.h"
#include "sources/reader.h"

namespace weighhouse::sources {

// Folders of this machine in which other programs keep files under their SHA-256.
struct DigestFolders {
  std::vector<std::string> lfs;  // objects of Git LFS, ab/cd/<hex> in each
  std::vector<std::string> hub;  // the hub's cache, models--<owner>--<name>/blobs/<hex> in each

  // WEIGH_LFS_STORES names some, separated by ":"; the checkout that holds `library` has one, and the variables of the
  // hub's clients say where its cache is.
  static DigestFolders of(const std::string& library, const services::Variable& variable);
};

// "models--owner--name", as the hub's clients call a model's folder.
std::string hub_folder(std::string_view id);
Result<Digest> digest_of_file(const std::string& path);

// A source, of which files that lie in such a folder already are taken from there: read whole and held against their
// digest before the first byte is given out.
class Nearby final : public services::Remote {
 public:
  Nearby(std::unique_ptr<services::Remote> far, DigestFolders folders)
      : far_(std::move(far)), folders_(std::move(folders)) {}

  bool has_list() const override { return far_->has_list(); }
  Result<services::RemoteOffers> list_offers() override { return far_->list_offers(); }
  Result<services::RemoteVersion> describe(std::string_view id, std::string_view version) override;
  Result<std::vector<services::FilePart>> list_parts(const services::RemoteFile& file) override;
  Result<services::RemoteBytes> open(const services::RemoteFile& file, ByteRange range, std::string_view tag) override;

 private:
  std::optional<std::string> find(const services::RemoteFile& file);
  std::vector<std::string> places_of(const Digest& digest) const;

  std::unique_ptr<services::Remote> far_;
  const DigestFolders folders_;
  FolderReader local_{"/"};

  std::mutex mutex_;
  std::string hub_folder_;                              // of what was described last
  std::map<Digest, std::optional<std::string>> found_;  // whoever asks first looks, the others wait for that
};

}  // namespace weighhouse::sources
