#pragma once

#include "learners/text/detail/head.h"
#include "learners/text/text_model.h"

namespace weighhouse::learners {

// All that a text model is. The head has one dimension for each n-gram of the space, then one for each number of the
// encoder's vectors, and one class for each label.
struct TextModelParts {
  std::vector<std::string> labels;
  features::NgramSpace space;
  detail::Head head;
  float sharpness;  // logits are multiplied by it before they become scores: one over the temperature
  TrainingRecord record;
  std::size_t meaning = 0;  // how long the encoder's vectors are; 0 for a model that sees none
  std::shared_ptr<const encoders::TextEncoder> encoder{};
  float doubt = 0.0F;  // of every score, what is spread evenly over all labels
};

}  // namespace weighhouse::learners
