#pragma once

#include <memory>
#include <string>

#include "services/assortment.h"
#include "sources/hub.h"
#include "sources/web.h"

namespace weighhouse::sources {

// The list that comes with this program.
std::string_view built_in_catalog();

// The models of the catalog. What another program left in its cache is taken from there, if it is what the catalog
// says.
class CatalogSource final : public services::Remote {
 public:
  CatalogSource(const services::Assortment& assortment, std::unique_ptr<Web> web, std::unique_ptr<Hub> hub,
                services::Variable variable)
      : assortment_(assortment), web_(std::move(web)), hub_(std::move(hub)), variable_(std::move(variable)) {}

  bool has_list() const override { return false; }
  Result<services::RemoteOffers> list_offers() override;
  Result<services::RemoteVersion> describe(std::string_view id, std::string_view version) override;
  Result<services::RemoteBytes> open(const services::RemoteFile& file, ByteRange range, std::string_view tag) override;

 private:
  Result<services::RemoteVersion> describe_hub(const services::CatalogEntry& entry, std::string_view version);
  services::RemoteFile file_of(const services::CatalogEntry::File& file) const;
  // Of the first folder of another program that holds the model whole; none when there is none.
  std::vector<services::RemoteFile> files_of_folder(const services::CatalogEntry& entry) const;
  // The folder of one commit in the cache that clients of the hub keep.
  std::optional<std::string> hub_cache(const std::string& id, const std::string& commit) const;

  const services::Assortment& assortment_;
  std::unique_ptr<Web> web_;
  std::unique_ptr<Hub> hub_;
  const services::Variable variable_;
  FolderReader local_{"/"};
};

}  // namespace weighhouse::sources
