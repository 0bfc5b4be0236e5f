#include "sources/remotes.h"

#include "base/file.h"
#include "sources/bucket.h"
#include "sources/catalog_source.h"
#include "sources/hub.h"
#include "sources/nearby.h"
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

// "WEIGH_SOURCE_TOKEN_ACME_TWO" for the source acme-two: a secret stands in the environment, and in no database.
std::string token_variable(std::string_view source) {
  std::string name = "WEIGH_SOURCE_TOKEN_";
  for (const char c : source) {
    const bool is_lower = c >= 'a' && c <= 'z';
    const bool is_plain = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    name += is_lower ? static_cast<char>(c - 'a' + 'A') : is_plain ? c : '_';
  }
  return name;
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

std::unique_ptr<Web> Outside::web_with_token(const std::string& token) const {
  if (token.empty()) return std::make_unique<Web>(options_);
  return std::make_unique<Web>(options_,
                               [token](const Address&) { return Web::Headers{{"Authorization", "Bearer " + token}}; });
}

Result<std::unique_ptr<Remote>> Outside::open(const Source& source, const services::UpdateClient& client) {
  auto far = TRY(open_far(source, client));
  if (source.kind == SourceKind::kFolder) return far;
  return std::make_unique<Nearby>(std::move(far), DigestFolders::of(library_, variable_));
}

Result<std::unique_ptr<Remote>> Outside::open_far(const Source& source, const services::UpdateClient& client) {
  const auto hub_token = variable_("HF_TOKEN").value_or("");
  if (source.kind == SourceKind::kCatalog) {
    auto hub = std::make_unique<Hub>(web_with_token(hub_token), hub_endpoint());
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
  // What the environment says is for the hub, and a source's own token for that source.
  const bool is_hub = source.kind == SourceKind::kHub && base == "https://huggingface.co";
  const auto own = variable_(token_variable(source.name)).value_or("");
  auto web = web_with_token(own.empty() && is_hub ? hub_token : own);
  switch (source.kind) {
    case SourceKind::kUpdateServer:
      return std::make_unique<UpdateServer>(std::move(web), base, source, client, clock_, &lists_);
    case SourceKind::kWeighhouse:
      return std::make_unique<UpdateServer>(std::move(web), base + "/updates", source, client, clock_, &lists_);
    case SourceKind::kHub:
      // A mirror stands in for the hub itself, and for no other.
      return std::make_unique<Hub>(std::move(web), is_hub ? hub_endpoint() : base);
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
