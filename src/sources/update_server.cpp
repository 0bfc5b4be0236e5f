#include "sources/update_server.h"

#include "base/text.h"
#include "services/shared_tensors.h"
#include "services/update_manifest.h"
#include "sources/address.h"

namespace weighhouse::sources {

using services::RemoteFile;
using services::RemoteOffers;
using services::RemoteVersion;
using services::UpdateInfo;

namespace {

constexpr std::size_t kManifestBytes = std::size_t{64} << 20U;
constexpr std::size_t kInfoBytes = std::size_t{16} << 20U;

std::string query_of(const services::UpdateClient& client) {
  if (client.id.empty()) return {};
  return "?client=" + encode_percent(client.id) + "&client_version=" + encode_percent(client.version);
}

// What a pinned key demands of a version: that the key's owner said what its bytes are.
Result<> require_signed(const registry::Source& source, const UpdateInfo& info, std::string_view id,
                        std::string_view version) {
  if (source.public_key.empty()) return {};
  if (info.id != id || std::to_string(info.version) != version || info.files.empty()) {
    return fail(ErrorCode::kPermissionDenied, "\"" + source.name + "\" does not say what version " +
                                                  printable(version, 20) + " of \"" + printable(id, 80) +
                                                  "\" is made of, and its key is pinned. Nothing was fetched.");
  }
  return services::verify_signature(source.public_key, services::signed_text(info), info.signature);
}

}  // namespace

UpdateServer::UpdateServer(std::unique_ptr<Reader> reader, std::string base, registry::Source source,
                           services::UpdateClient client, const Clock& clock, const KeptPages* kept)
    : reader_(std::move(reader)),
      base_(std::move(base) + (source.channel == "stable" ? "" : "/" + source.channel)),
      query_(query_of(client)),
      source_(std::move(source)),
      clock_(clock),
      kept_(kept) {}

Result<RemoteOffers> UpdateServer::list_once(const Page& known) {
  const std::string address = base_ + "/manifest.json" + query_;
  const auto page = TRY(reader_->page(address, kManifestBytes, known));
  const auto& text = page.text;
  RemoteOffers offers;
  if (!source_.public_key.empty()) {
    const auto signature = reader_->text(base_ + "/manifest.sig.json" + query_, kInfoBytes);
    if (!signature && signature.error().code == ErrorCode::kNotFound) {
      return fail(ErrorCode::kPermissionDenied,
                  "The list of updates of \"" + source_.name + "\" is not signed, and its key is pinned.");
    }
    const auto signed_by = TRY(services::parse_manifest_signature(TRY(signature)));
    TRY(services::require_trusted({source_.public_key, source_.channel, source_.serial}, text, signed_by,
                                  clock_.now()));
    offers.serial = signed_by.serial;
  }
  for (auto& entry : TRY(services::parse_manifest(text))) {
    services::RemoteOffer offer{.id = std::move(entry.id),
                                .version = std::to_string(entry.latest_version),
                                .description = std::move(entry.description),
                                .improvements = std::move(entry.improvements)};
    if (entry.size_mb && *entry.size_mb >= 0) offer.size_bytes = static_cast<std::uint64_t>(*entry.size_mb * 1e6);
    offers.offers.push_back(std::move(offer));
  }
  if (kept_ != nullptr && page.tag != known.tag) kept_->keep(address, page);
  return offers;
}

// List and signature are two requests: what changed between them is asked for once more, and all of it.
Result<RemoteOffers> UpdateServer::list_offers() {
  auto offers = list_once(kept_ != nullptr ? kept_->find(base_ + "/manifest.json" + query_) : Page{});
  if (offers || offers.error().code != ErrorCode::kPermissionDenied) return offers;
  return list_once({});
}

std::string UpdateServer::way_out() const { return " \"weigh updates " + source_.name + "\" asks it what it offers."; }

Result<RemoteVersion> UpdateServer::describe(std::string_view id, std::string_view wanted) {
  std::string version{wanted};
  if (version.empty()) {
    for (const auto& offer : TRY(list_offers()).offers) {
      if (offer.id == id) version = offer.version;
    }
    if (version.empty())
      return fail(ErrorCode::kNotFound, "\"" + source_.name + "\" has no \"" + printable(id, 80) + "\"." + way_out());
  }
  const std::string folder = base_ + path_of(id) + path_of(version);
  const auto told = reader_->text(folder + "/info.json", kInfoBytes);
  if (!told && told.error().code == ErrorCode::kNotFound) {
    return fail(ErrorCode::kNotFound, "\"" + source_.name + "\" has no version " + printable(version, 20) + " of \"" +
                                          printable(id, 80) + "\"." + way_out());
  }
  const auto info = TRY(services::parse_update_info(TRY(told)));
  TRY(require_signed(source_, info, id, version));
  RemoteVersion described{.id = std::string{id},
                          .version = version,
                          .files = {},
                          .description = info.description,
                          .metadata = info.metadata,
                          .kind = info.kind};
  const std::string whole = folder + path_of(services::update_file_name(id, parse_int(version).value_or(0)));
  for (const auto& file : info.files) {
    const bool is_weights = file.path.text() == info.weights;
    described.files.push_back(
        {file.path, is_weights ? whole : base_ + "/files" + path_of(id) + path_of(version) + path_of(file.path.text()),
         file.size_bytes, file.digest, base_ + "/parts" + path_of(id) + path_of(version) + path_of(file.path.text())});
  }
  // A server that tells no more than the protocol asks has one file, of whatever size.
  if (info.files.empty()) {
    auto path = TRY(registry::FilePath::parse(std::string{id.substr(id.rfind('/') + 1)} + ".pt"));
    described.files.push_back({std::move(path), whole});
  }
  return described;
}

Result<std::vector<services::FilePart>> UpdateServer::list_parts(const RemoteFile& file) {
  return services::parse_parts(TRY(reader_->text(file.parts_address, kInfoBytes)));
}

Result<services::RemoteBytes> UpdateServer::open(const RemoteFile& file, ByteRange range, std::string_view tag) {
  return reader_->open(file.address, range, tag);
}

}  // namespace weighhouse::sources
