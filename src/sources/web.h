#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "client/transport.h"
#include "sources/address.h"
#include "sources/reader.h"

namespace weighhouse::sources {

struct WebOptions {
  std::chrono::seconds connect_time{10};
  std::chrono::seconds idle_time{30};  // without a byte either way
  std::string http_proxy{};            // for what is not encrypted, and for what is; empty: straight
  std::string https_proxy{};
  std::string no_proxy{};  // hosts that are reached straight: "localhost,.example.com", or "*" for all
};

// Gets things over HTTP and HTTPS. Connections are kept and used again.
class Web final : public Reader {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;
  // Headers for a request that is about to go out: signatures, tokens. Only for the host that was asked first.
  using Sign = std::function<Headers(const Address& address)>;

  explicit Web(WebOptions options, Sign sign = {}) : options_(options), sign_(std::move(sign)) {}

  Result<services::RemoteBytes> open(const std::string& address, ByteRange range, std::string_view tag) override;
  Result<std::optional<services::RemoteBytes>> open_if_changed(const std::string& address,
                                                               std::string_view tag) override;

 private:
  Result<client::Reply> get(const Address& address, const Headers& headers);
  // One request to `address`, on behalf of whoever asked for `first`.
  Result<client::Reply> send(const Address& address, const Address& first, const Headers& headers);
  std::optional<Address> find_shortcut(const Address& first);
  void note_shortcut(const Address& first, const std::optional<Address>& led_to);
  Result<std::shared_ptr<client::Transport>> transport_to(const std::string& origin);

  std::string proxy_for(const std::string& origin) const;

  const WebOptions options_;
  const Sign sign_;
  Guarded<std::map<std::string, std::shared_ptr<client::Transport>>> transports_{};

  struct Shortcut {
    Address to;
    std::chrono::steady_clock::time_point until;
  };
  Guarded<std::map<std::string, Shortcut>> shortcuts_{};  // by the address that was asked for
};

}  // namespace weighhouse::sources
