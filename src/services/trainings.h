#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registry/metadata_store.h"
#include "services/caller.h"

namespace weighhouse::services {

// What shall be different; absent stays as it is.
struct TrainingChange {
  std::optional<std::string> dataset{};  // id or name; empty: none any more
  std::optional<std::string> baseline{};
  std::optional<std::string> task{};
  std::optional<registry::TrainingStatus> status{};
  std::optional<bool> trained{};  // true: completed; false, where it was completed: pending again
  std::optional<std::optional<Timestamp>> trained_at{};
  std::optional<std::string> score_key{};
  std::optional<std::optional<double>> score_value{};
  std::optional<std::string> score_unit{};
  std::optional<std::string> parameters{};  // JSON object
  std::optional<std::string> pipeline{};
  std::optional<std::optional<std::int64_t>> told_total{}, told_training{}, told_validation{};
  std::optional<std::vector<registry::TrainingClass>> classes{};
  std::optional<std::vector<std::string>> training_slices{};  // ids or names
  std::optional<std::vector<std::string>> validation_slices{};
  std::optional<std::map<std::string, std::string>> contents{};  // ids or keys by file name
  bool is_nothing() const;
};

// A model and its training together, in one transaction.
struct RecordChange {
  std::optional<std::string> display_name{};
  std::optional<std::string> description{};
  std::optional<registry::Kind> kind{};
  std::optional<bool> pinned{};
  std::optional<std::string> meta{};  // any JSON; empty: none any more
  TrainingChange training{};
  std::optional<std::int64_t> expected_revision{};
};

struct ReportChange {
  std::optional<std::string> name{};
  std::optional<std::string> type{};
  std::optional<std::string> content{};  // an id; empty: none any more
  std::optional<std::string> description{};
};

// Models as records of a training: what they learnt from, how well, and what came of it. Such a model may never get a
// version. Its name is derived from the display name, which is any text and need not be unique.
class Trainings {
 public:
  Trainings(registry::MetadataStore& metadata, const Clock& clock) : metadata_(metadata), clock_(clock) {}

  // Slices and contents that are not there are kNotFound by name, and nothing is made.
  Result<registry::ModelRow> create(const Caller& caller, const RecordChange& record);
  Result<registry::ModelRow> get(const Caller& caller, const registry::ModelId& id) const;
  Result<registry::ModelRow> update(const Caller& caller, const registry::ModelId& id, const RecordChange& change);
  Result<registry::ModelRow> update(const Caller& caller, const registry::ModelRef& ref, const RecordChange& change);

  // A new one without `id`.
  Result<registry::ModelRow> put_report(const Caller& caller, const registry::ModelId& model,
                                        const std::optional<std::string>& id, const ReportChange& change);
  Result<registry::ModelRow> remove_report(const Caller& caller, const registry::ModelId& model, std::string_view id);

 private:
  registry::MetadataStore& metadata_;
  const Clock& clock_;
};

}  // namespace weighhouse::services
