#pragma once

#include <memory>
#include <string>

#include "base/time.h"
#include "sources/kept_pages.h"

namespace weighhouse::sources {

// A server, or a folder, in the update protocol: `manifest.json`, and for each version `info.json` and its files.
class UpdateServer final : public services::Remote {
 public:
  // `base` is the address, for `reader`, that `manifest.json` stands under; `kept` remembers the last list, if given.
  UpdateServer(std::unique_ptr<Reader> reader, std::string base, registry::Source source, services::UpdateClient client,
               const Clock& clock, const KeptPages* kept = nullptr);

  bool has_list() const override { return true; }
  Result<services::RemoteOffers> list_offers() override;
  Result<services::RemoteVersion> describe(std::string_view id, std::string_view version) override;
  Result<std::vector<services::FilePart>> list_parts(const services::RemoteFile& file) override;
  Result<services::RemoteBytes> open(const services::RemoteFile& file, ByteRange range, std::string_view tag) override;

 private:
  Result<services::RemoteOffers> list_once(const Page& known);
  std::string way_out() const;

  std::unique_ptr<Reader> reader_;
  const std::string base_;   // with the channel
  const std::string query_;  // who asks
  const registry::Source source_;
  const Clock& clock_;
  const KeptPages* kept_;
};

}  // namespace weighhouse::sources
