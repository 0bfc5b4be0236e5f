#include "cli/process_environment.h"
#include "cli/run.h"
#include "in_process.h"
#include "serve.h"

namespace weighhouse::app {
namespace {

constexpr std::chrono::seconds kPatience{30};

class WeighEnvironment final : public cli::ProcessEnvironment {
 public:
  Result<std::unique_ptr<client::Transport>> connect(const cli::ConnectOptions& options) override {
    const auto token = options.token ? *options.token : variable("WEIGH_TOKEN").value_or("");
    const auto server = options.server ? options.server : variable("WEIGH_SERVER");
    if (server && !server->empty()) return client::open_transport(*server, {.token = token});

    const auto home = TRY(home_directory(*this, options.home));
    const std::string socket = Home::socket_path(home);
    if (answers(socket)) return client::open_transport("unix:" + socket, {.token = token});
    const auto settings = TRY(read_settings(home, {}));
    auto held = TRY(
        Home::open(home, kPatience, [this](std::string_view message) { write_error(std::string{message} + "\n"); }));
    return in_process_transport(TRY(House::open(std::move(held), settings, Mode::kOneCommand)));
  }

  Result<> serve(const cli::ServeOptions& options) override {
    const auto home = TRY(home_directory(*this, options.home));
    return app::serve(TRY(read_settings(home, options)));
  }

 private:
  // Whether a server holds the home: a socket that a killed server left behind answers nobody.
  static bool answers(const std::string& socket) {
    if (!path_exists(socket)) return false;
    const auto transport = client::open_transport("unix:" + socket, {.connect_time = std::chrono::seconds{2}});
    return transport && (*transport)->send({.target = "/health"}).has_value();
  }
};

}  // namespace
}  // namespace weighhouse::app

int main(int argc, char** argv) {
  weighhouse::app::WeighEnvironment environment;
  return weighhouse::cli::run(argc, argv, environment);
}
