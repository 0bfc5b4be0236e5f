#include "channel/frame.h"

#include <boost/json.hpp>
#include <cstring>

#include "base/text.h"

namespace weighhouse::channel {
namespace json = boost::json;

namespace {

// A stray write into the socket is then told from a message.
constexpr std::uint64_t kMark = 0x5748'0000'0000'0000;
constexpr std::uint64_t kMarkBits = 0xFFFF'0000'0000'0000;
constexpr std::size_t kMaxDepth = 16;

}  // namespace

PrefixBytes encode(const Prefix& prefix) {
  check((prefix.body_bytes & kMarkBits) == 0, "a body that has a length");
  const std::uint64_t marked = prefix.body_bytes | kMark;
  PrefixBytes bytes;
  std::memcpy(bytes.data(), &prefix.header_bytes, 4);
  std::memcpy(bytes.data() + 4, &prefix.files, 4);
  std::memcpy(bytes.data() + 8, &marked, 8);
  return bytes;
}

Result<Prefix> decode(const PrefixBytes& bytes) {
  Prefix prefix;
  std::memcpy(&prefix.header_bytes, bytes.data(), 4);
  std::memcpy(&prefix.files, bytes.data() + 4, 4);
  std::memcpy(&prefix.body_bytes, bytes.data() + 8, 8);
  if ((prefix.body_bytes & kMarkBits) != kMark) {
    return fail(ErrorCode::kInvalidArgument, "The bytes on the channel are not the beginning of a message.");
  }
  prefix.body_bytes &= ~kMarkBits;
  return prefix;
}

Result<json::object> parse_header(std::string_view text) {
  json::parse_options options;
  options.max_depth = kMaxDepth;
  boost::system::error_code error;
  try {
    auto value = json::parse(text, error, {}, options);
    if (!error && value.is_object()) return std::move(value.get_object());
  } catch (const std::exception&) {
    return fail(ErrorCode::kResourceExhausted, "There is no memory to read the header of a message.");
  }
  return fail(ErrorCode::kInvalidArgument, "The header of a message is no JSON object: " + printable(text, 80));
}

}  // namespace weighhouse::channel
