#include "scales/calibration.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace weighhouse::scales {
namespace {

bool is_probability(double value) { return value >= 0.0 && value <= 1.0; }

}  // namespace

Result<std::vector<ReliabilityBin>> reliability(std::span<const double> confidences,
                                                std::span<const std::uint8_t> right, std::size_t bins) {
  constexpr std::size_t kMaxBins = 1000;
  if (confidences.size() != right.size()) {
    return fail(ErrorCode::kInvalidArgument, "There are " + std::to_string(confidences.size()) + " confidences and " +
                                                 std::to_string(right.size()) + " outcomes.");
  }
  if (bins == 0 || bins > kMaxBins) {
    return fail(ErrorCode::kInvalidArgument, "The number of bins must be from 1 to " + std::to_string(kMaxBins) + ".");
  }
  if (!std::all_of(confidences.begin(), confidences.end(), is_probability)) {
    return fail(ErrorCode::kInvalidArgument, "A confidence is not between 0 and 1.");
  }
  const auto count = static_cast<double>(bins);
  std::vector<ReliabilityBin> result(bins);
  for (std::size_t b = 0; b < bins; ++b) {
    result[b].lower = static_cast<double>(b) / count;
    result[b].upper = static_cast<double>(b + 1) / count;
  }
  for (std::size_t i = 0; i < confidences.size(); ++i) {
    const double place = std::ceil(confidences[i] * count) - 1.0;
    ReliabilityBin& bin = result[static_cast<std::size_t>(std::clamp(place, 0.0, count - 1.0))];
    ++bin.items;
    bin.confidence += confidences[i];
    bin.accuracy += right[i] != 0 ? 1.0 : 0.0;
  }
  for (ReliabilityBin& bin : result) {
    if (bin.items == 0) continue;
    bin.confidence /= static_cast<double>(bin.items);
    bin.accuracy /= static_cast<double>(bin.items);
  }
  return result;
}

double expected_calibration_error(std::span<const ReliabilityBin> bins) {
  double distance = 0.0;
  double items = 0.0;
  for (const ReliabilityBin& bin : bins) {
    distance += static_cast<double>(bin.items) * std::abs(bin.confidence - bin.accuracy);
    items += static_cast<double>(bin.items);
  }
  return items == 0.0 ? 0.0 : distance / items;
}

Result<double> brier_score(std::span<const float> probabilities, std::span<const std::uint32_t> actual,
                           std::size_t classes) {
  if (classes == 0 || probabilities.size() % classes != 0 || probabilities.size() / classes != actual.size()) {
    return fail(ErrorCode::kInvalidArgument, "The probabilities are not one for each item and class.");
  }
  double total = 0.0;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    if (actual[i] >= classes) {
      return fail(ErrorCode::kInvalidArgument, "Item " + std::to_string(i) + " has a class that there is not.");
    }
    for (std::size_t c = 0; c < classes; ++c) {
      const auto given = static_cast<double>(probabilities[i * classes + c]);
      if (!is_probability(given)) {
        return fail(ErrorCode::kInvalidArgument,
                    "A probability of item " + std::to_string(i) + " is not between 0 and 1.");
      }
      const double distance = given - (c == actual[i] ? 1.0 : 0.0);
      total += distance * distance;
    }
  }
  return actual.empty() ? 0.0 : total / static_cast<double>(actual.size());
}

}  // namespace weighhouse::scales
