#pragma once

#include <boost/json/array.hpp>
#include <string>
#include <vector>

#include "base/result.h"

namespace weighhouse::cli {

// "f1=0.94" as metrics of the API: [{"name": "f1", "value": 0.94}]. kInvalidArgument names the word that is none.
Result<boost::json::array> parse_metric_words(const std::vector<std::string>& words);

}  // namespace weighhouse::cli
