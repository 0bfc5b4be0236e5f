#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/digest.h"
#include "http/message.h"

namespace weighhouse::http {

// What a GET or HEAD for bytes of known size and identity is answered with (RFC 9110, sections 13 and 14).
struct RangeDecision {
  enum class Kind : std::uint8_t { kWhole, kPart, kNotModified, kPreconditionFailed, kNotSatisfiable };
  Kind kind = Kind::kWhole;
  ByteRange range{};  // for kPart: within the bytes, never empty
};
// `etag` with its quotes. Several ranges, and units other than bytes, count as none asked for.
RangeDecision decide_range(const Request& request, std::uint64_t size_bytes, std::string_view etag);

// Whether a list of tags as in If-Match holds this one; "*" holds every tag.
bool etag_list_holds(std::string_view list, std::string_view etag);

struct ServedBytes {
  std::uint64_t size_bytes = 0;
  std::string etag;  // without quotes: usually a digest
  std::string content_type = "application/octet-stream";
  std::string filename{};                  // empty: no Content-Disposition
  std::optional<Digest> digest{};          // of the whole: Repr-Digest
  std::string cache_control = "no-cache";  // "immutable" only where the address names the bytes
};
using OpenBytes = std::function<Result<std::unique_ptr<ByteSource>>(ByteRange range)>;

// The whole reply. `open` is called only for what is really sent, with exactly the range.
Result<Response> serve_bytes(const Request& request, const ServedBytes& bytes, const OpenBytes& open);

// "attachment" with the name for old clients and, where it is not plain ASCII, for all others (RFC 6266, RFC 8187).
std::string content_disposition(std::string_view filename);

// RFC 9530: "sha-256=:base64:".
std::string repr_digest_header(const Digest& digest);

}  // namespace weighhouse::http
