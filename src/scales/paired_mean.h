#pragma once

#include <span>

#include "scales/paired.h"

namespace weighhouse::scales {

// The draws of paired.h for a figure that each item has, such as its SI-SDR: the difference of the means, `second` less
// `first`.
Result<PairedDifference> bootstrap_mean(std::span<const double> first, std::span<const double> second,
                                        const BootstrapOptions& options = {});

}  // namespace weighhouse::scales
