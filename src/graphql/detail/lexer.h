#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "graphql/location.h"

namespace weighhouse::graphql {

enum class TokenKind : std::uint8_t { kEnd, kPunctuator, kName, kInt, kFloat, kString };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string_view text{};  // as written; borrowed from the document
  std::string value{};      // of a string, with its escapes resolved
  Location at{};
};

// The whole text as tokens, the last of which is kEnd.
Result<std::vector<Token>> tokenize(std::string_view text, std::size_t most_tokens);

// A fault of syntax: its message ends with the place, since the place is all that tells one from another.
Error syntax_error(Location at, std::string message);

}  // namespace weighhouse::graphql
