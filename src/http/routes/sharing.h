#pragma once

#include <vector>

#include "http/router.h"

namespace weighhouse::services {
class Assortment;
class Publications;
class Puller;
class SharedTensors;
class Sources;
class Updates;
}  // namespace weighhouse::services

namespace weighhouse::http {

// What goes to others, and what comes from elsewhere. All are borrowed; apps/ owns them.
struct SharingContext {
  services::Publications& publications;
  services::Sources& sources;
  services::Updates& updates;
  services::Puller& puller;
  const services::Assortment& assortment;
  const services::SharedTensors& tensors;
};

// Publications, sources, updates, downloads and the catalog: a part of the native API, those of a model under its
// namespace as well. The context must outlive the routes.
std::vector<Route> sharing_routes(SharingContext& context);

}  // namespace weighhouse::http
