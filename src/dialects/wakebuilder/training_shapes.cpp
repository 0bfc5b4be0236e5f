#include "dialects/wakebuilder/training_shapes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

#include "wire/registry_json.h"

namespace weighhouse::dialects {
namespace json = boost::json;

namespace {

constexpr std::array<std::string_view, 6> kPhases{"validating", "augmenting",  "generating_negatives",
                                                  "training",   "calibrating", "saving"};
// What upstream has for a loss that was never measured.
constexpr double kNoLoss = 999.0;

std::string status_of(const jobs::Job& job) {
  switch (job.state) {
    case jobs::State::kWaiting:
      return "pending";
    case jobs::State::kCompleted:
      return "completed";
    case jobs::State::kFailed:
    case jobs::State::kCancelled:
      return "failed";
    case jobs::State::kRunning:
      break;
  }
  const bool is_known = std::find(kPhases.begin(), kPhases.end(), job.phase) != kPhases.end();
  return is_known ? job.phase : "validating";
}

double percent_of(const jobs::Job& job) {
  if (job.state == jobs::State::kCompleted) return 100;
  return std::round(job.progress * 1000) / 10;
}

json::value time_or_null(const std::optional<Timestamp>& time) {
  return time ? json::value(time->to_string()) : json::value(nullptr);
}

std::string elapsed(const jobs::Job& job, Timestamp now) {
  if (!job.started_at) return "0s";
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(job.finished_at.value_or(now) - *job.started_at).count();
  return seconds < 60 ? fmt::format("{}s", seconds) : fmt::format("{}m {}s", seconds / 60, seconds % 60);
}

double loss_of(const json::value& epoch) {
  const auto* loss = epoch.is_object() ? epoch.get_object().if_contains("val_loss") : nullptr;
  return loss != nullptr && loss->is_number() ? loss->to_number<double>() : kNoLoss;
}

json::value part_of(const json::object& object, const char* key) {
  const auto* value = object.if_contains(key);
  return value == nullptr ? json::value(nullptr) : *value;
}

json::value progress_of(const json::array& epochs, const json::value& stats) {
  if (epochs.empty()) return nullptr;
  const auto best = std::min_element(
      epochs.begin(), epochs.end(), [](const json::value& a, const json::value& b) { return loss_of(a) < loss_of(b); });
  const auto& last = epochs.back().as_object();
  return json::object{{"current_epoch", part_of(last, "epoch")},
                      {"total_epochs", part_of(last, "total_epochs")},
                      {"best_val_loss", loss_of(*best)},
                      {"epochs_without_improvement", epochs.end() - best - 1},
                      {"epoch_history", epochs},
                      {"data_stats", stats}};
}

}  // namespace

json::object training_status(const jobs::Job& job, const json::array& epochs, Timestamp now) {
  const auto parameters = wire::object_of(job.parameters);
  const auto result = wire::object_of(job.result);
  const auto status = status_of(job);
  const auto stats = part_of(result, "data_stats");
  const bool has_failed = job.state == jobs::State::kFailed || job.state == jobs::State::kCancelled;
  json::object body{{"job_id", job.id},
                    {"status", status},
                    {"progress_percent", percent_of(job)},
                    {"progress", percent_of(job)},
                    {"current_phase", status},
                    {"phase", status},
                    {"message", job.message},
                    {"wake_word", part_of(parameters, "wake_word")},
                    {"model_type", "ast"},
                    {"started_at", job.started_at.value_or(job.created_at).to_string()},
                    {"updated_at", job.finished_at.value_or(now).to_string()},
                    {"completed_at", time_or_null(job.finished_at)},
                    {"error", nullptr},
                    {"training_progress", progress_of(epochs, stats)},
                    {"data_stats", stats},
                    {"hyperparameters", part_of(parameters, "options")},
                    {"elapsed_time", elapsed(job, now)},
                    {"current_epoch", 0},
                    {"total_epochs", 0},
                    {"metrics", nullptr}};
  if (has_failed) body["error"] = job.state == jobs::State::kCancelled ? "The training was cancelled." : job.message;
  if (const auto* options = parameters.if_contains("options"); options != nullptr && options->is_object()) {
    if (const auto* type = options->get_object().if_contains("model_type")) body["model_type"] = *type;
  }
  if (!epochs.empty()) {
    const auto& last = epochs.back().as_object();
    body["current_epoch"] = part_of(last, "epoch");
    body["total_epochs"] = part_of(last, "total_epochs");
    json::object metrics;
    for (const char* key : {"train_loss", "val_loss", "val_accuracy", "val_f1"}) metrics[key] = part_of(last, key);
    body["metrics"] = std::move(metrics);
  }
  if (const auto* model = result.if_contains("model")) body["model_reference"] = *model;
  return body;
}

}  // namespace weighhouse::dialects
