#include "http/routes/idempotency.h"
#include "http/routes/routes.h"

namespace weighhouse::http {

std::vector<Route> with_namespaces(std::vector<Route> routes) {
  constexpr std::string_view kBare = "/api/models/{model}";
  std::vector<Route> twins;
  for (const Route& route : routes) {
    if (!route.pattern.starts_with(kBare)) continue;
    Route twin = route;
    twin.pattern = "/api/namespaces/{namespace}/models/{model}" + route.pattern.substr(kBare.size());
    twins.push_back(std::move(twin));
  }
  routes.insert(routes.end(), std::make_move_iterator(twins.begin()), std::make_move_iterator(twins.end()));
  return routes;
}

std::vector<Route> native_routes(RouteContext& context) {
  std::vector<Route> all;
  for (auto* table : {model_routes, version_routes, file_routes, mark_routes, gate_routes, intake_routes,
                      learning_routes, listening_routes, trash_routes, keeping_routes, access_routes, dataset_routes,
                      content_routes, training_routes, insight_routes}) {
    auto routes = table(context);
    all.insert(all.end(), std::make_move_iterator(routes.begin()), std::make_move_iterator(routes.end()));
  }
  return repeatable(context, with_namespaces(std::move(all)));
}

}  // namespace weighhouse::http
