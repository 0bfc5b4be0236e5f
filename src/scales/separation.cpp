#include "scales/separation.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace weighhouse::scales {
namespace {

constexpr double kMostDecibels = 100;
constexpr std::size_t kMostVoices = 8;

double mean_of(std::span<const float> samples) {
  return std::accumulate(samples.begin(), samples.end(), 0.0) / static_cast<double>(samples.size());
}

Result<> check_pair(std::span<const float> reference, std::span<const float> estimate) {
  if (reference.size() != estimate.size()) {
    return fail(ErrorCode::kInvalidArgument, "The reference has " + std::to_string(reference.size()) +
                                                 " samples and the estimate " + std::to_string(estimate.size()) +
                                                 "; they are compared sample by sample.");
  }
  if (reference.empty()) return fail(ErrorCode::kInvalidArgument, "There is no sound to compare.");
  for (const auto& samples : {reference, estimate}) {
    if (!std::all_of(samples.begin(), samples.end(), [](float sample) { return std::isfinite(sample); })) {
      return fail(ErrorCode::kInvalidArgument, "A sample of the sound is not a number.");
    }
  }
  return {};
}

}  // namespace

Result<double> si_sdr(std::span<const float> reference, std::span<const float> estimate) {
  TRY(check_pair(reference, estimate));
  const double reference_mean = mean_of(reference);
  const double estimate_mean = mean_of(estimate);
  double power = 0;
  double along = 0;
  double whole = 0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    const double r = reference[i] - reference_mean;
    const double e = estimate[i] - estimate_mean;
    power += r * r;
    along += r * e;
    whole += e * e;
  }
  if (power <= 0) return fail(ErrorCode::kInvalidArgument, "The reference is silent from end to end.");
  const double target = along * along / power;
  const double rest = std::max(0.0, whole - target);
  if (target <= 0) return -kMostDecibels;
  if (rest <= 0) return kMostDecibels;
  return std::clamp(10 * std::log10(target / rest), -kMostDecibels, kMostDecibels);
}

Result<double> si_sdr_improvement(std::span<const float> reference, std::span<const float> estimate,
                                  std::span<const float> mixture) {
  const double before = TRY(si_sdr(reference, mixture));
  const double after = TRY(si_sdr(reference, estimate));
  return after - before;
}

Result<Assignment> assign_voices(Voices references, Voices estimates) {
  const std::size_t count = references.size();
  if (count == 0 || count > kMostVoices || estimates.size() != count) {
    return fail(ErrorCode::kInvalidArgument, "As many estimates as references are assigned, from 1 to 8, not " +
                                                 std::to_string(estimates.size()) + " to " + std::to_string(count) +
                                                 ".");
  }
  std::vector<double> table;
  for (const auto& reference : references) {
    for (const auto& estimate : estimates) table.push_back(TRY(si_sdr(reference, estimate)));
  }
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto sum_of = [&](const std::vector<std::size_t>& estimate_of) {
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += table[i * count + estimate_of[i]];
    return sum;
  };
  Assignment best{.estimate_of = order, .mean = sum_of(order)};
  while (std::next_permutation(order.begin(), order.end())) {
    if (const double sum = sum_of(order); sum > best.mean) {
      best.estimate_of = order;
      best.mean = sum;
    }
  }
  for (std::size_t i = 0; i < count; ++i) best.si_sdr.push_back(table[i * count + best.estimate_of[i]]);
  best.mean /= static_cast<double>(count);
  return best;
}

}  // namespace weighhouse::scales
