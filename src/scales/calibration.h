#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace weighhouse::scales {

// Whether a model that says 0.8 is right eight times in ten.

// Answers of about the same confidence. A bin is (lower, upper]; the first holds 0 as well.
struct ReliabilityBin {
  double lower;
  double upper;
  std::uint64_t items;
  double confidence;  // mean of what was claimed; 0 without items
  double accuracy;    // share of what was right; 0 without items
};

// `confidences[i]` in [0, 1] is what was claimed for answer i, `right[i]` is 1 where it was right and else 0. Bins of
// equal width. kInvalidArgument for other values, lists of different length, or not 1 to 1000 bins.
Result<std::vector<ReliabilityBin>> reliability(std::span<const double> confidences,
                                                std::span<const std::uint8_t> right, std::size_t bins = 15);

// The mean distance of confidence and accuracy over the bins, weighed by items; in [0, 1], 0 is best.
// (Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", 2017.)
double expected_calibration_error(std::span<const ReliabilityBin> bins);

// The mean over items of the squared distance between the probabilities given and what was so (1 for the actual class,
// 0 for the rest), summed over classes: 0 is best, 2 is worst (Brier, 1950). `probabilities` is items x classes, row by
// row. kInvalidArgument for shapes that do not fit, a class that there is not, or a probability outside [0, 1].
Result<double> brier_score(std::span<const float> probabilities, std::span<const std::uint32_t> actual,
                           std::size_t classes);

}  // namespace weighhouse::scales
