#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "scales/interval.h"

namespace weighhouse::scales {

// What a detector is worth at one threshold, on clips that hold what it listens for and clips that do not. A score at
// or above the threshold is a detection.
struct DetectionRates {
  double threshold;
  double far;  // of the clips without it, the share that was detected
  double frr;  // of the clips with it, the share that was missed
  double accuracy;
  double precision;  // 0 where nothing was detected
  double recall;
  double f1;
};

// kInvalidArgument when either list is empty or a score is not a number.
Result<std::vector<DetectionRates>> detection_rates(std::span<const double> positives,
                                                    std::span<const double> negatives,
                                                    std::span<const double> thresholds);

// `count` thresholds from `first` to `last`, both among them, at equal steps.
std::vector<double> even_thresholds(double first, double last, std::size_t count);

// How a threshold is chosen on clips: the least of far_weight * FAR + FRR among those whose FAR is at most `most_far`,
// or else of all the one with the least FAR; then raised to `least`. The first of equals.
struct ClipRule {
  double far_weight = 10.0;
  double most_far = 0.05;
  double least = 0.6;
};
double choose_threshold(std::span<const DetectionRates> table, const ClipRule& rule = {});

// A stretch of sound without what the detector listens for: its score at every step of time, as log-odds.
using ScoreStream = std::vector<float>;

// Scores of streams, step by step, and how long an alarm keeps the detector quiet: so that one cry counts once.
struct Listening {
  double seconds_a_step = 0.08;
  double refractory_seconds = 2.0;
};

double hours_of(std::span<const ScoreStream> streams, const Listening& listening);
std::uint64_t count_alarms(std::span<const ScoreStream> streams, double threshold, const Listening& listening);

// A point of the detection error trade-off: what is missed against false alarms an hour.
struct TradeOffPoint {
  double threshold;          // log-odds
  double alarms_per_hour;    // counted
  Interval alarms_interval;  // 95 %, of a Poisson process
  double frr;
  Interval frr_interval;  // 95 %, Wilson
};
// At most `points` thresholds, rising, spread over where alarms and misses change. kInvalidArgument without positives
// or hours.
Result<std::vector<TradeOffPoint>> trade_off(std::span<const ScoreStream> streams, std::span<const double> positives,
                                             const Listening& listening, std::size_t points = 60);

// The threshold that keeps false alarms to a rate.
struct AlarmThreshold {
  double threshold;  // log-odds
  double hours;      // of streams it rests on
  // Fewer than three alarms were to be expected in these hours: the tail of the loudest moments was continued (as an
  // exponential) to where the rate is met, and what was counted could not say.
  bool is_estimated;
};
// kInvalidArgument without any score, or for a rate that is not above 0.
Result<AlarmThreshold> threshold_for_rate(std::span<const ScoreStream> streams, double alarms_per_hour,
                                          const Listening& listening);

}  // namespace weighhouse::scales
