#pragma once

#include <boost/json.hpp>
#include <string>

namespace weighhouse::wire {

// JSON as people expect to read it: 0.971, where Boost.JSON writes 9.71E-1. A double stays recognisable as
// one: 1.0, not 1.
std::string to_text(const boost::json::value& value);

}  // namespace weighhouse::wire
