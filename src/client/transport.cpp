#include "client/transport.h"

#include "base/text.h"
#include "client/transport_http.h"

namespace weighhouse::client {

std::optional<std::string_view> Reply::find(std::string_view name) const {
  for (const auto& [header, value] : headers) {
    if (equal_ignoring_case(header, name)) return value;
  }
  return std::nullopt;
}

Result<std::unique_ptr<Transport>> open_transport(std::string_view address, HttpOptions options) {
  auto place = TRY(Place::parse(address));
  return std::make_unique<HttpTransport>(std::move(place), std::move(options));
}

}  // namespace weighhouse::client
