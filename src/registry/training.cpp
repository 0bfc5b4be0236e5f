#include "registry/training.h"

#include <array>

#include "base/text.h"

namespace weighhouse::registry {
namespace {

constexpr std::array<std::string_view, 5> kStatuses{"pending", "preparing", "in-progress", "completed", "failed"};

}  // namespace

std::string_view to_string(TrainingStatus status) { return kStatuses.at(static_cast<std::size_t>(status)); }

Result<TrainingStatus> parse_training_status(std::string_view word) {
  for (std::size_t i = 0; i < kStatuses.size(); ++i) {
    if (kStatuses.at(i) == word) return static_cast<TrainingStatus>(i);
  }
  return fail(
      ErrorCode::kInvalidArgument,
      "\"" + printable(word, 60) + "\" is no status. Use pending, preparing, in-progress, completed or failed.");
}

std::string_view to_string(Purpose purpose) { return purpose == Purpose::kTraining ? "training" : "validation"; }

Result<Purpose> parse_purpose(std::string_view word) {
  if (word == "training") return Purpose::kTraining;
  if (word == "validation") return Purpose::kValidation;
  return fail(ErrorCode::kInvalidArgument,
              "\"" + printable(word, 60) + "\" is no purpose of a slice. Use training or validation.");
}

std::int64_t TrainingRow::items(Purpose purpose) const {
  std::int64_t sum = 0;
  for (const TrainedOn& one : trained_on) {
    if (one.purpose == purpose) sum += one.item_count;
  }
  return sum;
}

}  // namespace weighhouse::registry
