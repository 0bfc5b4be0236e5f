#pragma once

#include <cstddef>

namespace weighhouse::graphql {

// What one request may bring and ask. Beyond a limit the document is refused before anything runs.
struct Limits {
  std::size_t document_bytes = std::size_t{256} << 10U;
  std::size_t tokens = 20'000;
  std::size_t depth = 24;              // of selections in each other, as written and with fragments unfolded
  std::size_t value_depth = 32;        // of lists and objects in each other, in documents and in variables
  std::size_t fields = 5'000;          // of all operations, with fragments unfolded
  std::size_t root_fields = 50;        // of one operation: each is a call of its own
  std::size_t list_items = 10'000;     // of one list among the arguments
  std::size_t introspected = 200'000;  // values in one answer about the schema
};

}  // namespace weighhouse::graphql
