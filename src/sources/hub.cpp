#include "sources/hub.h"

#include <boost/json.hpp>

#include "base/json_fields.h"
#include "base/text.h"
#include "sources/address.h"

namespace weighhouse::sources {
namespace json = boost::json;

using services::RemoteFile;
using services::RemoteVersion;

namespace {

constexpr std::size_t kListingBytes = std::size_t{64} << 20U;

std::optional<std::uint64_t> size_at(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr || !value->is_int64() || value->get_int64() < 0) return std::nullopt;
  return static_cast<std::uint64_t>(value->get_int64());
}

// Large files are named by their SHA-256 in the listing; of small ones only the size is known.
Result<RemoteFile> parse_file(const json::value& value) {
  if (!value.is_object()) return fail(ErrorCode::kUnavailable, "The hub lists a file that is no JSON object.");
  const auto& object = value.get_object();
  auto path = TRY(registry::FilePath::parse(text_at(object, "rfilename")));
  RemoteFile file{std::move(path), {}, size_at(object, "size"), {}};
  if (const auto* large = object.if_contains("lfs"); large != nullptr && large->is_object()) {
    file.size_bytes = size_at(large->get_object(), "size");
    if (const auto digest = Digest::parse_hex(text_at(large->get_object(), "sha256"))) file.digest = *digest;
  }
  return file;
}

}  // namespace

Result<services::RemoteOffers> Hub::list_offers() {
  return fail(ErrorCode::kFailedPrecondition,
              "A hub has no list of updates. Name what you want: \"weigh pull SOURCE:OWNER/NAME\".");
}

Result<RemoteVersion> Hub::describe(std::string_view id, std::string_view version) {
  const std::string revision{version.empty() ? "main" : version};
  const auto text = TRY(
      reader_->text(endpoint_ + "/api/models" + path_of(id) + "/revision/" + encode_percent(revision) + "?blobs=true",
                    kListingBytes));
  json::error_code error;
  const auto listing = json::parse(text, error);
  const auto* files =
      !error && listing.is_object() ? listing.get_object().if_contains("siblings") : static_cast<json::value*>(nullptr);
  if (files == nullptr || !files->is_array()) {
    return fail(ErrorCode::kUnavailable, "What " + endpoint_ + " says of \"" + printable(id, 80) +
                                             "\" lists no files. Is it a hub of the Hugging Face protocol?");
  }
  // What is fetched now is one commit, whatever the branch does meanwhile.
  const auto commit = text_at(listing.get_object(), "sha");
  RemoteVersion described{.id = std::string{id}, .version = commit.empty() ? revision : commit, .files = {}};
  for (const auto& one : files->get_array()) {
    auto file = TRY(parse_file(one));
    file.address =
        endpoint_ + path_of(id) + "/resolve/" + encode_percent(described.version) + path_of(file.path.text());
    described.files.push_back(std::move(file));
  }
  return described;
}

Result<services::RemoteBytes> Hub::open(const RemoteFile& file, ByteRange range, std::string_view tag) {
  return reader_->open(file.address, range, tag);
}

}  // namespace weighhouse::sources
