#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "base/result.h"
#include "learners/text/text_model.h"
#include "runtimes/tensor.h"

namespace weighhouse::learners {

struct TorchParity {
  std::size_t texts = 0;
  std::size_t other_labels = 0;   // texts that it gives another label
  double largest_difference = 0;  // between two scores of the same label
};

// How far the answers of a file that `to_torchscript` made lie from the model's own: LibTorch runs it, from the texts
// to the scores. kInvalidArgument for a file that answers with anything else than labels and their scores.
Result<TorchParity> measure_torch_parity(const runtimes::TensorModel& exported, const TextModel& model,
                                         std::span<const std::string_view> texts);

}  // namespace weighhouse::learners
