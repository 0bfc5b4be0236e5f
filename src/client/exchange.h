#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "client/transport.h"

namespace weighhouse::client {

using RequestHeaders = std::vector<std::pair<std::string, std::string>>;

// One request with a JSON reply. Refusals are the server's error; a reply that is no JSON object is kInternal.
Result<boost::json::object> get_object(Transport& transport, const std::string& target);
Result<boost::json::object> send_object(Transport& transport, std::string_view method, const std::string& target,
                                        const boost::json::object& body = {}, const RequestHeaders& headers = {});
// The same for operations that answer without a body.
Result<> send_empty(Transport& transport, std::string_view method, const std::string& target,
                    const boost::json::object& body = {});

// The body of a reply, read whole and as an object.
Result<boost::json::object> read_object(Reply& reply);
// Nothing, when the status says success; else the error in the body.
Result<> require_success(Reply& reply);

}  // namespace weighhouse::client
