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

}  // namespace weighhouse::scales
