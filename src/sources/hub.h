#pragma once

#include <memory>
#include <string>

#include "sources/reader.h"

namespace weighhouse::sources {

// A hub in the download protocol of Hugging Face: ids are "owner/name", versions are commits, branches or tags.
class Hub final : public services::Remote {
 public:
  Hub(std::unique_ptr<Reader> reader, std::string endpoint)
      : reader_(std::move(reader)), endpoint_(std::move(endpoint)) {}

  bool has_list() const override { return false; }
  Result<services::RemoteOffers> list_offers() override;
  // Without a version: the branch "main". What it gives names the commit.
  Result<services::RemoteVersion> describe(std::string_view id, std::string_view version) override;
  Result<services::RemoteBytes> open(const services::RemoteFile& file, ByteRange range, std::string_view tag) override;

 private:
  std::unique_ptr<Reader> reader_;
  const std::string endpoint_;
};

}  // namespace weighhouse::sources
