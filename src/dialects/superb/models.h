#pragma once

#include <string>

#include "dialects/superb/call.h"

namespace weighhouse::dialects::superb {

// The model of a dataset that a word names: its id, else its name, the newest where several bear it. kNotFound says
// what the dataset lacks.
Result<registry::ModelRow> find_model(const Call& call, const std::string& dataset, const std::string& word);

}  // namespace weighhouse::dialects::superb
