#pragma once

#include <span>

#include "base/result.h"

namespace weighhouse::scales {

// The chance that a positive item scores above a negative one, ties counting half: the area under the ROC curve, from
// ranks (Mann and Whitney, 1947). 1 separates wholly, 0.5 not at all. kInvalidArgument when either list is empty or a
// score is not a number. Time is that of sorting.
Result<double> auroc(std::span<const double> positives, std::span<const double> negatives);

}  // namespace weighhouse::scales
