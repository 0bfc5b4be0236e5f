#include "sources/remotes.h"

#include "base/file.h"
#include "sources/bucket.h"
#include "sources/catalog_source.h"
#include "sources/hub.h"
#include "sources/plain_files.h"
#include "sources/update_server.h"

namespace weighhouse::sources {

using registry::Source;
using registry::SourceKind;
using services::Remote;

namespace {

std::string without_slash(std::string text) {
  while (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return text;
}

Result<std::string> web_base(const Source& source) {
  const auto address = TRY(Address::parse(source.address));
  return without_slash(address.to_string());
}

Result<std::string> folder_of(const Source& source) {
  constexpr std::string_view kScheme = "file://";
  auto path = source.address.starts_with(kScheme) ? source.address.substr(kScheme.size()) : source.address;
  if (path.starts_with('/')) return without_slash(std::move(path));
  return fail(ErrorCode::kInvalidArgument, "A folder is named with its whole path, such as /mnt/usb/models.");
}

// A folder that holds what an update server would serve is read like one.
Result<std::unique_ptr<Remote>> open_folder(const Source& source, const services::UpdateClient& client,
                                            const Clock& clock) {
  const auto folder = TRY(folder_of(source));
  if (!path_exists(join_path(folder, "manifest.json"))) return std::make_unique<PlainFolder>(folder);
  return std::make_unique<UpdateServer>(std::make_unique<FolderReader>(folder), "", source, client, clock);
}

}  // namespace

std::string Outside::hub_endpoint() const {
  const auto mirror = variable_("HF_ENDPOINT");
  return without_slash(mirror && !mirror->empty() ? *mirror : "https://huggingface.co");
}

Result<std::unique_ptr<Remote>> Outside::open(const Source& source, const services::UpdateClient& client) {
  if (source.kind == SourceKind::kCatalog) {
    auto hub = std::make_unique<Hub>(std::make_unique<Web>(options_), hub_endpoint());
    return std::make_unique<CatalogSource>(assortment_, std::make_unique<Web>(options_), std::move(hub), variable_);
  }
  if (source.kind == SourceKind::kBucket) {
    auto place = TRY(BucketPlace::parse(source.address, variable_));
    Web::Sign sign;
    if (place.credentials) {
      sign = [this, credentials = *place.credentials](const Address& address) {
        return signed_headers(address, credentials, clock_.now());
      };
    }
    auto web = std::make_unique<Web>(options_, std::move(sign));
    return std::make_unique<Bucket>(std::move(web), std::move(place));
  }
  if (source.kind == SourceKind::kFolder) return open_folder(source, client, clock_);
  const auto base = TRY(web_base(source));
  auto web = std::make_unique<Web>(options_);
  switch (source.kind) {
    case SourceKind::kUpdateServer:
      return std::make_unique<UpdateServer>(std::move(web), base, source, client, clock_);
    case SourceKind::kWeighhouse:
      return std::make_unique<UpdateServer>(std::move(web), base + "/updates", source, client, clock_);
    case SourceKind::kHub:
      // A mirror stands in for the hub itself, and for no other.
      return std::make_unique<Hub>(std::move(web), base == "https://huggingface.co" ? hub_endpoint() : base);
    case SourceKind::kFiles:
      return std::make_unique<PlainFiles>(std::move(web), base);
    case SourceKind::kFolder:
    case SourceKind::kBucket:
    case SourceKind::kCatalog:
      break;
  }
  return fail(ErrorCode::kInvalidArgument, "Sources of the kind \"" + std::string{registry::to_string(source.kind)} +
                                               "\" cannot be asked by this program.");
}

}  // namespace weighhouse::sources
