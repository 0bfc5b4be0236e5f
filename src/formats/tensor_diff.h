#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "formats/report.h"

namespace weighhouse::formats {

enum class TensorChange : std::uint8_t { kSame, kChanged, kAdded, kGone };

struct TensorDifference {
  std::string name;
  TensorChange change;
  std::string from_type{};
  std::string to_type{};
  std::vector<std::int64_t> from_shape{};
  std::vector<std::int64_t> to_shape{};
  // For a changed tensor of one shape and numeric types, a before and b after, all elements as doubles:
  std::optional<double> relative_norm{};  // ‖a − b‖₂ / ‖a‖₂; absent when a is all zeros
  std::optional<double> cosine{};         // a·b / (‖a‖₂ ‖b‖₂); absent when either is all zeros
  std::string note{};                     // why there are no figures, or under which name it was before
};

enum class Norms : std::uint8_t { kSkip, kCompute };

// Compares the tensors of two files: by name, and those left over by their bytes, so that a renamed tensor is
// the same. In the order of `to`, then what is gone. Constant memory at any size of tensors.
Result<std::vector<TensorDifference>> compare_tensors(const RandomAccess& from_file, const Report& from,
                                                      const RandomAccess& to_file, const Report& to, Norms norms);

}  // namespace weighhouse::formats
