#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "registry/model.h"

namespace weighhouse::registry {

// A version weighed on data, every prediction kept. The data is known by its digest, so that two versions
// weighed on the same bytes can be compared without running either again.
struct Evaluation {
  std::string id;  // a ULID
  ModelId model;
  VersionNumber number{0};
  std::string data_name{};  // what the caller called the data
  Digest data{};            // of the items, as JSON Lines
  Digest predictions{};     // JSON Lines, one object per item in the data's order
  std::int64_t items = 0;
  double seconds = 0;         // of predicting alone
  std::string summary{"{}"};  // JSON object: accuracy, intervals, per class, confusion, calibration
  Timestamp created_at{};
  std::string created_by{};
};

struct EvaluationQuery {
  std::optional<ModelId> model{};
  std::optional<VersionNumber> number{};
  std::optional<Digest> data{};
  std::size_t length = 100;
  std::optional<std::string> before_id{};  // newest first; ULIDs sort by time
};

}  // namespace weighhouse::registry
