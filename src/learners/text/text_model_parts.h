#pragma once

#include "learners/text/detail/head.h"
#include "learners/text/text_model.h"

namespace weighhouse::learners {

// All that a text model is. The head has one dimension for each n-gram of the space and one class for each label.
struct TextModelParts {
  std::vector<std::string> labels;
  features::NgramSpace space;
  detail::Head head;
  float sharpness;  // logits are multiplied by it before they become scores: one over the temperature
  TrainingRecord record;
};

}  // namespace weighhouse::learners
