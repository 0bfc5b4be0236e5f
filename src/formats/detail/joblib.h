#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "formats/detail/pickle_events.h"
#include "formats/detail/pickle_values.h"

namespace weighhouse::formats::detail {

// A numpy array as joblib's wrapper around it announces it. Its bytes follow the wrapper, in the middle of the pickle.
struct JoblibArray {
  std::string type{};  // our word; "STRING" for texts, "OBJECT" for Python objects, else numpy's own
  std::vector<std::int64_t> shape{};
  std::uint64_t count = 0;       // elements
  std::uint64_t size_bytes = 0;  // of all elements; 0 for objects, which are a pickle of their own
  bool is_padded = false;        // a number of bytes to pass over, and those bytes, come first
  bool is_plain = false;         // row-major and little-endian

  bool holds_objects() const { return type == "OBJECT"; }
};

// Whether the value is the wrapper that joblib leaves in an array's place.
bool is_joblib_wrapper(const PickleValues& values, const PickleEvents& events, ValueId id);

// Nothing when the wrapper does not say how many bytes its array has.
std::optional<JoblibArray> parse_joblib_array(const PickleValues& values, const PickleEvents& events, ValueId id);

}  // namespace weighhouse::formats::detail
