#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "client/transport.h"

namespace weighhouse::cli {

// Where requests go: to `server` when it is given (or WEIGH_SERVER), else to the socket of the server that
// holds `home`, else to the same application in this process, over the home's lock.
struct ConnectOptions {
  std::optional<std::string> server{};
  std::optional<std::string> token{};  // the secret itself
  std::optional<std::string> home{};
};

// What `weigh serve` was told. An absent value leaves the setting to the file of settings and its default.
struct ServeOptions {
  std::optional<std::string> home{};
  std::optional<std::string> database{};     // "sqlite", or a postgresql:// address
  std::vector<std::string> listen{};         // "8000", "0.0.0.0:8000", "[::1]:8000"; empty: the default ports
  std::vector<std::string> hosts{};          // more names under which the server may be addressed
  std::optional<std::string> socket_mode{};  // octal, of home/run/weigh.sock
  std::optional<std::string> library{};      // the folder of the library
  bool no_library = false;
  bool open = false;                        // no token needed elsewhere either
  bool tokens_on_loopback = false;          // tokens needed on loopback, too
  std::optional<std::string> log_level{};   // debug, info, warning, error
  std::optional<std::string> log_format{};  // text, json
};

struct Terminal {
  bool input = false;  // which of the three streams are a terminal
  bool output = false;
  bool error = false;
  std::size_t width = 80;
};

// The world as a command sees it. `apps/weigh` adds `connect` and `serve` to ProcessEnvironment.
class Environment {
 public:
  virtual ~Environment() = default;

  virtual void write_output(std::string_view text) = 0;
  virtual void write_error(std::string_view text) = 0;
  // A line without its end; nothing at the end of the input.
  virtual std::optional<std::string> read_line() = 0;
  virtual Terminal terminal() const = 0;
  virtual std::optional<std::string> variable(std::string_view name) const = 0;

  // From now on the first Ctrl-C sets the flag and only the second one ends the program.
  virtual const std::atomic<bool>& catch_interrupts() = 0;

  // Messages of connecting ("waiting for the home…") go to `write_error`.
  virtual Result<std::unique_ptr<client::Transport>> connect(const ConnectOptions& options) = 0;
  // Returns when the server has stopped.
  virtual Result<> serve(const ServeOptions& options) = 0;
};

}  // namespace weighhouse::cli
