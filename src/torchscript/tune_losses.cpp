#include "torchscript/tune_losses.h"

#include <ATen/ATen.h>
#include <algorithm>
#include <numeric>

namespace weighhouse::torchscript {
namespace {

// [batch, outputs, voices]: how much each output sounds like each voice, in decibels.
at::Tensor si_sdr_of_pairs(const at::Tensor& outputs, const at::Tensor& voices) {
  constexpr double kLeast = 1e-8;  // keeps silence away from infinity
  const auto estimate = (outputs - outputs.mean(-1, true)).unsqueeze(2);
  const auto target = (voices - voices.mean(-1, true)).unsqueeze(1);
  const auto scale = (estimate * target).sum(-1, true) / (target.square().sum(-1, true) + kLeast);
  const auto along = scale * target;
  const auto signal = along.square().sum(-1) + kLeast;
  const auto rest = (estimate - along).square().sum(-1) + kLeast;
  return 10 * at::log10(signal / rest);
}

}  // namespace

at::Tensor separation_loss(const at::Tensor& outputs, const at::Tensor& voices, bool in_order) {
  const auto pairs = si_sdr_of_pairs(outputs, voices);
  const std::int64_t count = voices.size(1);
  std::vector<std::int64_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  const auto of_order = [&] {
    at::Tensor sum;
    for (std::int64_t voice = 0; voice < count; ++voice) {
      const auto one = pairs.select(2, voice).select(1, order[static_cast<std::size_t>(voice)]);
      sum = sum.defined() ? sum + one : one;
    }
    return sum / static_cast<double>(count);
  };
  if (in_order || count == 1 || count > kMostVoices) return -of_order().mean();
  std::vector<at::Tensor> tried;
  do {
    tried.push_back(of_order());
  } while (std::next_permutation(order.begin(), order.end()));
  return -std::get<0>(at::stack(tried, 1).max(1)).mean();
}

std::optional<at::Tensor> fitted(const at::Tensor& output, runtimes::TuneTask task, std::int64_t batch,
                                 std::int64_t samples) {
  if (!output.is_floating_point() || output.dim() < 1 || output.size(0) != batch) return std::nullopt;
  if (task == runtimes::TuneTask::kSeparation) {
    // A network of strides may end some samples early or late.
    constexpr std::int64_t kMostMissing = 2048;
    auto voices = output;
    if (voices.dim() == 2) voices = voices.unsqueeze(1);
    if (voices.dim() == 4 && voices.size(2) == 1) voices = voices.squeeze(2);
    if (voices.dim() != 3 || voices.size(1) < 1 || std::abs(voices.size(2) - samples) > kMostMissing)
      return std::nullopt;
    return voices.narrow(2, 0, std::min(voices.size(2), samples));
  }
  if (output.dim() == 1 && task == runtimes::TuneTask::kRegression) return output.unsqueeze(1);
  const bool is_row = output.dim() == 2 && output.size(1) >= 1;
  const bool has_choice = task != runtimes::TuneTask::kClassification || (is_row && output.size(1) >= 2);
  return is_row && has_choice ? std::optional{output} : std::nullopt;
}

}  // namespace weighhouse::torchscript
