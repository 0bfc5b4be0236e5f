#pragma once

#include <string>
#include <vector>

#include "services/assortment.h"

namespace weighhouse::sources {

// The folders that a place of the catalog names and that are there, the highest version of a name first.
//
// "$NAME" and "~" at its beginning mean what they mean in `expand_path`, and a "*" within a name any text.
// "$SITE_PACKAGES" is where Python keeps its packages: the variable of that name where it is set, else the place of the
// virtual environment that this program was started in, else those of the user and of the system.
std::vector<std::string> list_places(const std::string& place, const services::Variable& variable);

// Where clients of the Hugging Face hub keep what they fetched.
std::vector<std::string> hub_caches(const services::Variable& variable);

}  // namespace weighhouse::sources
