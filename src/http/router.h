#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "http/message.h"

namespace weighhouse::http {

// What a caller must hold. `kOpen` routes answer anyone.
enum class Permission : std::uint8_t { kOpen, kRead, kWrite, kAdmin };

// One line of the table:  {Method::kGet, "/api/models/{model}/files/{path...}", Permission::kRead, show_file(files)}
// `{name}` is one segment, `{name...}` the rest, slashes included, and stands only at the end. A literal
// segment wins over a `{name}`. HEAD is answered by the GET route.
struct Route {
  Method method;
  std::string pattern;
  Permission permission;
  std::variant<Handler, StreamHandler> handler;
  std::uint64_t body_limit_bytes = std::uint64_t{1} << 20U;  // for a StreamHandler: 0 means the server's own limit
};

class Router {
 public:
  // Two routes of the same method and shape are a broken invariant.
  void add(std::vector<Route> routes);

  struct Match {
    const Route* route;  // null: nothing there, or not with this method
    std::vector<std::pair<std::string, std::string>> parameters;
    std::vector<Method> allowed;  // of the path, when the method is not among them: 405
  };
  // The path as it was sent: an encoded slash belongs to its segment. `parameters` are decoded.
  Match find(Method method, std::string_view encoded_path) const;
  const std::vector<std::unique_ptr<Route>>& routes() const { return routes_; }

 private:
  struct Node;
  std::vector<std::unique_ptr<Route>> routes_;
  std::shared_ptr<Node> root_;
};

}  // namespace weighhouse::http
