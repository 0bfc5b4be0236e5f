#include "learners/text/detail/sharpness.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "learners/text/detail/vectors.h"

namespace weighhouse::learners::detail {
namespace {

// First and second derivative of the mean loss by the factor. The target of the first is what the logits are on
// average under Platt's targets.
std::pair<double, double> slope(std::span<const float> logits, std::span<const std::uint32_t> actual,
                                std::size_t classes, double factor, std::vector<float>& row) {
  double first = 0.0;
  double second = 0.0;
  const double others = 1.0 / (static_cast<double>(actual.size()) + 2.0) / static_cast<double>(classes - 1);
  for (std::size_t i = 0; i < actual.size(); ++i) {
    const auto given = logits.subspan(i * classes, classes);
    for (std::size_t c = 0; c < classes; ++c) row[c] = given[c] * static_cast<float>(factor);
    softmax(row);
    double mean = 0.0;
    double squares = 0.0;
    double sum = 0.0;
    for (std::size_t c = 0; c < classes; ++c) {
      const auto value = static_cast<double>(given[c]);
      mean += static_cast<double>(row[c]) * value;
      squares += static_cast<double>(row[c]) * value * value;
      sum += value;
    }
    const auto right = static_cast<double>(given[actual[i]]);
    first += mean - right - others * (sum - static_cast<double>(classes) * right);
    second += squares - mean * mean;
  }
  return {first, second};
}

}  // namespace

float fit_sharpness(std::span<const float> logits, std::span<const std::uint32_t> actual, std::size_t classes) {
  constexpr std::size_t kEnough = 10;
  if (actual.size() < kEnough) return kUsualSharpness;
  // The loss is convex in the factor: Newton's steps, kept inside what is known to hold the lowest place.
  double lower = 0.05;
  double upper = 20.0;
  double factor = 1.0;
  std::vector<float> row(classes);
  for (int step = 0; step < 50 && upper - lower > 1e-4; ++step) {
    const auto [first, second] = slope(logits, actual, classes, factor, row);
    (first > 0.0 ? upper : lower) = factor;
    double next = second > 0.0 ? factor - first / second : 0.0;
    if (!(next > lower && next < upper)) next = 0.5 * (lower + upper);
    if (std::abs(next - factor) < 1e-6) break;
    factor = next;
  }
  return static_cast<float>(factor);
}

float doubt_after(std::size_t answers, std::size_t classes) {
  const auto others = static_cast<double>(classes - 1);
  return static_cast<float>(static_cast<double>(classes) / (others * (static_cast<double>(answers) + 2.0)));
}

void to_scores(std::span<float> logits, float sharpness, float doubt) {
  for (float& logit : logits) logit *= sharpness;
  softmax(logits);
  const float each = doubt / static_cast<float>(logits.size());
  for (float& score : logits) score = (1.0F - doubt) * score + each;
}

}  // namespace weighhouse::learners::detail
