#pragma once

#include <boost/json/object.hpp>

#include "registry/publication.h"
#include "registry/source.h"
#include "services/assortment.h"
#include "services/updates.h"

namespace weighhouse::http {

boost::json::object to_json(const registry::Offer& offer);
boost::json::object to_json(const registry::Source& source);
boost::json::object to_json(const services::CatalogEntry& entry);
boost::json::object to_json(const services::Update& update);
boost::json::object to_json(const services::Checked& checked);

}  // namespace weighhouse::http
