#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "base/result.h"

namespace weighhouse::client {

// The body of a refusal: {"error", "message", "detail", "details"}.
boost::json::object error_body(const Error& error);

// What a reply of `status` refused with `body`. Bodies of other servers on the way (a proxy's page) give an
// error by the status alone.
Error parse_error(int status, std::string_view body);

}  // namespace weighhouse::client
