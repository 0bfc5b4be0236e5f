#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "base/result.h"

namespace weighhouse::cli {

// A JSON object in a file of at most a megabyte.
Result<boost::json::object> read_metadata_file(const std::string& path);

}  // namespace weighhouse::cli
