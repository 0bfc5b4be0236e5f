#pragma once

#include <cstdint>

#include "base/result.h"

namespace weighhouse::scales {

struct Interval {
  double lower;
  double upper;
};

// The score interval of a share: `hits` of `trials`, at a two-sided `confidence` in (0, 1). Within [0, 1], also for no
// hits or all (Wilson, 1927). kInvalidArgument for no trials, more hits than trials, or another confidence.
Result<Interval> wilson_interval(std::uint64_t hits, std::uint64_t trials, double confidence = 0.95);

// Of the mean of a Poisson process in which `events` were counted: exact, two-sided (Garwood, 1936). Of no event at all
// only the upper end says something, and it has the whole rest of the confidence: 3.0 at 95 %.
Result<Interval> poisson_interval(std::uint64_t events, double confidence = 0.95);

// The value that a standard normal variable stays below with `probability` in (0, 1), to within 1e-9.
double normal_quantile(double probability);

}  // namespace weighhouse::scales
