#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace weighhouse::graphql {

// Where something stands in a document; both count from 1, columns in characters.
struct Location {
  std::int64_t line = 1;
  std::int64_t column = 1;
};

// kInvalidArgument with the details "line" and "column", which `location_of` reads again.
Error error_at(Location at, std::string message);
std::optional<Location> location_of(const Error& error);

// What is wrong with a document, all of it up to a number that somebody still reads.
class Faults {
 public:
  static constexpr std::size_t kTold = 20;

  void add(Location at, std::string message);
  bool empty() const { return all_.empty(); }
  bool full() const { return all_.size() >= kTold; }
  std::vector<Error> take() && { return std::move(all_); }

 private:
  std::vector<Error> all_;
};

}  // namespace weighhouse::graphql
