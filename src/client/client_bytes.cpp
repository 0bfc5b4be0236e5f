// The operations of the API that carry bytes instead of JSON.

#include <fmt/format.h>

#include "base/json_fields.h"
#include "base/text.h"
#include "client/client.h"
#include "client/content_range.h"
#include "client/exchange.h"
#include "client/fetch_bytes.h"
#include "client/paths.h"

namespace weighhouse::client {
namespace {

constexpr int kPartialContent = 206;
constexpr int kRangeNotSatisfiable = 416;

// RFC 9530: "sha-256=:<base64>:".
std::string repr_digest(const Digest& digest) { return fmt::format("sha-256=:{}:", encode_base64(digest.bytes())); }

Result<Object> send_bytes(Transport& transport, Call call, ByteSource& bytes, std::uint64_t size_bytes) {
  call.stream = &bytes;
  call.stream_bytes = size_bytes;
  auto reply = TRY(transport.send(call));
  TRY(require_success(reply));
  return read_object(reply);
}

}  // namespace

Result<Download> fetch_bytes(Transport& transport, const std::string& target, const ResumePoint& from) {
  Call call{.method = "GET", .target = target};
  if (from.offset > 0) {
    call.headers.emplace_back("Range", fmt::format("bytes={}-", from.offset));
    if (!from.etag.empty()) call.headers.emplace_back("If-Range", from.etag);
  }
  auto reply = TRY(transport.send(call));
  // What we have is longer than what there is: it is of something else, so begin again.
  if (reply.status == kRangeNotSatisfiable && from.offset > 0) return fetch_bytes(transport, target, {});
  TRY(require_success(reply));
  Download result{.etag = std::string{reply.find("ETag").value_or("")}};
  if (reply.status == kPartialContent) {
    const auto told = reply.find("Content-Range").value_or("");
    const auto range = parse_content_range(told);
    if (!range) {
      return fail(ErrorCode::kInternal,
                  fmt::format("The server sent a part without saying which: \"{}\".", printable(told, 80)));
    }
    result.offset = range->first;
    result.total_bytes = range->total_bytes;
  } else {
    result.total_bytes = parse_size(reply.find("Content-Length").value_or(""));
  }
  result.body = std::move(reply.body);
  return result;
}

Result<Object> Client::put_blob(const Digest& digest, ByteSource& bytes, std::uint64_t size_bytes) const {
  return send_bytes(*transport_,
                    {.method = "PUT",
                     .target = "/api/blobs/" + encode_percent(digest.to_string()),
                     .headers = {{"Content-Type", "application/octet-stream"}}},
                    bytes, size_bytes);
}

Result<Object> Client::create_upload(std::string_view name, const Digest& digest, std::uint64_t size_bytes) const {
  return send_object(
      *transport_, "POST", "/api/uploads" + query({{"name", std::string{name}}}), {},
      {{"Upload-Length", std::to_string(size_bytes)}, {"Upload-Complete", "?0"}, {"Repr-Digest", repr_digest(digest)}});
}

Result<Object> Client::append_upload(std::string_view id, std::uint64_t offset, ByteSource& bytes,
                                     std::uint64_t size_bytes) const {
  return send_bytes(*transport_,
                    {.method = "PATCH",
                     .target = "/api/uploads/" + encode_percent(id),
                     .headers = {{"Content-Type", "application/partial-upload"},
                                 {"Upload-Offset", std::to_string(offset)},
                                 {"Upload-Complete", "?1"}}},
                    bytes, size_bytes);
}

Result<Download> Client::download_file(const registry::Reference& version, std::string_view path,
                                       const ResumePoint& from) const {
  return fetch_bytes(*transport_, file_path(version, path), from);
}

Result<Download> Client::download_archive(const registry::Reference& version, const ResumePoint& from) const {
  return fetch_bytes(*transport_, version_path(version) + "/download", from);
}

}  // namespace weighhouse::client
