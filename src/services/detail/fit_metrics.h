#pragma once

#include <boost/json/object.hpp>
#include <vector>

#include "registry/model.h"

namespace weighhouse::services {

// The figures in the result of a fit: {"metrics": [{"name", "value", "class"}]}. What is no figure is passed over.
std::vector<registry::Metric> metrics_in(const boost::json::object& result);

}  // namespace weighhouse::services
