#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "registry/metadata_store.h"
#include "services/inspector.h"

namespace weighhouse::dialects {

// WakeBuilder's ModelMetadata: what is absent from the metadata gets upstream's own defaults.
boost::json::object model_metadata(const registry::ModelRow& row);

// Of /info: from the headers of the weights, at most twenty layer names.
boost::json::object model_info(const registry::ModelRow& row, const std::vector<services::FileReport>& reports);

// A training history as arrays, one per quantity; on disk it may be a list of epochs. kInvalidArgument for
// anything else.
Result<boost::json::object> history_by_quantity(std::string_view json);

double megabytes(std::uint64_t size_bytes);  // to two decimals, 2^20 bytes each
std::string two_decimals(double value);

}  // namespace weighhouse::dialects
