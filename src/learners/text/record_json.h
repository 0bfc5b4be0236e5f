#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "learners/text/text_model.h"

namespace weighhouse::learners {

// {"base", "learner", "data", "examples", "seed", "c", "program", "processor", "parameters": {…}}, always in that
// order.
std::string to_json(const TrainingRecord& record);

// kInvalidArgument naming the field that is missing or of another kind. Other fields are passed over.
Result<TrainingRecord> parse_training_record(std::string_view text);

}  // namespace weighhouse::learners
