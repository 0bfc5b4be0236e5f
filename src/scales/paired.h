#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "scales/interval.h"

namespace weighhouse::scales {

// Two models on the same items: is the second better, or was it luck?

// Counts of items that one of the two got right and the other wrong.
struct Discordant {
  std::uint64_t only_first = 0;
  std::uint64_t only_second = 0;
};
// One entry for each item, 1 where right and else 0. kInvalidArgument when the lists differ in length.
Result<Discordant> discordant(std::span<const std::uint8_t> first_right, std::span<const std::uint8_t> second_right);

enum class McNemarMethod : std::uint8_t {
  kExact,       // the binomial test, two-sided: below 25 discordant items
  kChiSquared,  // with Edwards' continuity correction: from 25
};
struct McNemar {
  McNemarMethod method;
  double statistic;  // of chi-squared with one degree of freedom; the smaller count for the exact test
  double p_value;
  double mid_p_value;  // exact, counting half of what is as likely as what was seen: less cautious, for few items
};
// Whether two models differ at all: the chance of a difference at least this large between equals (McNemar, 1947;
// mid-p: Fagerland, Lydersen and Laake, 2013). 1 where there are no discordant items.
McNemar mcnemar(const Discordant& counts);

struct PairedDifference {
  double difference;  // second less first, on all items
  Interval interval;  // percentile bootstrap
  std::size_t resamples;
};

struct BootstrapOptions {
  std::uint64_t seed = 42;
  std::size_t resamples = 2000;  // 100 to 100000
  double confidence = 0.95;
};

// Draws items with replacement, the same for both, and takes the metric's difference each time (Efron, 1979; the
// interval is the central part of the draws). The same seed gives the same interval everywhere. kInvalidArgument for no
// items, lists of different length, classes that there are not, or options out of bounds.
Result<PairedDifference> bootstrap_accuracy(std::span<const std::uint32_t> actual, std::span<const std::uint32_t> first,
                                            std::span<const std::uint32_t> second, std::size_t classes,
                                            const BootstrapOptions& options = {});
Result<PairedDifference> bootstrap_macro_f1(std::span<const std::uint32_t> actual, std::span<const std::uint32_t> first,
                                            std::span<const std::uint32_t> second, std::size_t classes,
                                            const BootstrapOptions& options = {});

// The same draws for one model alone: between which values its macro-F1 lies in the central part of them.
Result<Interval> bootstrap_macro_f1(std::span<const std::uint32_t> actual, std::span<const std::uint32_t> predicted,
                                    std::size_t classes, const BootstrapOptions& options = {});

// What may be said of the second model from the interval of its difference.
enum class Verdict : std::uint8_t {
  kBetter,      // the whole interval lies above 0
  kWorse,       // below 0
  kNoEvidence,  // it holds 0
};
Verdict verdict(const Interval& difference);

// P-values of several comparisons made at once, in the same order, corrected so that the chance of even one false alarm
// stays below the level they are held against (Holm, 1979). kInvalidArgument for a value outside [0, 1].
Result<std::vector<double>> holm(std::span<const double> p_values);

}  // namespace weighhouse::scales
