#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weighhouse::graphql {

// A string of a document. `size` is how many bytes of `text`, which begins at the opening quote, it takes.
struct QuotedString {
  std::string value;
  std::size_t size = 0;
};

// "…" with its escapes, or """…""" with its common indentation taken off. The error tells how many bytes in, as the
// detail "offset".
Result<QuotedString> read_string(std::string_view text);

}  // namespace weighhouse::graphql
