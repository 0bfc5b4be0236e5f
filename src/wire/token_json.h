#pragma once

#include <boost/json.hpp>

#include "auth/token.h"

namespace weighhouse::wire {

// Without its secret.
boost::json::object to_json(const auth::Token& token);
boost::json::array scopes_json(const std::set<auth::Scope>& scopes);

}  // namespace weighhouse::wire
