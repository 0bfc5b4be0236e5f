#include "learners/wake_word/detail/measuring.h"

#include <algorithm>
#include <cmath>

namespace weighhouse::learners::wake::detail {
namespace {

constexpr double kEnoughHours = 0.2;

double probability(double odds) { return 1.0 / (1.0 + std::exp(-odds)); }

double loudest(std::span<const float> odds) { return static_cast<double>(*std::max_element(odds.begin(), odds.end())); }

// Log-odds that no moment reaches: above the loudest, by so little that only rounding knows.
double above_all(const std::vector<scales::ScoreStream>& streams) {
  double most = -HUGE_VAL;
  for (const auto& stream : streams) most = std::max(most, loudest(stream));
  constexpr double kHair = 1e-3;
  return most + kHair;
}

}  // namespace

Result<Measured> judge(const std::vector<Heard>& heard, const scales::Listening& listening, double alarms_per_hour,
                       const scales::ClipRule& rule) {
  // A clip is as long as an alarm keeps quiet.
  const auto clip = static_cast<std::size_t>(std::lround(listening.refractory_seconds / listening.seconds_a_step));
  std::vector<double> words;
  std::vector<double> recorded;
  std::vector<double> spoken;
  std::vector<double> others;
  std::vector<double> word_odds;
  std::vector<scales::ScoreStream> streams;
  Measured measured;
  for (const Heard& one : heard) {
    if (one.odds.empty()) continue;
    if (one.source == Source::kRecording || one.source == Source::kSpoken) {
      word_odds.push_back(loudest(one.odds));
      words.push_back(probability(word_odds.back()));
      (one.source == Source::kRecording ? recorded : spoken).push_back(words.back());
      continue;
    }
    for (std::size_t begin = 0; begin < one.odds.size(); begin += clip) {
      const auto piece = std::span{one.odds}.subspan(begin, std::min(clip, one.odds.size() - begin));
      others.push_back(probability(loudest(piece)));
    }
    const double hours = static_cast<double>(one.odds.size()) * listening.seconds_a_step / 3600.0;
    measured.hours_by_source[std::string{to_string(one.source)}] += hours;
    if (one.source == Source::kReal || one.source == Source::kSpeech) streams.push_back(one.odds);
  }
  measured.words = words.size();
  measured.clips = others.size();
  measured.table = TRY(scales::detection_rates(words, others, scales::even_thresholds(0.01, 0.99, 100)));
  measured.clip_threshold = scales::choose_threshold(measured.table, rule);
  measured.threshold = measured.clip_threshold;
  measured.hours = scales::hours_of(streams, listening);
  if (measured.hours > 0) {
    measured.rate_threshold = TRY(scales::threshold_for_rate(streams, alarms_per_hour, listening));
    measured.trade_off = TRY(scales::trade_off(streams, word_odds, listening));
  }
  if (measured.hours >= kEnoughHours) {
    // Far out on the tail of synthetic sentences an estimate misses most of what people say: it is told, not carried.
    const bool is_counted = !measured.rate_threshold->is_estimated;
    measured.basis = is_counted ? ThresholdBasis::kAlarmRate : ThresholdBasis::kNoAlarm;
    const double odds = is_counted ? measured.rate_threshold->threshold : above_all(streams);
    measured.threshold = std::max(rule.least, probability(odds));
  }
  const std::vector<double> chosen{measured.threshold};
  measured.at_threshold = TRY(scales::detection_rates(words, others, chosen)).front();
  const auto missed = [&](const std::vector<double>& scores) -> std::optional<double> {
    if (scores.empty()) return std::nullopt;
    const auto below =
        std::count_if(scores.begin(), scores.end(), [&](double score) { return score < measured.threshold; });
    return static_cast<double>(below) / static_cast<double>(scores.size());
  };
  measured.frr_recordings = missed(recorded);
  measured.frr_spoken = missed(spoken);
  if (measured.hours > 0) {
    const double odds = std::log(measured.threshold / (1.0 - measured.threshold));
    measured.alarms_per_hour = static_cast<double>(scales::count_alarms(streams, odds, listening)) / measured.hours;
  }
  return measured;
}

}  // namespace weighhouse::learners::wake::detail
