#pragma once

#include <optional>

#include "base/result.h"
#include "formats/detail/window.h"
#include "formats/report.h"

namespace weighhouse::formats::detail {

// Two tensors a and b of one shape, element by element as doubles.
struct TensorNorms {
  double norm_a = 0;           // ‖a‖₂
  double norm_b = 0;           // ‖b‖₂
  double norm_difference = 0;  // ‖a − b‖₂
  double dot = 0;              // a·b

  // ‖a − b‖₂ / ‖a‖₂; nothing when a is all zeros.
  std::optional<double> relative() const;
  // a·b / (‖a‖₂ ‖b‖₂), within [−1, 1]; nothing when either is all zeros.
  std::optional<double> cosine() const;
};

// Whether two extents of equal length hold the same bytes. Stops at the first difference.
Result<bool> same_bytes(Window& a_file, const Extent& a, Window& b_file, const Extent& b);

// Streams both tensors, whose types must be among those of `find_as_doubles` and whose shapes must be equal.
Result<TensorNorms> measure(Window& a_file, const Tensor& a, Window& b_file, const Tensor& b);

}  // namespace weighhouse::formats::detail
