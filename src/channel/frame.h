#pragma once

#include <array>
#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace weighhouse::channel {

// How a message lies on the wire: a prefix of 16 bytes, the header, the body. The files travel beside the first
// byte of the prefix. Numbers are in the byte order of the machine: both ends are on it.
struct Prefix {
  std::uint32_t header_bytes = 0;
  std::uint32_t files = 0;
  std::uint64_t body_bytes = 0;  // the upper 16 bits carry the mark
};

constexpr std::size_t kPrefixBytes = 16;
using PrefixBytes = std::array<char, kPrefixBytes>;

PrefixBytes encode(const Prefix& prefix);
// kInvalidArgument when these are not the bytes of a prefix.
Result<Prefix> decode(const PrefixBytes& bytes);

// A JSON object without deep nesting; kInvalidArgument for anything else.
Result<boost::json::object> parse_header(std::string_view text);

}  // namespace weighhouse::channel
