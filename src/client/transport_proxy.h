#pragma once

#include <memory>
#include <string_view>

#include "client/transport.h"

namespace weighhouse::client {

// As `open_transport`, through the proxy at "http://host:3128"; without one, straight.
Result<std::unique_ptr<Transport>> open_transport_by(std::string_view proxy, std::string_view address,
                                                     HttpOptions options);

}  // namespace weighhouse::client
