#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registry/dataset.h"
#include "registry/model.h"

namespace weighhouse::registry {

enum class TrainingStatus : std::uint8_t { kPending, kPreparing, kInProgress, kCompleted, kFailed };
std::string_view to_string(TrainingStatus status);  // "pending", "preparing", "in-progress", "completed", "failed"
Result<TrainingStatus> parse_training_status(std::string_view word);

// What was learnt of one class: how well, and on how much.
struct TrainingClass {
  std::string name;
  std::string annotation_type{};  // "box", "polygon", …
  std::optional<double> ap{};     // average precision, 0 to 1
  std::optional<std::int64_t> training_annotations{};
  std::optional<std::int64_t> validation_annotations{};
};

// The number that whoever trained calls the result.
struct Score {
  std::string key{};
  std::optional<double> value{};
  std::string unit{};
};

// Numbers of items as told by who trained elsewhere. What the slices hold is counted, not told: see `TrainedOn`.
struct ToldCounts {
  std::optional<std::int64_t> total{}, training{}, validation{};
};

enum class Purpose : std::uint8_t { kTraining, kValidation };
std::string_view to_string(Purpose purpose);  // "training", "validation"
Result<Purpose> parse_purpose(std::string_view word);

struct SliceUse {
  Purpose purpose;
  SliceId slice;
  auto operator<=>(const SliceUse&) const = default;
};

// What a model is trained on and what came of it, as far as somebody said. It belongs to the model, whether that has
// versions yet or not; a version keeps the slices that stood here when it was made.
struct Training {
  std::optional<DatasetId> dataset{};
  std::string baseline{};  // what it started from: "yolov8n", a reference
  std::string task{};      // "object-detection", …
  TrainingStatus status = TrainingStatus::kPending;
  std::optional<Timestamp> trained_at{};
  Score score{};
  std::string parameters = "{}";  // JSON object
  std::string pipeline{};         // what runs it elsewhere
  ToldCounts told{};
  std::vector<TrainingClass> classes{};
  std::vector<SliceUse> slices{};               // of `dataset`, each once for a purpose
  std::map<std::string, ContentId> contents{};  // by file name
  bool is_trained() const { return status == TrainingStatus::kCompleted; }
};

// A slice in a training, as lists show it: also when it is deleted since.
struct TrainedOn {
  Purpose purpose;
  Slice slice;
  std::int64_t item_count = 0;  // what it held when the training was over; until then, what it holds
};

// A chart or table about a training. What it shows lies in a content.
struct TrainingReport {
  std::string id;  // a ULID
  ModelId model;
  std::string name;
  std::string type{};  // "confusion-matrix", "line-chart", …
  std::optional<ContentId> content{};
  std::string description{};
  Marks marks{};
};

// A training with all that is shown of it.
struct TrainingRow {
  Training training;
  std::vector<TrainedOn> trained_on{};
  std::vector<TrainingReport> reports{};
  // An item in two slices counts in each.
  std::int64_t items(Purpose purpose) const;
};

// A use of a slice, looked at from the slice: by a model (number 0) or by one of its versions.
struct SliceUser {
  Model model;
  std::int64_t number = 0;
  Purpose purpose = Purpose::kTraining;
};

}  // namespace weighhouse::registry
