#include "serve.h"

#include <algorithm>
#include <atomic>
#include <signal.h>
#include <thread>
#include <unistd.h>

#include "base/log.h"
#include "home.h"
#include "house.h"

namespace weighhouse::app {
namespace {

constexpr std::uint16_t kMainPort = 8000;
constexpr std::uint16_t kSecondPort = 14345;  // where seed 002's clients look

sigset_t ending_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

// Waits for the signals on a thread of its own, so that no handler runs inside anybody's lock.
class SignalWatch {
 public:
  explicit SignalWatch(http::Server& server) : thread_([this, &server] { watch(server); }) {}
  ~SignalWatch() {
    over_ = true;
    thread_.join();
  }

 private:
  void watch(http::Server& server) {
    const sigset_t set = ending_signals();
    const timespec tick{.tv_sec = 0, .tv_nsec = 100'000'000};
    bool asked = false;
    while (!over_) {
      const int number = ::sigtimedwait(&set, nullptr, &tick);
      if (number <= 0) continue;
      if (asked) ::_exit(130);
      asked = true;
      log::info("stopping: running transfers may end; a second signal ends at once");
      server.stop();
    }
  }

  std::atomic<bool> over_{false};
  std::thread thread_;
};

struct Bound {
  std::unique_ptr<http::Server> server;
  bool lacks_second = false;
};

Result<Bound> bind(http::Application& application, const Settings& settings) {
  const http::Address socket{
      .host = {}, .port = 0, .unix_path = Home::socket_path(settings.home), .unix_mode = settings.socket_mode};
  if (!settings.listen.empty()) {
    auto addresses = settings.listen;
    addresses.push_back(socket);
    auto server = TRY(http::Server::listen(application, addresses, settings.limits));
    return Bound{std::move(server)};
  }
  const http::Address first{.host = "127.0.0.1", .port = kMainPort};
  const http::Address second{.host = "127.0.0.1", .port = kSecondPort};
  if (auto both = http::Server::listen(application, {first, second, socket}, settings.limits))
    return Bound{std::move(both).take()};
  auto server = TRY(http::Server::listen(application, {first, socket}, settings.limits));
  return Bound{std::move(server), true};
}

void announce(const Settings& settings, const http::Server& server, const Bound& bound) {
  bool elsewhere = false;
  for (const auto& address : server.addresses()) {
    if (!address.unix_path.empty()) continue;
    elsewhere = elsewhere || !address.is_loopback();
    log::info("serving", {{"at", "http://" + address.to_string()}});
  }
  if (bound.lacks_second)
    log::warning("port 14345 is taken by another program; clients that expect us there must use port 8000");
  log::info("home", {{"path", settings.home}, {"library", settings.with_library ? settings.library : "none"}});
  if (!settings.tokens_on_loopback)
    log::info("every account of this machine may use it without a token (--tokens-on-loopback changes that)");
  if (elsewhere && settings.open) log::warning("--open: whoever reaches this server may read and change everything");
  if (elsewhere && !settings.open) log::info("from elsewhere a token is needed: weigh token create NAME");
}

}  // namespace

Result<> serve(const Settings& settings) {
  log::configure(settings.log_level, settings.log_form);
  const sigset_t set = ending_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_IGN);

  auto home = TRY(Home::open(settings.home, std::chrono::seconds{0}, [](std::string_view) {}));
  const auto house = TRY(House::open(std::move(home), settings, Mode::kServing));
  const auto bound = TRY(bind(house->application(), settings));
  announce(settings, *bound.server, bound);
  {
    const SignalWatch watch{*bound.server};
    bound.server->run();
  }
  log::info("stopped");
  return {};
}

}  // namespace weighhouse::app
