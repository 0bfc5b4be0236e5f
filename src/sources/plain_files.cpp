#include "sources/plain_files.h"

#include "base/text.h"
#include "sources/address.h"

namespace weighhouse::sources {

using services::RemoteOffers;
using services::RemoteVersion;

namespace {

tl::unexpected<Error> no_list() {
  return fail(ErrorCode::kFailedPrecondition,
              "This source has no list of what it has. Name what you want with \"weigh "
              "pull SOURCE:PATH\".");
}

}  // namespace

Result<RemoteOffers> PlainFiles::list_offers() { return no_list(); }

Result<RemoteVersion> PlainFiles::describe(std::string_view id, std::string_view version) {
  auto path = TRY(registry::FilePath::parse(id.substr(id.rfind('/') + 1)));
  RemoteVersion described{.id = std::string{id}, .version = std::string{version}, .files = {}};
  described.files.push_back({std::move(path), base_ + path_of(id)});
  return described;
}

Result<services::RemoteBytes> PlainFiles::open(const services::RemoteFile& file, ByteRange range,
                                               std::string_view tag) {
  return reader_->open(file.address, range, tag);
}

Result<RemoteOffers> PlainFolder::list_offers() { return no_list(); }

Result<RemoteVersion> PlainFolder::describe(std::string_view id, std::string_view version) {
  RemoteVersion described{.id = std::string{id}, .version = std::string{version}, .files = {}};
  const auto listed = TRY(reader_.list(path_of(id)));
  for (const auto& relative : listed) {
    auto path = TRY(registry::FilePath::parse(relative));
    described.files.push_back({std::move(path), path_of(id) + path_of(relative)});
  }
  if (listed.empty()) {
    auto path = TRY(registry::FilePath::parse(id.substr(id.rfind('/') + 1)));
    described.files.push_back({std::move(path), path_of(id)});
  }
  return described;
}

Result<services::RemoteBytes> PlainFolder::open(const services::RemoteFile& file, ByteRange range,
                                                std::string_view tag) {
  return reader_.open(file.address, range, tag);
}

}  // namespace weighhouse::sources
