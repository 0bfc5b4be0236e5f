#pragma once

#include <boost/json.hpp>
#include <functional>
#include <map>
#include <string>

#include "base/result.h"

namespace weighhouse::graphql {

// How a value of a scalar that the schema adds is read, if not as it is. An error's message goes on where the sentence
// "The argument "x" of Query.y …" is left off: "must be a date, as in 2025-01-04T10:00:00Z."
using ScalarReader = std::function<Result<boost::json::value>(const boost::json::value& given)>;
using Scalars = std::map<std::string, ScalarReader, std::less<>>;

}  // namespace weighhouse::graphql
