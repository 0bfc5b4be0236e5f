#pragma once

#include <boost/json.hpp>

#include "services/classifier.h"
#include "services/comparer.h"
#include "services/evaluator.h"
#include "wire/registry_json.h"

namespace weighhouse::http {

// How the API shows what was predicted, weighed and compared. Listed evaluations leave out what is large: confusion
// and the figures per class.
boost::json::object to_json(const services::Classified& classified);
boost::json::object to_json(const services::Evaluator::View& view, wire::Extent extent);
boost::json::object to_json(const services::Comparison& comparison);

}  // namespace weighhouse::http
