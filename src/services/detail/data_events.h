#pragma once

#include <boost/json.hpp>
#include <string>

#include "registry/metadata_store.h"
#include "services/caller.h"

namespace weighhouse::services {

// Appends what happened to a dataset or one of its slices. The subject is its id, which stays; the details name it.
Result<> record_data(registry::Transaction& rows, const Caller& caller, Timestamp now, std::string action,
                     const registry::Dataset& dataset, const registry::Slice* slice = nullptr,
                     boost::json::object details = {});

}  // namespace weighhouse::services
