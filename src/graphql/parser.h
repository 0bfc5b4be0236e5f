#pragma once

#include <string_view>

#include "base/result.h"
#include "graphql/document.h"
#include "graphql/limits.h"

namespace weighhouse::graphql {

// Reads the text of an executable document: operations and fragments. The error says what stands where, and what was
// expected there. Recursion ends at the depths of the limits.
Result<Document> parse_document(std::string_view text, const Limits& limits = {});

}  // namespace weighhouse::graphql
