#include "client/transport_proxy.h"

#include "client/transport_http.h"

namespace weighhouse::client {

Result<std::unique_ptr<Transport>> open_transport_by(std::string_view proxy, std::string_view address,
                                                     HttpOptions options) {
  if (proxy.empty()) return open_transport(address, std::move(options));
  auto place = TRY(Place::parse(address));
  auto by = TRY(Place::parse(proxy));
  return std::make_unique<HttpTransport>(std::move(place), std::move(options), std::move(by));
}

}  // namespace weighhouse::client
