#pragma once

#include <vector>

#include "services/shipping.h"

namespace weighhouse::app {

// The models in the program: each folder below shipped/ of the sources, with its record in metadata.json.
std::vector<services::ShippedModel> shipped_models();

}  // namespace weighhouse::app
