#pragma once

#include "dialects/superb/call.h"
#include "registry/training.h"
#include "services/trainings.h"

namespace weighhouse::dialects::superb {

// What createModel and updateModel say of a model, in the words of either generation. Absent stays as it is; null takes
// away what can be without. `before` is the model as it is, without one for a new model.
Result<services::RecordChange> read_record(const Arguments& arguments, const registry::TrainingRow* before);

}  // namespace weighhouse::dialects::superb
