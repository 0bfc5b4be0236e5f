#include "worker/wake/record.h"

#include <cmath>
#include <fmt/format.h>

#include "base/text.h"
#include "learners/text/environment.h"

namespace weighhouse::worker {
namespace json = boost::json;
namespace wake = learners::wake;

namespace {

std::size_t trainable(const wake::WakeFit& fit) {
  std::size_t count = 0;
  for (const auto& head : fit.heads) count += count_parameters(head);
  return count;
}

json::object to_json(const scales::DetectionRates& rates) {
  return {{"threshold", rates.threshold}, {"far", rates.far},       {"frr", rates.frr}, {"accuracy", rates.accuracy},
          {"precision", rates.precision}, {"recall", rates.recall}, {"f1", rates.f1}};
}

json::object to_json(const scales::TradeOffPoint& point) {
  return {{"threshold", static_cast<double>(1.0 / (1.0 + std::exp(-point.threshold)))},
          {"log_odds", point.threshold},
          {"false_alarms_per_hour", point.alarms_per_hour},
          {"false_alarms_lower", point.alarms_interval.lower},
          {"false_alarms_upper", point.alarms_interval.upper},
          {"frr", point.frr},
          {"frr_lower", point.frr_interval.lower},
          {"frr_upper", point.frr_interval.upper}};
}

// Every tenth of the hundred thresholds that were tried, and the last.
json::array analysis_of(const wake::Measured& measured) {
  json::array rows;
  for (std::size_t i = 0; i < measured.table.size(); ++i) {
    if (i % 10 == 0 || i + 1 == measured.table.size()) rows.push_back(to_json(measured.table[i]));
  }
  return rows;
}

std::string reason_for(const wake::Measured& measured, double wanted) {
  if (measured.basis == wake::ThresholdBasis::kClips) {
    return fmt::format(
        "It is the one by the rule for clips, because {} of real sound and sentences without the word are too little "
        "to count false alarms an hour.",
        measured.hours > 0 ? format_duration(measured.hours * 3600) : std::string{"no time"});
  }
  const std::string duration = format_duration(measured.hours * 3600);
  if (measured.basis == wake::ThresholdBasis::kNoAlarm) {
    return fmt::format(
        "It is the lowest at which nothing in {} of real sound and sentences was taken for the word. They are too few "
        "to "
        "count {:.2g} false alarms an hour in: where it alarms too often, raise it, or bring hours of everyday sound.",
        duration, wanted);
  }
  return fmt::format("It is the one for {:.2g} false alarms an hour, counted in {} of sound that was not learned from.",
                     wanted, duration);
}

json::object thresholds_of(const FitFacts& facts) {
  const auto& measured = facts.fit.measured;
  json::object thresholds{{"carried", to_string(measured.basis)},
                          {"reason", reason_for(measured, facts.used.alarms_per_hour)},
                          {"by_clips", measured.clip_threshold}};
  if (measured.rate_threshold) {
    thresholds["by_false_alarms"] =
        json::object{{"threshold", 1.0 / (1.0 + std::exp(-measured.rate_threshold->threshold))},
                     {"log_odds", measured.rate_threshold->threshold},
                     {"false_alarms_per_hour", facts.used.alarms_per_hour},
                     {"hours", measured.rate_threshold->hours},
                     {"estimated", measured.rate_threshold->is_estimated}};
  }
  return thresholds;
}

json::object metrics_of(const wake::Measured& measured) {
  const auto& rates = measured.at_threshold;
  json::object metrics{{"accuracy", rates.accuracy}, {"f1_score", rates.f1}, {"precision", rates.precision},
                       {"recall", rates.recall},     {"far", rates.far},     {"frr", rates.frr}};
  if (measured.hours > 0) {
    metrics["false_alarms_per_hour"] = measured.alarms_per_hour;
    metrics["hours"] = measured.hours;
  }
  if (measured.frr_recordings) metrics["frr_recordings"] = *measured.frr_recordings;
  if (measured.frr_spoken) metrics["frr_held_out_voices"] = *measured.frr_spoken;
  return metrics;
}

json::object data_stats_of(const FitFacts& facts) {
  const auto& counts = facts.fit.counts;
  json::object hours;
  for (const auto& [source, value] : facts.fit.measured.hours_by_source) hours[source] = value;
  json::object clips;
  for (const auto& [source, count] : facts.clips) clips[source] = count;
  return {{"recordings", counts.recordings},      {"num_recordings", counts.recordings},
          {"positive_samples", counts.positives}, {"num_positive_samples", counts.positives},
          {"negative_samples", counts.negatives}, {"num_negative_samples", counts.negatives},
          {"hard_negatives", counts.similar},     {"train_size", counts.training},
          {"num_train_samples", counts.training}, {"val_size", counts.validation},
          {"num_val_samples", counts.validation}, {"negative_files", facts.negatives.files},
          {"synthetic_clips", std::move(clips)},  {"negative_hours", std::move(hours)}};
}

json::object config_of(const FitFacts& facts) {
  const auto& used = facts.used;
  json::object config = facts.options;
  for (const auto& [key, value] : {std::pair<const char*, json::value>{"batch_size", used.batch},
                                   {"learning_rate", used.rate},
                                   {"dropout", used.dropout},
                                   {"label_smoothing", used.smoothing},
                                   {"weight_decay", used.weight_decay},
                                   {"classifier_dims", json::value_from(used.hidden)},
                                   {"classifier_hidden_dims", json::value_from(used.hidden)},
                                   {"num_epochs", used.epochs},
                                   {"epochs_trained", facts.fit.history.size()},
                                   {"early_stopped", facts.fit.stopped_early},
                                   {"positive_samples", facts.fit.counts.positives},
                                   {"negative_samples", facts.fit.counts.negatives},
                                   {"seed", used.seed}}) {
    config[key] = value;
  }
  return config;
}

json::array warnings_of(const FitFacts& facts) {
  json::array warnings;
  const auto warn = [&](const char* code, std::string message) {
    warnings.push_back(json::object{{"code", code}, {"message", std::move(message)}});
  };
  constexpr std::size_t kMostNamed = 5;
  for (std::size_t i = 0; i < facts.negatives.passed_over.size() && i < kMostNamed; ++i)
    warn("passed-over", "Passed over " + facts.negatives.passed_over[i]);
  if (facts.negatives.passed_over.size() > kMostNamed) {
    warn("passed-over", "Passed over " + std::to_string(facts.negatives.passed_over.size() - kMostNamed) +
                            " more files that are no audio.");
  }
  if (!facts.clips.contains("spoken")) {
    warn("no-synthetic-speech",
         "No synthetic voices were used, so the model knows the word from the recordings alone. With espeak-ng "
         "installed on the server it would hear it in many voices.");
  }
  if (facts.fit.measured.basis == wake::ThresholdBasis::kClips)
    warn("threshold-by-clips", reason_for(facts.fit.measured, facts.used.alarms_per_hour) +
                                   " Add recordings of everyday sound as negatives.");
  for (const char* key :
       {"mixup_alpha", "use_focal_loss", "focal_alpha", "focal_gamma", "use_attention", "use_se_block", "use_tcn"}) {
    if (facts.options.contains(key))
      warn("unused-option", std::string{key} + " is recorded, and changes nothing: this learner has no such part.");
  }
  return warnings;
}

}  // namespace

json::object to_json(const wake::Epoch& epoch) {
  return {{"epoch", epoch.epoch},
          {"train_loss", epoch.train_loss},
          {"train_accuracy", epoch.train_accuracy},
          {"val_loss", epoch.val_loss},
          {"val_accuracy", epoch.val_accuracy},
          {"val_f1", epoch.val_f1},
          {"learning_rate", epoch.learning_rate}};
}

json::object history_of(const wake::WakeFit& fit) {
  json::object history;
  for (const auto& epoch : fit.history) {
    for (const auto& [name, value] : to_json(epoch)) {
      if (name == "epoch") continue;
      auto& list = history[name];
      if (!list.is_array()) list = json::array{};
      list.as_array().push_back(value);
    }
  }
  return history;
}

json::object record_of(const FitFacts& facts) {
  const auto& measured = facts.fit.measured;
  json::object libraries;
  for (const auto& [name, version] : learners::library_versions()) libraries[name] = version;
  json::array curve;
  for (const auto& point : measured.trade_off) curve.push_back(to_json(point));
  json::array recordings;
  for (std::size_t i = 0; i < facts.recordings.size(); ++i) recordings.emplace_back(facts.recordings[i]);
  const auto& rates = measured.at_threshold;
  return {{"kind", "wake-word"},
          {"wake_word", facts.word},
          {"model_type", facts.encoder->name()},
          {"base_model", facts.encoder->name()},
          {"base_digest", facts.base_digest},
          {"embedding_dim", facts.encoder->shape().dimensions},
          {"sample_rate", wake::kSampleRate},
          {"window_samples", facts.encoder->shape().samples_of(facts.used.frames)},
          {"hop_samples", facts.encoder->shape().hop_samples},
          {"labels", json::array{"other", facts.word}},
          {"threshold", measured.threshold},
          {"thresholds", thresholds_of(facts)},
          {"accuracy", rates.accuracy},
          {"f1_score", rates.f1},
          {"precision", rates.precision},
          {"recall", rates.recall},
          {"metrics", metrics_of(measured)},
          {"metrics_on", fmt::format("{} windows with the word and {} stretches of two seconds without it, each by a "
                                     "head that learned from other voices, recordings and files",
                                     measured.words, measured.clips)},
          {"threshold_analysis", analysis_of(measured)},
          {"trade_off", std::move(curve)},
          {"trainable_params", trainable(facts.fit)},
          {"parameters", trainable(facts.fit)},
          {"training_config", config_of(facts)},
          {"data_stats", data_stats_of(facts)},
          {"recordings", std::move(recordings)},
          {"training_time_seconds", facts.seconds},
          {"training", json::object{{"base", facts.encoder->name()},
                                    {"base_digest", facts.base_digest},
                                    {"options", facts.options},
                                    {"seed", facts.used.seed},
                                    {"program", facts.program},
                                    {"processor", learners::processor_of_this_machine()},
                                    {"libraries", std::move(libraries)}}}};
}

std::string summary_of(const json::object& record) {
  json::object summary;
  for (const char* key : {"kind", "wake_word", "base_model", "labels", "sample_rate", "window_samples", "threshold",
                          "thresholds", "metrics", "metrics_on", "training_config", "data_stats", "training"}) {
    if (const auto* value = record.if_contains(key)) summary[key] = *value;
  }
  return json::serialize(summary);
}

json::object result_of(const FitFacts& facts) {
  const auto& measured = facts.fit.measured;
  json::array rows;
  for (const auto& [name, value] : metrics_of(measured)) {
    rows.push_back(
        json::object{{"name", name == "f1_score" ? json::string{"f1"} : json::string{name}}, {"value", value}});
  }
  rows.push_back(json::object{{"name", "threshold"}, {"value", measured.threshold}});
  return {{"wake_word", facts.word},
          {"base_model", facts.encoder->name()},
          {"threshold", measured.threshold},
          {"thresholds", thresholds_of(facts)},
          {"metrics", std::move(rows)},
          {"epochs", facts.fit.history.size()},
          {"data_stats", data_stats_of(facts)},
          {"warnings", warnings_of(facts)},
          {"training_time_seconds", facts.seconds}};
}

}  // namespace weighhouse::worker
