#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "base/result.h"

namespace weighhouse::dialects {

// A request to train, as a form has it: both names of the recordings' field, and upstream's names of the options.
struct TrainingForm {
  struct Recording {
    std::string name;
    std::string bytes;
  };
  std::string wake_word;
  std::string model_type = "ast";
  std::vector<Recording> recordings;
  boost::json::object hyperparameters;  // as they were asked
  boost::json::object options;          // the same in the words of our learner
};

// kInvalidArgument for what is no form; nothing else is refused here.
// A number out of its range is kInvalidArgument with the detail "field".
Result<TrainingForm> read_training_form(std::string_view content_type, std::string_view body);

}  // namespace weighhouse::dialects
