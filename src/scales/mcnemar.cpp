#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "scales/paired.h"

namespace weighhouse::scales {
namespace {

// The chance of exactly `k` heads in `n` throws of a fair coin.
double fair(std::uint64_t k, std::uint64_t n) {
  const auto heads = static_cast<double>(k);
  const auto throws = static_cast<double>(n);
  return std::exp(std::lgamma(throws + 1.0) - std::lgamma(heads + 1.0) - std::lgamma(throws - heads + 1.0) -
                  throws * std::numbers::ln2);
}

}  // namespace

Result<Discordant> discordant(std::span<const std::uint8_t> first_right, std::span<const std::uint8_t> second_right) {
  if (first_right.size() != second_right.size()) {
    return fail(ErrorCode::kInvalidArgument, "The first model answered " + std::to_string(first_right.size()) +
                                                 " items and the second " + std::to_string(second_right.size()) + ".");
  }
  Discordant counts;
  for (std::size_t i = 0; i < first_right.size(); ++i) {
    if (first_right[i] != 0 && second_right[i] == 0) ++counts.only_first;
    if (first_right[i] == 0 && second_right[i] != 0) ++counts.only_second;
  }
  return counts;
}

McNemar mcnemar(const Discordant& counts) {
  constexpr std::uint64_t kMany = 25;
  const std::uint64_t smaller = std::min(counts.only_first, counts.only_second);
  const std::uint64_t all = counts.only_first + counts.only_second;
  // Beyond some thousands the mid-p value is that of chi-squared without correction to many digits.
  constexpr std::uint64_t kCountable = 100'000;
  const auto distance = static_cast<double>(all - 2 * smaller);
  const auto tail_of = [](double statistic) { return std::erfc(std::sqrt(0.5 * statistic)); };
  double below = 0.0;
  double mid = all == 0 ? 1.0 : tail_of(distance * distance / static_cast<double>(all));
  if (all <= kCountable) {
    for (std::uint64_t k = 0; k <= smaller; ++k) below += fair(k, all);
    mid = std::min(1.0, 2.0 * below - fair(smaller, all));
  }
  if (all < kMany) {
    return {McNemarMethod::kExact, static_cast<double>(smaller), std::min(1.0, 2.0 * below), mid};
  }
  const double corrected = std::max(0.0, distance - 1.0);
  const double statistic = corrected * corrected / static_cast<double>(all);
  return {McNemarMethod::kChiSquared, statistic, tail_of(statistic), mid};
}

}  // namespace weighhouse::scales
