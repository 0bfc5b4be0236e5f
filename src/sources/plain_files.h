#pragma once

#include <memory>
#include <string>

#include "sources/reader.h"

namespace weighhouse::sources {

// Files under an address, each a version by itself: `pull files:voices/jarvis.pt`.
class PlainFiles final : public services::Remote {
 public:
  PlainFiles(std::unique_ptr<Reader> reader, std::string base) : reader_(std::move(reader)), base_(std::move(base)) {}

  bool has_list() const override { return false; }
  Result<services::RemoteOffers> list_offers() override;
  Result<services::RemoteVersion> describe(std::string_view id, std::string_view version) override;
  Result<services::RemoteBytes> open(const services::RemoteFile& file, ByteRange range, std::string_view tag) override;

 private:
  std::unique_ptr<Reader> reader_;
  const std::string base_;
};

// Folders of a folder, each a version: `pull usb:jarvis`; or one file of it.
class PlainFolder final : public services::Remote {
 public:
  explicit PlainFolder(std::string folder) : reader_(std::move(folder)) {}

  bool has_list() const override { return false; }
  Result<services::RemoteOffers> list_offers() override;
  Result<services::RemoteVersion> describe(std::string_view id, std::string_view version) override;
  Result<services::RemoteBytes> open(const services::RemoteFile& file, ByteRange range, std::string_view tag) override;

 private:
  FolderReader reader_;
};

}  // namespace weighhouse::sources
