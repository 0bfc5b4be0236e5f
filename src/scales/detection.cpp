#include "scales/detection.h"

#include <algorithm>
#include <cmath>

namespace weighhouse::scales {
namespace {

bool all_numbers(std::span<const double> values) {
  return std::none_of(values.begin(), values.end(), [](double value) { return std::isnan(value); });
}

std::uint64_t at_or_above(const std::vector<double>& sorted, double threshold) {
  return static_cast<std::uint64_t>(sorted.end() - std::lower_bound(sorted.begin(), sorted.end(), threshold));
}

std::vector<double> sorted_copy(std::span<const double> values) {
  std::vector<double> sorted{values.begin(), values.end()};
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

// The highest score of each stretch as long as an alarm's silence: what could become an alarm, loudest first.
std::vector<double> peaks_of(std::span<const ScoreStream> streams, const Listening& listening) {
  const auto stretch = std::max<std::size_t>(
      1, static_cast<std::size_t>(std::lround(listening.refractory_seconds / listening.seconds_a_step)));
  std::vector<double> peaks;
  for (const auto& stream : streams) {
    for (std::size_t begin = 0; begin < stream.size(); begin += stretch) {
      const auto end = std::min(stream.size(), begin + stretch);
      peaks.push_back(static_cast<double>(*std::max_element(&stream[begin], stream.data() + end)));
    }
  }
  std::sort(peaks.begin(), peaks.end(), std::greater<>{});
  return peaks;
}

// `count` of the values, evenly by rank.
void append_by_rank(const std::vector<double>& values, std::size_t count, std::vector<double>& out) {
  if (values.empty() || count == 0) return;
  for (std::size_t i = 0; i < count; ++i)
    out.push_back(values[i * (values.size() - 1) / std::max<std::size_t>(1, count - 1)]);
}

}  // namespace

Result<std::vector<DetectionRates>> detection_rates(std::span<const double> positives,
                                                    std::span<const double> negatives,
                                                    std::span<const double> thresholds) {
  if (positives.empty() || negatives.empty())
    return fail(ErrorCode::kInvalidArgument, "The rates of a detector need clips of both kinds.");
  if (!all_numbers(positives) || !all_numbers(negatives))
    return fail(ErrorCode::kInvalidArgument, "A score is not a number.");
  const auto with = sorted_copy(positives);
  const auto without = sorted_copy(negatives);
  std::vector<DetectionRates> table;
  for (const double threshold : thresholds) {
    const auto hits = at_or_above(with, threshold);
    const auto alarms = at_or_above(without, threshold);
    const double precision = share(hits, hits + alarms);
    const double recall = share(hits, with.size());
    const double sum = precision + recall;
    table.push_back({.threshold = threshold,
                     .far = share(alarms, without.size()),
                     .frr = 1.0 - recall,
                     .accuracy = share(hits + without.size() - alarms, with.size() + without.size()),
                     .precision = precision,
                     .recall = recall,
                     .f1 = sum > 0 ? 2 * precision * recall / sum : 0.0});
  }
  return table;
}

std::vector<double> even_thresholds(double first, double last, std::size_t count) {
  check(count >= 2, "a first and a last threshold");
  std::vector<double> thresholds(count);
  for (std::size_t i = 0; i < count; ++i)
    thresholds[i] = first + (last - first) * static_cast<double>(i) / static_cast<double>(count - 1);
  return thresholds;
}

double choose_threshold(std::span<const DetectionRates> table, const ClipRule& rule) {
  check(!table.empty(), "thresholds to choose from");
  const auto cost = [&](const DetectionRates& rates) { return rule.far_weight * rates.far + rates.frr; };
  const DetectionRates* best = nullptr;
  for (const auto& rates : table) {
    if (rates.far <= rule.most_far && (best == nullptr || cost(rates) < cost(*best))) best = &rates;
  }
  if (best == nullptr) {
    best = &*std::min_element(table.begin(), table.end(),
                              [](const DetectionRates& a, const DetectionRates& b) { return a.far < b.far; });
  }
  return std::max(best->threshold, rule.least);
}

double hours_of(std::span<const ScoreStream> streams, const Listening& listening) {
  double steps = 0;
  for (const auto& stream : streams) steps += static_cast<double>(stream.size());
  return steps * listening.seconds_a_step / 3600.0;
}

std::uint64_t count_alarms(std::span<const ScoreStream> streams, double threshold, const Listening& listening) {
  const auto quiet = static_cast<std::size_t>(std::lround(listening.refractory_seconds / listening.seconds_a_step));
  std::uint64_t alarms = 0;
  for (const auto& stream : streams) {
    for (std::size_t i = 0; i < stream.size(); ++i) {
      if (static_cast<double>(stream[i]) < threshold) continue;
      ++alarms;
      i += quiet > 0 ? quiet - 1 : 0;
    }
  }
  return alarms;
}

Result<std::vector<TradeOffPoint>> trade_off(std::span<const ScoreStream> streams, std::span<const double> positives,
                                             const Listening& listening, std::size_t points) {
  const double hours = hours_of(streams, listening);
  if (positives.empty() || !(hours > 0))
    return fail(ErrorCode::kInvalidArgument, "A trade-off needs clips with the word and hours without it.");
  const auto with = sorted_copy(positives);
  const auto peaks = peaks_of(streams, listening);
  // Few of the loudest moments decide over low rates, so half of the thresholds are theirs.
  std::vector<double> thresholds;
  append_by_rank({peaks.begin(), peaks.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(peaks.size(), 50))},
                 points / 3, thresholds);
  append_by_rank(peaks, points / 3, thresholds);
  append_by_rank(with, points - 2 * (points / 3), thresholds);
  std::sort(thresholds.begin(), thresholds.end());
  thresholds.erase(std::unique(thresholds.begin(), thresholds.end()), thresholds.end());
  std::vector<TradeOffPoint> curve;
  for (const double threshold : thresholds) {
    const auto alarms = count_alarms(streams, threshold, listening);
    const auto counted = TRY(poisson_interval(alarms));
    const auto missed = with.size() - at_or_above(with, threshold);
    const auto missed_interval = TRY(wilson_interval(missed, with.size()));
    curve.push_back({.threshold = threshold,
                     .alarms_per_hour = static_cast<double>(alarms) / hours,
                     .alarms_interval = {counted.lower / hours, counted.upper / hours},
                     .frr = share(missed, with.size()),
                     .frr_interval = missed_interval});
  }
  return curve;
}

Result<AlarmThreshold> threshold_for_rate(std::span<const ScoreStream> streams, double alarms_per_hour,
                                          const Listening& listening) {
  const double hours = hours_of(streams, listening);
  if (!(hours > 0)) return fail(ErrorCode::kInvalidArgument, "There is no sound to count false alarms in.");
  if (!(alarms_per_hour > 0)) return fail(ErrorCode::kInvalidArgument, "A rate of false alarms must be above 0.");
  const auto peaks = peaks_of(streams, listening);
  constexpr double kEnoughToCount = 3.0;
  const double allowed = hours * alarms_per_hour;
  if (allowed >= kEnoughToCount) {
    for (std::size_t i = 0; i < peaks.size(); ++i) {
      const double threshold = std::nextafter(peaks[i], HUGE_VAL);
      const auto next = i + 1 < peaks.size() ? peaks[i + 1] : -HUGE_VAL;
      if (static_cast<double>(count_alarms(streams, std::nextafter(next, HUGE_VAL), listening)) > allowed)
        return AlarmThreshold{threshold, hours, false};
    }
    return AlarmThreshold{peaks.back(), hours, false};
  }
  // Peaks over a high level fall off as an exponential: from the mean of what they exceed it by follows the rest.
  constexpr std::size_t kTail = 20;
  const std::size_t tail = std::min(peaks.size() - 1, std::max(kTail, peaks.size() / 100));
  if (tail == 0) return AlarmThreshold{std::nextafter(peaks.front(), HUGE_VAL), hours, true};
  const double level = peaks[tail];
  double excess = 0;
  for (std::size_t i = 0; i < tail; ++i) excess += peaks[i] - level;
  excess /= static_cast<double>(tail);
  return AlarmThreshold{level + excess * std::max(0.0, std::log(static_cast<double>(tail) / allowed)), hours, true};
}

}  // namespace weighhouse::scales
