#pragma once

#include <boost/json.hpp>
#include <string>

#include "http/message.h"
#include "services/catalog.h"
#include "services/differ.h"
#include "services/trash.h"
#include "wire/registry_json.h"

namespace weighhouse::http {

// A model alone, with its revision as the ETag.
Response reply_with_model(const registry::ModelRow& row, int status = 200);

// JSON of what use cases answer; the domain's own types are in wire/.

boost::json::object to_json(const services::VersionView& view, wire::Extent extent);
boost::json::object to_json(const services::Difference& difference);
boost::json::object to_json(const services::TrashView& view);
boost::json::object to_json(const services::Freed& freed, services::DryRun dry_run);
std::string version_url(const registry::Model& model, registry::VersionNumber number);

}  // namespace weighhouse::http
