#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "client/transport.h"

namespace weighhouse::client {

// Where a server is.
struct Place {
  enum class Scheme : std::uint8_t { kHttp, kHttps, kUnix };
  Scheme scheme = Scheme::kHttp;
  std::string host{};  // without brackets
  std::uint16_t port = 0;
  std::string unix_path{};

  static Result<Place> parse(std::string_view address);
  std::string to_string() const;
  std::string host_header() const;
};

// A connection, plain or encrypted. Waits end after the idle time with kUnavailable.
class Stream {
 public:
  virtual ~Stream() = default;
  // 0 at the end.
  virtual Result<std::size_t> read(std::span<std::byte> into) = 0;
  virtual Result<> write(std::string_view bytes) = 0;
  // Whether the other side has sent something, or hung up, within the time.
  virtual bool readable_within(std::chrono::milliseconds time) = 0;
};

// Through the proxy, if there is one.
Result<std::unique_ptr<Stream>> connect(const Place& place, const HttpOptions& options,
                                        const std::optional<Place>& proxy = {});
// Over a plain one; verifies that the certificate is good for `host`.
Result<std::unique_ptr<Stream>> encrypt(std::unique_ptr<Stream> plain, const std::string& host);

}  // namespace weighhouse::client
