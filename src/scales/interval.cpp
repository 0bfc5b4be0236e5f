#include "scales/interval.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace weighhouse::scales {

double normal_quantile(double probability) {
  check(probability > 0.0 && probability < 1.0, "a quantile of a probability inside (0, 1)");
  if (probability > 0.5) return -normal_quantile(1.0 - probability);
  // Newton's method on the distribution function, from a tail bound that is never above the root.
  double x = -std::sqrt(std::max(0.0, -2.0 * std::log(2.0 * probability)));
  for (int step = 0; step < 100; ++step) {
    const double excess = 0.5 * std::erfc(-x / std::numbers::sqrt2) - probability;
    const double density = std::exp(-0.5 * x * x) * 0.5 * std::numbers::inv_sqrtpi * std::numbers::sqrt2;
    const double change = excess / density;
    x -= change;
    if (std::abs(change) < 1e-12) break;
  }
  return x;
}

Result<Interval> wilson_interval(std::uint64_t hits, std::uint64_t trials, double confidence) {
  if (trials == 0 || hits > trials) {
    return fail(ErrorCode::kInvalidArgument, "A share needs at least one trial, and no more hits than trials.");
  }
  if (!(confidence > 0.0 && confidence < 1.0)) {
    return fail(ErrorCode::kInvalidArgument, "The confidence of an interval must lie between 0 and 1.");
  }
  const double z = normal_quantile(0.5 + 0.5 * confidence);
  const auto n = static_cast<double>(trials);
  const double share = static_cast<double>(hits) / n;
  const double shrink = 1.0 + z * z / n;
  const double centre = (share + z * z / (2.0 * n)) / shrink;
  const double half = z / shrink * std::sqrt(share * (1.0 - share) / n + z * z / (4.0 * n * n));
  return Interval{hits == 0 ? 0.0 : std::max(0.0, centre - half), hits == trials ? 1.0 : std::min(1.0, centre + half)};
}

namespace {

// The chance of at most `events` at this mean.
double poisson_at_most(std::uint64_t events, double mean) {
  if (mean <= 0) return 1.0;
  double sum = 0;
  for (std::uint64_t k = 0; k <= events; ++k) {
    const auto count = static_cast<double>(k);
    sum += std::exp(count * std::log(mean) - mean - std::lgamma(count + 1.0));
  }
  return sum;
}

// The mean at which the chance of at most `events` is `chance`: it falls with the mean.
double mean_where(std::uint64_t events, double chance) {
  double low = 0;
  double high = static_cast<double>(events) + 10.0 * std::sqrt(static_cast<double>(events) + 10.0);
  for (int step = 0; step < 100; ++step) {
    const double middle = 0.5 * (low + high);
    (poisson_at_most(events, middle) > chance ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace

Result<Interval> poisson_interval(std::uint64_t events, double confidence) {
  if (!(confidence > 0.0 && confidence < 1.0))
    return fail(ErrorCode::kInvalidArgument, "The confidence of an interval must lie between 0 and 1.");
  const double rest = 1.0 - confidence;
  if (events == 0) return Interval{0.0, -std::log(rest)};
  return Interval{mean_where(events - 1, 1.0 - rest / 2), mean_where(events, rest / 2)};
}

}  // namespace weighhouse::scales
