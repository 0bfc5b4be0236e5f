#pragma once

#include <string>
#include <vector>

#include "services/intake.h"
#include "services/trainer.h"

namespace weighhouse::services {

// A text and what it is.
struct Example {
  std::string text;
  std::string label;
};

// Examples that came inside a request, as a blob of JSON Lines leased to the caller. What they are worth is judged by
// who reads them: the learner.
Result<Data> take_examples(Intake& intake, const Caller& caller, const std::vector<Example>& examples,
                           std::string name);

}  // namespace weighhouse::services
