#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weighhouse::registry::detail {

// The words of a filter: what the parser sees instead of characters.
struct Token {
  enum class Type : std::uint8_t {
    kBare,    // letters, digits and all that means nothing else: names, numbers, dates, 10MB
    kQuoted,  // 'x' or "x"
    kBackquoted,
    kSymbol,  // = == != <> < <= > >= ( ) , { }
    kEnd,
  };
  Type type = Type::kEnd;
  std::string text{};         // without quotes, doubled ones made single
  std::size_t offset = 0;     // of its first byte
  bool touches_last = false;  // no space in front: tags."a b"

  bool is(std::string_view symbol) const { return type == Type::kSymbol && text == symbol; }
  // A bare word in any case.
  bool is_word(std::string_view word) const;
};

// kInvalidArgument for a quote that is not closed, a lone "!" or text that is not UTF-8. The last is kEnd.
Result<std::vector<Token>> lex_filter(std::string_view text);

// The error of every complaint about a filter: the column counts characters from 1.
tl::unexpected<Error> filter_error(std::string_view text, std::size_t offset, const std::string& what,
                                   std::string_view noun = "filter");

}  // namespace weighhouse::registry::detail
