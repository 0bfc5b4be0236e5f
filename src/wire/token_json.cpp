#include "wire/token_json.h"

namespace weighhouse::wire {
namespace json = boost::json;

json::array scopes_json(const std::set<auth::Scope>& scopes) {
  json::array array;
  for (const auto scope : scopes) array.push_back(json::value(to_string(scope)));
  return array;
}

json::object to_json(const auth::Token& token) {
  const auto time = [](const std::optional<Timestamp>& at) {
    return at ? json::value(at->to_string()) : json::value(nullptr);
  };
  return {{"name", token.name},
          {"scopes", scopes_json(token.scopes)},
          {"namespace", token.namespace_pattern},
          {"created_at", token.created_at.to_string()},
          {"expires_at", time(token.expires_at)},
          {"last_used_at", time(token.last_used_at)}};
}

}  // namespace weighhouse::wire
