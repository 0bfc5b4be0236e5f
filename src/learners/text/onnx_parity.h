#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "base/result.h"
#include "learners/text/text_model.h"

namespace weighhouse::learners {

struct OnnxParity {
  std::size_t texts = 0;
  double largest_difference = 0;  // between two scores of the same label
};

// How far the answers of a file that `to_onnx` made lie from the model's own. Its graph is evaluated here, in double
// precision and from the bytes of the file alone. kInvalidArgument for a file that is no such graph.
Result<OnnxParity> measure_onnx_parity(std::string_view file, const TextModel& model,
                                       std::span<const std::string_view> texts);

}  // namespace weighhouse::learners
