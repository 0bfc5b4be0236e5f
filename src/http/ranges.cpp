#include "http/ranges.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace weighhouse::http {
namespace {

std::string_view without_weakness(std::string_view tag) {
  if (tag.starts_with("W/")) tag.remove_prefix(2);
  return tag;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || end != text.data() + text.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range) return ~std::uint64_t{0};
  if (error != std::errc{}) return std::nullopt;
  return number;
}

struct Asked {
  bool sensible = false;  // one range of bytes, well written
  bool satisfiable = false;
  ByteRange range{};
};

Asked parse_range(std::string_view header, std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  if (!equal_ignoring_case(header.substr(0, kUnit.size()), kUnit)) return {};
  const std::string_view text = trim(header.substr(kUnit.size()));
  const auto dash = text.find('-');
  if (dash == std::string_view::npos || text.find(',') != std::string_view::npos) return {};
  const auto first = parse_number(text.substr(0, dash));
  const auto last = parse_number(text.substr(dash + 1));
  if (dash == 0) {
    if (!last) return {};
    const std::uint64_t count = std::min(*last, size);
    return {.sensible = true, .satisfiable = count > 0, .range = {size - count, count}};
  }
  const bool open_end = dash + 1 == text.size();
  if (!first || (!last && !open_end) || (last && *last < *first)) return {};
  if (*first >= size) return {.sensible = true};
  const std::uint64_t end = open_end ? size - 1 : std::min(*last, size - 1);
  return {.sensible = true, .satisfiable = true, .range = {*first, end - *first + 1}};
}

std::string content_range(const ByteRange& range, std::uint64_t size) {
  return "bytes " + std::to_string(range.offset) + "-" + std::to_string(range.offset + range.length - 1) + "/" +
         std::to_string(size);
}

}  // namespace

bool etag_list_holds(std::string_view list, std::string_view etag) {
  if (trim(list) == "*") return true;
  // Tags of ours hold no comma, so that a split at commas is exact.
  for (const std::string_view tag : split(list, ',')) {
    if (without_weakness(trim(tag)) == etag) return true;
  }
  return false;
}

RangeDecision decide_range(const Request& request, std::uint64_t size_bytes, std::string_view etag) {
  using Kind = RangeDecision::Kind;
  if (const auto wanted = request.headers.find("If-Match"); wanted && !etag_list_holds(*wanted, etag)) {
    return {.kind = Kind::kPreconditionFailed};
  }
  if (const auto known = request.headers.find("If-None-Match"); known && etag_list_holds(*known, etag)) {
    return {.kind = Kind::kNotModified};
  }
  const auto header = request.headers.find("Range");
  if (!header || request.method != Method::kGet) return {};
  // A part of other bytes than the client has would be worse than the whole. Dates say too little.
  if (const auto condition = request.headers.find("If-Range"); condition && trim(*condition) != etag) return {};
  const Asked asked = parse_range(*header, size_bytes);
  if (!asked.sensible) return {};
  if (!asked.satisfiable) return {.kind = Kind::kNotSatisfiable};
  return {.kind = Kind::kPart, .range = asked.range};
}

Result<Response> serve_bytes(const Request& request, const ServedBytes& bytes, const OpenBytes& open) {
  using Kind = RangeDecision::Kind;
  const std::string etag = "\"" + bytes.etag + "\"";
  const RangeDecision decision = decide_range(request, bytes.size_bytes, etag);
  if (decision.kind == Kind::kPreconditionFailed) {
    return error_response({ErrorCode::kFailedPrecondition, "The bytes here are not those that If-Match names."}, 412);
  }
  Response response;
  response.headers.add("Accept-Ranges", "bytes");
  response.headers.add("ETag", etag);
  response.headers.add("Cache-Control", bytes.cache_control);
  if (decision.kind == Kind::kNotModified) {
    response.status = 304;
    return response;
  }
  if (decision.kind == Kind::kNotSatisfiable) {
    Response refusal =
        error_response({ErrorCode::kInvalidArgument, "There are only " + std::to_string(bytes.size_bytes) +
                                                         " bytes here; the range begins behind them."},
                       416);
    refusal.headers.add("Content-Range", "bytes */" + std::to_string(bytes.size_bytes));
    return refusal;
  }
  response.headers.add("Content-Type", bytes.content_type);
  response.headers.add("X-Content-Type-Options", "nosniff");
  if (!bytes.filename.empty()) response.headers.add("Content-Disposition", content_disposition(bytes.filename));
  if (bytes.digest) response.headers.add("Repr-Digest", repr_digest_header(*bytes.digest));
  ByteRange range{0, bytes.size_bytes};
  if (decision.kind == Kind::kPart) {
    range = decision.range;
    response.status = 206;
    response.headers.add("Content-Range", content_range(range, bytes.size_bytes));
  }
  Pieces pieces;
  if (request.method == Method::kHead) {
    // Only its length counts, so that nothing is opened.
    pieces.push_back({std::string{}, range.length});
  } else {
    auto piece = TRY(open(range));
    pieces.push_back({std::move(piece), range.length});
  }
  response.body = std::move(pieces);
  return response;
}

std::string content_disposition(std::string_view filename) {
  std::string plain;
  bool exact = true;
  for (const char c : filename) {
    const auto byte = static_cast<unsigned char>(c);
    const bool continues = (byte & 0xC0U) == 0x80U;
    const bool ordinary = byte >= 0x20 && byte < 0x7F && c != '"' && c != '\\' && c != '%' && c != '/';
    exact = exact && ordinary;
    if (!continues) plain += ordinary ? c : '_';
  }
  std::string header = "attachment; filename=\"" + plain + "\"";
  if (!exact) header += "; filename*=UTF-8''" + encode_percent(filename);
  return header;
}

std::string repr_digest_header(const Digest& digest) { return "sha-256=:" + encode_base64(digest.bytes()) + ":"; }

}  // namespace weighhouse::http
