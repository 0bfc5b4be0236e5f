#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "scales/paired.h"
#include "scales/paired_mean.h"
#include "scales/random.h"

namespace weighhouse::scales {
namespace {

struct Items {
  std::span<const std::uint32_t> actual;
  std::span<const std::uint32_t> first;
  std::span<const std::uint32_t> second;
  std::size_t classes;
};

Result<> require_valid(const Items& items, const BootstrapOptions& options) {
  if (items.actual.empty() || items.actual.size() != items.first.size() || items.actual.size() != items.second.size()) {
    return fail(ErrorCode::kInvalidArgument, "Two models are compared on the same items, and at least one.");
  }
  for (const auto& list : {items.actual, items.first, items.second}) {
    if (*std::max_element(list.begin(), list.end()) >= items.classes) {
      return fail(ErrorCode::kInvalidArgument, "An item has a class that there is not.");
    }
  }
  if (options.resamples < 100 || options.resamples > 100'000 ||
      !(options.confidence > 0.0 && options.confidence < 1.0)) {
    return fail(ErrorCode::kInvalidArgument,
                "A bootstrap takes 100 to 100000 resamples and a confidence between 0 and 1.");
  }
  return {};
}

// The value below which the share `level` of the sorted draws lies, interpolated between neighbours.
double quantile(const std::vector<double>& sorted, double level) {
  const double place = level * static_cast<double>(sorted.size() - 1);
  const auto index = static_cast<std::size_t>(place);
  const double next = sorted[std::min(index + 1, sorted.size() - 1)];
  return sorted[index] + (place - static_cast<double>(index)) * (next - sorted[index]);
}

// `measure(draw)` gives the difference on the items of a draw.
template <class Measure>
PairedDifference bootstrap(std::size_t items, const BootstrapOptions& options, Measure&& measure) {
  std::vector<std::uint32_t> draw(items);
  for (std::size_t i = 0; i < items; ++i) draw[i] = static_cast<std::uint32_t>(i);
  const double whole = measure(draw);
  Random random{options.seed};
  std::vector<double> differences(options.resamples);
  for (double& difference : differences) {
    for (std::uint32_t& item : draw) item = static_cast<std::uint32_t>(random.below(items));
    difference = measure(draw);
  }
  std::sort(differences.begin(), differences.end());
  const double outside = 0.5 * (1.0 - options.confidence);
  return {whole, {quantile(differences, outside), quantile(differences, 1.0 - outside)}, options.resamples};
}

class MacroF1 {
 public:
  explicit MacroF1(std::size_t classes) : hits_(classes), met_(classes) {}

  double of(std::span<const std::uint32_t> draw, std::span<const std::uint32_t> actual,
            std::span<const std::uint32_t> predicted) {
    std::fill(hits_.begin(), hits_.end(), 0);
    std::fill(met_.begin(), met_.end(), 0);
    for (const std::uint32_t item : draw) {
      ++met_[actual[item]];
      ++met_[predicted[item]];
      if (actual[item] == predicted[item]) ++hits_[actual[item]];
    }
    double sum = 0.0;
    std::size_t classes = 0;
    for (std::size_t c = 0; c < met_.size(); ++c) {
      if (met_[c] == 0) continue;
      sum += 2.0 * hits_[c] / met_[c];
      ++classes;
    }
    return sum / static_cast<double>(classes);
  }

 private:
  std::vector<std::uint32_t> hits_;
  std::vector<std::uint32_t> met_;  // as actual and as predicted
};

}  // namespace

Result<PairedDifference> bootstrap_accuracy(std::span<const std::uint32_t> actual, std::span<const std::uint32_t> first,
                                            std::span<const std::uint32_t> second, std::size_t classes,
                                            const BootstrapOptions& options) {
  TRY(require_valid({actual, first, second, classes}, options));
  std::vector<std::int8_t> gain(actual.size());
  for (std::size_t i = 0; i < actual.size(); ++i) {
    gain[i] = static_cast<std::int8_t>((second[i] == actual[i] ? 1 : 0) - (first[i] == actual[i] ? 1 : 0));
  }
  return bootstrap(actual.size(), options, [&](std::span<const std::uint32_t> draw) {
    std::int64_t sum = 0;
    for (const std::uint32_t item : draw) sum += gain[item];
    return static_cast<double>(sum) / static_cast<double>(draw.size());
  });
}

Result<PairedDifference> bootstrap_macro_f1(std::span<const std::uint32_t> actual, std::span<const std::uint32_t> first,
                                            std::span<const std::uint32_t> second, std::size_t classes,
                                            const BootstrapOptions& options) {
  TRY(require_valid({actual, first, second, classes}, options));
  MacroF1 metric{classes};
  return bootstrap(actual.size(), options, [&](std::span<const std::uint32_t> draw) {
    return metric.of(draw, actual, second) - metric.of(draw, actual, first);
  });
}

Result<PairedDifference> bootstrap_mean(std::span<const double> first, std::span<const double> second,
                                        const BootstrapOptions& options) {
  const std::vector<std::uint32_t> none(first.size());
  const std::vector<std::uint32_t> others(second.size());
  TRY(require_valid({none, none, others, 1}, options));
  return bootstrap(first.size(), options, [&](std::span<const std::uint32_t> draw) {
    double sum = 0;
    for (const std::uint32_t item : draw) sum += second[item] - first[item];
    return sum / static_cast<double>(draw.size());
  });
}

Result<Interval> bootstrap_macro_f1(std::span<const std::uint32_t> actual, std::span<const std::uint32_t> predicted,
                                    std::size_t classes, const BootstrapOptions& options) {
  TRY(require_valid({actual, predicted, predicted, classes}, options));
  MacroF1 metric{classes};
  return bootstrap(actual.size(), options,
                   [&](std::span<const std::uint32_t> draw) { return metric.of(draw, actual, predicted); })
      .interval;
}

Verdict verdict(const Interval& difference) {
  if (difference.lower > 0.0) return Verdict::kBetter;
  if (difference.upper < 0.0) return Verdict::kWorse;
  return Verdict::kNoEvidence;
}

Result<std::vector<double>> holm(std::span<const double> p_values) {
  if (!std::all_of(p_values.begin(), p_values.end(), [](double p) { return p >= 0.0 && p <= 1.0; })) {
    return fail(ErrorCode::kInvalidArgument, "A p-value is not between 0 and 1.");
  }
  std::vector<std::size_t> order(p_values.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return std::pair{p_values[a], a} < std::pair{p_values[b], b}; });
  std::vector<double> corrected(p_values.size());
  double largest = 0.0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const double scaled = static_cast<double>(order.size() - rank) * p_values[order[rank]];
    largest = std::max(largest, std::min(1.0, scaled));
    corrected[order[rank]] = largest;
  }
  return corrected;
}

}  // namespace weighhouse::scales
