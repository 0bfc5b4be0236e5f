#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "dialects/superb/arguments.h"
#include "registry/dataset.h"

namespace weighhouse::dialects::superb {

// An item of a dataset as Superb's data. What their clients say of it and we have no word for is its `record`, kept as
// they said it, with ids for its parts.

// From createData: {"type", "scene", "thumbnail", "annotation", "meta", …}.
boost::json::object new_record(const Arguments& arguments, Timestamp now);
// `meta` as a JSON object, for our own filters and pages: [{"key": "hour", "value": 7}] is {"hour": 7}.
std::string metadata_of(const boost::json::object& record);
// Every content that the record names.
std::vector<registry::ContentId> contents_of(const boost::json::object& record);

boost::json::object data_json(const registry::Item& item, const std::vector<registry::Slice>& slices);

}  // namespace weighhouse::dialects::superb
