#pragma once

#include <map>
#include <string>
#include <vector>

#include "db/connection.h"
#include "registry/training.h"

namespace weighhouse::db {

// The trainings of several models with all that is shown of them, by model id: a fixed number of queries.
Result<std::map<std::string, registry::TrainingRow, std::less<>>> trainings_of(Connection& db,
                                                                               const std::vector<std::string>& models);

// What a version was made from is what stood in the training then.
Result<> keep_trained_on(Connection& db, const registry::ModelId& model, registry::VersionNumber number);

// Lists find a model's training and its slices, or no longer.
Result<> list_training(Connection& db, const registry::ModelId& model, bool listed);
Result<> list_trained_on_of(Connection& db, const registry::ModelId& model, registry::VersionNumber number,
                            bool listed);

// Forgets all of it; deleted slices that only this kept go with it.
Result<> drop_training(Connection& db, const registry::ModelId& model);
Result<> drop_trained_on(Connection& db, const registry::ModelId& model, registry::VersionNumber number);

}  // namespace weighhouse::db
