#pragma once

#include <memory>
#include <vector>

#include "dialects/superb/links.h"
#include "http/router.h"
#include "http/routes/context.h"

namespace weighhouse::dialects::superb {

// Where the bytes of contents go and come from: PUT and GET /superb/contents/{content}, and …/{file...} in a folder.
std::vector<http::Route> content_routes(http::RouteContext& context, std::shared_ptr<const Links> links);

}  // namespace weighhouse::dialects::superb
