#pragma once

#include <boost/json.hpp>
#include <string>

#include "dialects/superb/call.h"
#include "registry/metadata_store.h"

namespace weighhouse::dialects::superb {

// Our things in Superb's words: all that its schema knows of each.
boost::json::object to_json(const registry::Dataset& dataset);
boost::json::object to_json(const registry::Slice& slice);
boost::json::object to_json(const Call& call, const registry::Content& content);
boost::json::object to_json(const Call& call, const registry::ModelRow& row);

void put_marks(boost::json::object& object, const registry::Marks& marks);
// The text as JSON; null where it is empty.
boost::json::value parsed(const std::string& text);

// The content that a client of the first generation calls the model's: under this name, or the only one.
inline constexpr const char* kModelContent = "model";

}  // namespace weighhouse::dialects::superb
