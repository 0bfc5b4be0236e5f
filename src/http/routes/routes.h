#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/embedded.h"
#include "http/router.h"
#include "http/routes/context.h"

namespace weighhouse::http {

// The native API, a table per topic. Together they are the paths of api/openapi.yaml; openapi_test.cpp
// holds the two equal. The context must outlive the routes.
std::vector<Route> model_routes(RouteContext& context);
std::vector<Route> version_routes(RouteContext& context);
std::vector<Route> file_routes(RouteContext& context);
std::vector<Route> mark_routes(RouteContext& context);       // aliases, tags, metrics, events
std::vector<Route> gate_routes(RouteContext& context);       // what aliases demand before they move
std::vector<Route> intake_routes(RouteContext& context);     // blobs and uploads
std::vector<Route> learning_routes(RouteContext& context);   // training, predicting, weighing, comparing
std::vector<Route> listening_routes(RouteContext& context);  // wake words on long recordings
std::vector<Route> dataset_routes(RouteContext& context);    // datasets, slices, items
std::vector<Route> content_routes(RouteContext& context);    // bytes that are kept by themselves
std::vector<Route> training_routes(RouteContext& context);   // what a model learnt from, and its reports
std::vector<Route> insight_routes(RouteContext& context);    // audits, trends, groups, lineage; many models at once
std::vector<Route> trash_routes(RouteContext& context);
std::vector<Route> keeping_routes(RouteContext& context);  // storage, library, backup, jobs
std::vector<Route> access_routes(RouteContext& context);   // tokens, sessions, health, info

// What /health answers, for dialects that have it under another path.
boost::json::object health_of(const RouteContext& context);

// All of the above, those of a model under its namespace as well, and POST made safe to repeat.
std::vector<Route> native_routes(RouteContext& context);

// The dashboard: its embedded files, and index.html for every page of its own. Pages are at most
// `kDashboardPages` deep.
std::vector<Route> dashboard_routes(std::span<const EmbeddedFile> files);
// /openapi.json and /metrics.
std::vector<Route> document_routes(std::string_view openapi_json, std::function<std::string()> render_metrics);

// Every route of "/api/models/{model}…" again as "/api/namespaces/{namespace}/models/{model}…".
std::vector<Route> with_namespaces(std::vector<Route> routes);

}  // namespace weighhouse::http
